//! The e-mails of a local stack. Nothing is sent from a developer's machine: miniflare takes each e-mail and logs where
//! it put the text and the HTML, which it deletes when it ends. Here they are saved beside the data, and named on the
//! terminal.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files;

/// What miniflare logs before an e-mail (its `send_email.worker`, called with a builder); the head, an empty line and the
/// two files follow, each on a line of its own.
const BEGINNING: &str = "send_email binding called with MessageBuilder:";

/// Finds the e-mails in the log of wrangler, and saves them in a folder.
pub(crate) struct EmailLog {
    folder: PathBuf,
    /// The lines since an e-mail began.
    lines: Option<Vec<String>>,
}

/// An e-mail that was saved.
#[derive(Debug, PartialEq)]
pub(crate) struct SavedEmail {
    /// The recipient.
    pub(crate) to: String,
    /// Its head and its text; the HTML is beside it, under the same number.
    pub(crate) path: PathBuf,
}

impl EmailLog {
    /// Saves e-mails in that folder, beside those that are there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, lines: None }
    }

    /// Takes the next line of the log; the last line of an e-mail completes and saves it.
    pub(crate) fn take(&mut self, line: &str) -> Option<Result<SavedEmail>> {
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
        Some(self.save(&lines))
    }

    fn save(&self, lines: &[String]) -> Result<SavedEmail> {
        let field = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let number = self.next_number()?;
        let head: String =
            ["From: ", "To: ", "Subject: "].map(|name| format!("{name}{}\n", field(name))).concat();
        let text = read(Path::new(field("Text: ")))?;
        let html = read(Path::new(field("HTML: ")))?;
        let path = self.folder.join(format!("{number:04}.txt"));
        // Its links are permissions: every reader of the file could use them.
        files::write_private(&path.with_extension("html"), html.as_bytes())?;
        files::write_private(&path, format!("{head}\n{text}").as_bytes())?;
        Ok(SavedEmail { to: field("To: ").to_owned(), path })
    }

    /// One more than the highest there is.
    fn next_number(&self) -> Result<u32> {
        let number = |path: &PathBuf| path.file_stem()?.to_str()?.parse().ok();
        Ok(files::list(&self.folder)?.keys().filter_map(number).max().unwrap_or(0) + 1)
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What miniflare logs of an e-mail, with its colours.
    fn logged(text: &Path, html: &Path) -> Vec<String> {
        let head =
            ["\u{1b}[34msend_email binding called with MessageBuilder:\u{1b}[39m", "From: a@example.com"];
        let rest = ["To: b@example.com", "Subject: Text: 1", ""];
        let files = [format!("Text: {}", text.display()), format!("HTML: {}", html.display())];
        head.into_iter().chain(rest).map(String::from).chain(files).collect()
    }

    #[test]
    fn each_email_is_saved_under_the_next_number() {
        let folder = std::env::temp_dir().join(format!("slipway-emails-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (text, html) = (folder.join("t"), folder.join("h"));
        fs::write(&text, "hello\n").unwrap();
        fs::write(&html, "<p>hello").unwrap();
        let mut log = EmailLog::new(folder.join("mail"));
        for number in ["0001", "0002"] {
            assert!(log.take("[wrangler] GET / 200 OK").is_none());
            let saved =
                logged(&text, &html).iter().filter_map(|line| log.take(line)).last().unwrap().unwrap();
            assert_eq!(saved.to, "b@example.com");
            assert_eq!(saved.path, folder.join(format!("mail/{number}.txt")));
            assert_eq!(
                fs::read_to_string(&saved.path).unwrap(),
                "From: a@example.com\nTo: b@example.com\nSubject: Text: 1\n\nhello\n"
            );
            assert_eq!(fs::read_to_string(saved.path.with_extension("html")).unwrap(), "<p>hello");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
