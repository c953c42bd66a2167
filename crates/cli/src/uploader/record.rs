//! The state file of an upload, which survives a crash.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use upload::{Checkpoint, Fingerprint, Hasher};

use super::lock::UploadLock;
use super::task::UploadTask;
use crate::error::CliError;
use crate::private_files;

/// When a record is useless: the server deletes an upload after a day, and another day is for clocks that differ.
const RECORD_LIFETIME: Duration = Duration::from_hours(48);

/// The state file and its lock, until the release was distributed. Dropping it releases the lock, and keeps the file.
#[derive(Debug)]
pub(super) struct UploadRecord {
    /// The path and the lock, if a file can be written at all.
    file: Option<(PathBuf, UploadLock)>,
    /// What the file has after the next `save`.
    pub(super) saved: SavedUpload,
}

/// The content of the state file. It has the upload's token, so only its owner may read the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedUpload {
    server: String,
    app: String,
    /// The path, for people who look into the file.
    file: String,
    build_version: Option<String>,
    build_number: Option<String>,
    /// Which bytes were uploaded. The key is that of earlier versions, whose uploads can be continued.
    #[serde(rename = "identity")]
    pub(super) fingerprint: Fingerprint,
    /// How much of it was uploaded.
    pub(super) percent: u8,
    /// What the state machine continues from, while there is no release.
    #[serde(default)]
    pub(super) checkpoint: Option<Checkpoint>,
    /// The release, once there is one.
    #[serde(default)]
    pub(super) release: Option<i64>,
}

impl SavedUpload {
    fn new(task: &UploadTask<'_>, fingerprint: &Fingerprint) -> Self {
        Self {
            server: task.server.to_owned(),
            app: task.app.to_string(),
            file: task.file.display().to_string(),
            build_version: task.stated.version.map(str::to_owned),
            build_number: task.stated.number.map(str::to_owned),
            fingerprint: fingerprint.clone(),
            percent: 0,
            checkpoint: None,
            release: None,
        }
    }

    /// Whether both go to the same app under the same versions. The server takes no other version for a begun upload.
    pub(super) fn has_same_target(&self, other: &SavedUpload) -> bool {
        (&self.server, &self.app, &self.build_version, &self.build_number)
            == (&other.server, &other.app, &other.build_version, &other.build_number)
    }
}

impl UploadRecord {
    /// Locks the record of this upload for this process, and reads what an earlier process saved.
    pub(super) fn open(
        folder: &Path,
        task: &UploadTask<'_>,
        fingerprint: &Fingerprint,
    ) -> Result<(Self, Option<SavedUpload>), CliError> {
        private_files::create_private_folder(folder)
            .map_err(|error| CliError::own_file("make", folder, &error))?;
        let path = folder.join(file_name(task));
        let lock = UploadLock::take(&path)?;
        remove_old_records(folder, &path);
        // A record that cannot be read, such as one of another version, counts as none: a new upload begins.
        let found = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
        Ok((Self { file: Some((path, lock)), saved: SavedUpload::new(task, fingerprint) }, found))
    }

    /// A record that is only in memory, where no file can be written.
    pub(super) fn in_memory(task: &UploadTask<'_>, fingerprint: &Fingerprint) -> Self {
        Self { file: None, saved: SavedUpload::new(task, fingerprint) }
    }

    /// Writes the state file.
    pub(super) fn save(&self) -> Result<(), CliError> {
        let Some((path, _)) = &self.file else { return Ok(()) };
        private_files::replace_file(path, &serde_json::to_string(&self.saved).unwrap_or_default())
    }

    /// Deletes the state file: nothing is left to continue.
    pub(super) fn delete(self) {
        let Some((path, lock)) = self.file else { return };
        // A file that cannot be deleted now is removed as an old record later.
        let _ = fs::remove_file(&path);
        lock.remove();
    }
}

/// One file for each server, app and path.
fn file_name(task: &UploadTask<'_>) -> String {
    let path = task.file.canonicalize().unwrap_or_else(|_| task.file.to_owned());
    let mut hasher = Hasher::default();
    for part in [task.server.as_bytes(), task.app.to_string().as_bytes(), path.as_os_str().as_encoded_bytes()]
    {
        hasher.update(part);
        hasher.update(&[0]);
    }
    format!("{}-{}.json", task.app.app, hasher.finish())
}

