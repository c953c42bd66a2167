/// A file that somebody chose. The browser's handle stays in `browser`; this names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PickedFile {
    /// Counts up; no two choices have the same, even of one file.
    pub(crate) id: u32,
    /// What the file is called.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
}
