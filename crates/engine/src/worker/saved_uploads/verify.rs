use upload::FingerprintMatch;
use web_sys::File;

use super::db::UploadDb;
use crate::worker::file::fingerprint;

/// Why a file cannot continue a saved upload.
pub(in crate::worker) struct FileMismatch {
    pub(in crate::worker) message: String,
    pub(in crate::worker) fix: &'static str,
}

/// Checks that `file` is the one of the saved upload of this key.
pub(in crate::worker) async fn verify_file(file: &File, key: &str) -> Result<(), FileMismatch> {
    let row = match UploadDb::open().await {
        Some(db) => db.get(key).await,
        None => None,
    };
    let Some(row) = row else {
        return Err(FileMismatch {
            message: "this upload no longer exists: it was finished, discarded or is too old".to_owned(),
            fix: "choose the file on the page of the apps to upload it from the beginning",
        });
    };
    let Ok(found) = fingerprint(file).await else {
        return Err(FileMismatch {
            message: "the file cannot be read".to_owned(),
            fix: "choose it again, once the program that writes it is done",
        });
    };
    let known = row.upload.task.file;
    if known.compare(&found) != FingerprintMatch::Other {
        return Ok(());
    }
    let message = if known.name == found.name {
        format!("this is another file of the same name: {} was changed since, or is another copy", known.name)
    } else {
        format!("this is another file: the upload began with {}", known.name)
    };
    let fix = "choose the file that the upload began with; what is uploaded of it stays for 24 hours";
    Err(FileMismatch { message, fix })
}