/// Removes the records of uploads that the server has deleted, and files that a crash left half-written.
fn remove_old_records(folder: &Path, except: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| SystemTime::now().duration_since(modified).ok());
        if age.is_none_or(|age| age < RECORD_LIFETIME) || path == except {
            continue;
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("new") => drop(fs::remove_file(&path)),
            Some("json") => remove_if_unused(&path),
            // The lock of an upload that ended before it had a record.
            Some("lock") if !path.with_extension("json").exists() => {
                remove_if_unused(&path.with_extension("json"));
            }
            _ => {}
        }
    }
}

/// Removes a record and its lock, unless a process holds the lock.
fn remove_if_unused(record: &Path) {
    if let Ok(lock) = UploadLock::take(record) {
        let _ = fs::remove_file(record);
        lock.remove();
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use upload::Md5;

    use super::*;
    use crate::args::StatedVersion;
    use crate::error::ExitReason;

    struct Scratch(PathBuf);

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn scratch(name: &str) -> Scratch {
        Scratch(std::env::temp_dir().join(format!("slipway-record-{name}-{}", std::process::id())))
    }

    fn fingerprint() -> Fingerprint {
        Fingerprint { name: "app.apk".into(), size: 9, modified_ms: 1, sample: Md5([1; 16]) }
    }

    fn path(record: &UploadRecord) -> PathBuf {
        record.file.as_ref().unwrap().0.clone()
    }

    fn open(folder: &Path, app: &str) -> Result<(UploadRecord, Option<SavedUpload>), CliError> {
        let task = UploadTask {
            server: "https://a.dev",
            app: &app.parse().unwrap(),
            file: Path::new("app.apk"),
            stated: StatedVersion { version: None, number: Some("7") },
            max_parallel: 8,
            timeout: None,
        };
        UploadRecord::open(folder, &task, &fingerprint())
    }

    #[test]
    fn the_next_process_finds_what_was_saved_and_other_users_may_not_read_it() {
        let scratch = scratch("saved");
        let (mut record, found) = open(&scratch.0, "ann/one").unwrap();
        assert_eq!(found, None);
        record.saved.release = Some(7);
        record.save().unwrap();
        assert!(!private_files::is_accessible_to_others(&File::open(path(&record)).unwrap()).unwrap());
        let saved = record.saved.clone();
        drop(record);
        let (again, found) = open(&scratch.0, "ann/one").unwrap();
        assert_eq!(found, Some(saved));
        again.delete();
        assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 0);
    }

    #[test]
    fn one_process_has_the_record_and_the_error_names_it() {
        let scratch = scratch("in-use");
        let (record, _) = open(&scratch.0, "ann/one").unwrap();
        let error = open(&scratch.0, "ann/one").unwrap_err();
        assert_eq!(error.exit, ExitReason::UploadInUse);
        assert!(error.message.contains(&std::process::id().to_string()), "{}", error.message);
        assert!(open(&scratch.0, "ann/two").is_ok(), "another app is another upload");
        record.delete();
        assert!(open(&scratch.0, "ann/one").is_ok());
    }

    #[test]
    fn half_a_record_counts_as_none() {
        let scratch = scratch("half");
        let (record, _) = open(&scratch.0, "ann/one").unwrap();
        fs::write(path(&record), b"{\"server\":").unwrap();
        drop(record);
        assert_eq!(open(&scratch.0, "ann/one").unwrap().1, None);
    }

    #[test]
    fn records_of_uploads_that_the_server_deleted_are_removed() {
        let scratch = scratch("old");
        let (old, _) = open(&scratch.0, "ann/old").unwrap();
        old.save().unwrap();
        let past = SystemTime::now() - RECORD_LIFETIME - Duration::from_secs(60);
        File::options().write(true).open(path(&old)).unwrap().set_modified(past).unwrap();
        let path = path(&old);
        drop(old);
        // An upload that ended before it had a record.
        let orphan = scratch.0.join("orphan.lock");
        File::create(&orphan).unwrap().set_modified(past).unwrap();
        let (_new, _) = open(&scratch.0, "ann/new").unwrap();
        assert!(!path.exists() && !path.with_extension("lock").exists() && !orphan.exists());
    }
}
