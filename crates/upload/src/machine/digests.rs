use crate::digest::Md5;

/// What is known of the whole file's MD5.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Digests {
    /// As the host has read it.
    whole_file: Option<Md5>,
    /// As an earlier run has read it.
    earlier: Option<Md5>,
}

impl Digests {
    pub(super) fn of_earlier_run(md5: Option<Md5>) -> Digests {
        Digests { whole_file: None, earlier: md5 }
    }

    /// The host has read the whole file.
    pub(super) fn set(&mut self, md5: Md5) {
        self.whole_file = Some(md5);
    }

    /// Whether this run has read the whole file.
    pub(super) fn is_known(&self) -> bool {
        self.whole_file.is_some()
    }

    /// What the checkpoint keeps.
    pub(super) fn to_save(self) -> Option<Md5> {
        self.whole_file.or(self.earlier)
    }

    /// What the commit states. `was_read_now` says that this run has read every chunk.
    ///
    /// What an earlier run read and did not store may be other bytes by now: its digest counts only if the file was
    /// complete on the server before this run read any of it.
    pub(super) fn to_state(self, was_read_now: bool) -> Option<Md5> {
        self.whole_file.or(self.earlier.filter(|_| !was_read_now))
    }

    /// Another upload begins, and gets the bytes of now.
    pub(super) fn forget_earlier(&mut self) {
        self.earlier = None;
    }
}
