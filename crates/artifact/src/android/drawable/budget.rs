//! How much work and memory one icon may take.

/// References and elements inside each other.
pub(super) const MAX_DEPTH: u32 = 32;

/// Elements drawn for one icon.
const MAX_STEPS: u32 = 8192;

/// Resources looked up for one icon: colours mostly.
pub(super) const MAX_LOOKUPS: usize = 256;

/// Files opened for one icon. An adaptive icon with gradients has about six.
pub(super) const MAX_FILES: u32 = 48;

/// Bytes of all paths of an icon: many may share one text.
pub(super) const MAX_PATHS: usize = 1 << 20;

/// Bytes of a file with XML.
pub(super) const MAX_XML: u64 = 1 << 20;

/// What is left for one icon.
pub(super) struct Budget {
    pub(super) steps_left: u32,
    pub(super) files_left: u32,
    pub(super) paths_left: usize,
}

impl Budget {
    pub(super) const WHOLE: Self =
        Self { steps_left: MAX_STEPS, files_left: MAX_FILES, paths_left: MAX_PATHS };

    /// Makes sure that so many files may still be opened.
    pub(super) fn keep_files(&mut self, n_files: u32) {
        self.files_left = self.files_left.max(n_files);
    }
}
