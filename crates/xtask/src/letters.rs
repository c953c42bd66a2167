//! The letters of a local stack. Nothing is sent from a developer's machine: miniflare takes each letter and logs where
//! it put the text and the HTML until it ends. Here they are kept beside the data, and named on the terminal.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::stamp;

/// What miniflare logs before a letter (its `send_email.worker`, called with a builder); the head, an empty line and the
/// two files follow, each on a line of its own.
const BEGINNING: &str = "send_email binding called with MessageBuilder:";

/// Finds the letters in what wrangler says, and keeps them in a folder.
pub(crate) struct Letters {
    folder: PathBuf,
    /// The lines since a letter began.
    lines: Option<Vec<String>>,
}

/// A letter that was kept.
#[derive(Debug, PartialEq)]
pub(crate) struct Kept {
    /// Whose letter it is.
    pub(crate) to: String,
    /// Its head and its text; the HTML is beside it, under the same number.
    pub(crate) path: PathBuf,
}

impl Letters {
    /// Keeps letters in that folder, beside those that are there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, lines: None }
    }

    /// Takes the next line that wrangler said; the last one of a letter gives the letter.
    pub(crate) fn take(&mut self, line: &str) -> Option<Result<Kept>> {
        if line.contains(BEGINNING) {
            self.lines = Some(Vec::new());
            return None;
        }
        let lines = self.lines.as_mut()?;
        lines.push(line.to_owned());
        // Ours have both, and the HTML comes last.
        if !line.starts_with("HTML: ") {
            return None;
        }
        let lines = self.lines.take().unwrap_or_default();
        Some(self.keep(&lines))
    }

    fn keep(&self, lines: &[String]) -> Result<Kept> {
        let said = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let number = self.next_number()?;
        let head: String =
            ["From: ", "To: ", "Subject: "].map(|name| format!("{name}{}\n", said(name))).concat();
        let text = read(Path::new(said("Text: ")))?;
        let html = read(Path::new(said("HTML: ")))?;
        let path = self.folder.join(format!("{number:04}.txt"));
        // Its links let whoever has them in.
        stamp::write_private(&path.with_extension("html"), html.as_bytes())?;
        stamp::write_private(&path, format!("{head}\n{text}").as_bytes())?;
        Ok(Kept { to: said("To: ").to_owned(), path })
    }

    /// One more than the highest there is.
    fn next_number(&self) -> Result<u32> {
        let number = |path: &PathBuf| path.file_stem()?.to_str()?.parse().ok();
        Ok(stamp::files(&self.folder)?.keys().filter_map(number).max().unwrap_or(0) + 1)
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What miniflare logs of a letter, with its colours.
    fn log(text: &Path, html: &Path) -> Vec<String> {
        let head =
            ["\u{1b}[34msend_email binding called with MessageBuilder:\u{1b}[39m", "From: a@example.com"];
        let rest = ["To: b@example.com", "Subject: Text: 1", ""];
        let files = [format!("Text: {}", text.display()), format!("HTML: {}", html.display())];
        head.into_iter().chain(rest).map(String::from).chain(files).collect()
    }

    #[test]
    fn each_letter_is_kept_under_the_next_number() {
        let folder = std::env::temp_dir().join(format!("slipway-letters-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (text, html) = (folder.join("t"), folder.join("h"));
        fs::write(&text, "hello\n").unwrap();
        fs::write(&html, "<p>hello").unwrap();
        let mut letters = Letters::new(folder.join("mail"));
        for number in ["0001", "0002"] {
            assert!(letters.take("[wrangler] GET / 200 OK").is_none());
            let kept =
                log(&text, &html).iter().filter_map(|line| letters.take(line)).last().unwrap().unwrap();
            assert_eq!(kept.to, "b@example.com");
            assert_eq!(kept.path, folder.join(format!("mail/{number}.txt")));
            assert_eq!(
                fs::read_to_string(&kept.path).unwrap(),
                "From: a@example.com\nTo: b@example.com\nSubject: Text: 1\n\nhello\n"
            );
            assert_eq!(fs::read_to_string(kept.path.with_extension("html")).unwrap(), "<p>hello");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
