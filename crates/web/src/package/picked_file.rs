/// A file that the user chose, as plain data. The browser's object stays in `browser`, which finds it by the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PickedFile {
    /// Counts up: choosing the same file twice gives two ids.
    pub(crate) id: u32,
    /// What the file is called.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
}
