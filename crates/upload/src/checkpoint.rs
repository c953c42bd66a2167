use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::digest::Md5;

/// What has to survive a crash so that an upload can be resumed. The server's own list is the truth; this says where to
/// ask for it.
///
/// It holds the upload's token: keep it where only its owner can read it. Its `Debug` form leaves it out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The server's id of the upload.
    pub upload: String,
    /// The server's id of the file.
    pub asset: String,
    /// The permission of the requests about the file.
    pub token: String,
    /// Length of every chunk but the last, in bytes; 0 before the server has said.
    pub chunk_size: u64,
    /// The MD5 of each chunk that the server has confirmed. Called `parts` in JSON, so that what an earlier build saved
    /// can continue.
    #[serde(rename = "parts")]
    pub chunk_md5s: BTreeMap<u32, Md5>,
    /// How many bytes these are, for showing it.
    pub stored_bytes: u64,
    /// The MD5 of the whole file, once it is known: a file that is complete is committed without being read again.
    #[serde(default)]
    pub md5: Option<Md5>,
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("upload", &self.upload)
            .field("chunk_md5s", &self.chunk_md5s.len())
            .field("stored_bytes", &self.stored_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The command line keeps checkpoints in files and the browser in `IndexedDB`: those of an earlier build are there
    /// when the next one starts.
    #[test]
    fn the_keys_in_json_stay_as_earlier_builds_wrote_them() {
        let json = r#"{"upload":"u","asset":"a","token":"t","chunk_size":8,"parts":{"1":"00000000000000000000000000000000"},"stored_bytes":8,"md5":null}"#;
        let checkpoint: Checkpoint = serde_json::from_str(json).unwrap();
        assert_eq!(checkpoint.chunk_md5s.len(), 1);
        assert_eq!(serde_json::to_string(&checkpoint).unwrap(), json);
    }
}
