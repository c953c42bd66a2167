//! Remembering what a step was last given, so that it is skipped when nothing changed.
//!
//! The digest is over contents, not times: a checkout of another branch and back makes every file newer and changes
//! none. It is written when the step has succeeded. Written before, it would let the next run skip a step that was
//! interrupted by Ctrl-C, and ship a bundle with new glue around an old module. The program that runs the step is an
//! input as well ([`Inputs::of_this_program`]); otherwise a change of the task runner would show only after
//! some source changed too.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::Path;

use crate::error::Result;
use crate::files;

/// A 64-bit digest of a step's inputs. Guards against forgetting, not against forgery.
#[derive(Default)]
pub(crate) struct Inputs(DefaultHasher);

impl Inputs {
    /// Inputs that also change with this program, whose code decides what a step makes of them.
    pub(crate) fn of_this_program() -> Self {
        let mut inputs = Self::default();
        let built = std::env::current_exe().and_then(fs::metadata).and_then(|facts| facts.modified());
        inputs.text(&format!("{built:?}"));
        inputs
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        // The length separates neighbours: "ab" and "c" must not equal "a" and "bc".
        self.0.write_usize(bytes.len());
        self.0.write(bytes);
        self
    }

    /// A file's content; a missing file is an input too.
    pub(crate) fn file(&mut self, path: &Path) -> &mut Self {
        self.bytes(&fs::read(path).unwrap_or_default())
    }

    /// Every file below a folder, with its name.
    pub(crate) fn folder(&mut self, folder: &Path) -> Result<&mut Self> {
        for (path, _) in files::list(folder)? {
            self.text(&path.to_string_lossy()).file(&path);
        }
        Ok(self)
    }

    pub(crate) fn digest(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// The short digest that names a file which may be cached for ever.
pub(crate) fn content_hash(bytes: &[u8]) -> String {
    Inputs::default().bytes(bytes).digest()[..10].to_owned()
}

/// Whether `stamp` says that a step already ran with these inputs.
pub(crate) fn is_current(stamp: &Path, inputs: &Inputs) -> bool {
    fs::read_to_string(stamp).is_ok_and(|digest| digest == inputs.digest())
}

/// Notes that a step ran with these inputs.
pub(crate) fn note(stamp: &Path, inputs: &Inputs) -> Result<()> {
    files::write(stamp, inputs.digest().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_inputs_do_not_run_together() {
        let digest = |a: &str, b: &str| Inputs::default().text(a).text(b).digest();
        assert_ne!(digest("ab", "c"), digest("a", "bc"));
    }

    #[test]
    fn a_content_hash_depends_on_the_content_alone() {
        assert_eq!(content_hash(b"x"), content_hash(b"x"));
        assert_ne!(content_hash(b"x"), content_hash(b"y"));
    }
}
