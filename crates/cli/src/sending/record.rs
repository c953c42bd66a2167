use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use upload::{Checkpoint, Fingerprint, Hasher};

use super::Job;
use super::lock::Lock;
use crate::place;
use crate::trouble::Trouble;

/// After so long a server has forgotten an upload: a day, and another one for clocks.
const LIFETIME: Duration = Duration::from_hours(48);

/// What is kept of an upload until its release was given to everybody. Dropping it lets go of the lock, and keeps it.
#[derive(Debug)]
pub(super) struct Record {
    /// Where it is, if it is anywhere.
    kept: Option<(PathBuf, Lock)>,
    pub(super) entry: Entry,
}

/// The state file. It holds the upload's token: only its owner may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    server: String,
    app: String,
    file: String,
    build_version: Option<String>,
    build_number: Option<String>,
    /// Of which file.
    pub(super) identity: Fingerprint,
    /// How far it was.
    pub(super) percent: u8,
    /// Where the server is to be asked, while there is no release.
    #[serde(default)]
    pub(super) checkpoint: Option<Checkpoint>,
    /// The release, once there is one.
    #[serde(default)]
    pub(super) release: Option<i64>,
}

impl Entry {
    fn new(job: &Job<'_>, identity: &Fingerprint) -> Self {
        Self {
            server: job.server.to_owned(),
            app: job.app.to_string(),
            file: job.file.display().to_string(),
            build_version: job.stated.version.map(str::to_owned),
            build_number: job.stated.number.map(str::to_owned),
            identity: identity.clone(),
            percent: 0,
            checkpoint: None,
            release: None,
        }
    }

    /// Whether the same is wanted of the server; what it was told of the version cannot be changed any more.
    pub(super) fn is_same_order(&self, other: &Entry) -> bool {
        (&self.server, &self.app, &self.build_version, &self.build_number)
            == (&other.server, &other.app, &other.build_version, &other.build_number)
    }
}

impl Record {
    /// Takes the record of this upload for this process alone, and what an earlier one left in it.
    pub(super) fn take(
        folder: &Path,
        job: &Job<'_>,
        identity: &Fingerprint,
    ) -> Result<(Self, Option<Entry>), Trouble> {
        place::private_folder(folder).map_err(|error| Trouble::own_file("make", folder, &error))?;
        let path = folder.join(name(job));
        let lock = Lock::take(&path)?;
        sweep(folder, &path);
        // Half a record, or one of another version, is none: the server's own list is the truth.
        let found = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
        Ok((Self { kept: Some((path, lock)), entry: Entry::new(job, identity) }, found))
    }

    /// One that is not kept, where nothing can be.
    pub(super) fn nowhere(job: &Job<'_>, identity: &Fingerprint) -> Self {
        Self { kept: None, entry: Entry::new(job, identity) }
    }

    /// Writes what there is now.
    pub(super) fn save(&self) -> Result<(), Trouble> {
        let Some((path, _)) = &self.kept else { return Ok(()) };
        place::replace(path, &serde_json::to_string(&self.entry).unwrap_or_default())
    }

    /// There is nothing to go on with any more.
    pub(super) fn forget(self) {
        let Some((path, lock)) = self.kept else { return };
        // What stays is swept later.
        let _ = fs::remove_file(&path);
        lock.remove();
    }
}

/// One file for each server, app and path.
fn name(job: &Job<'_>) -> String {
    let path = job.file.canonicalize().unwrap_or_else(|_| job.file.to_owned());
    let mut hasher = Hasher::default();
    for part in [job.server.as_bytes(), job.app.to_string().as_bytes(), path.as_os_str().as_encoded_bytes()] {
        hasher.update(part);
        hasher.update(&[0]);
    }
    format!("{}-{}.json", job.app.app, hasher.finish())
}

/// Removes the records of uploads that no server has any more, and what a crash left of their writing.
fn sweep(folder: &Path, but: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| SystemTime::now().duration_since(modified).ok());
        if age.is_none_or(|age| age < LIFETIME) || path == but {
            continue;
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("new") => drop(fs::remove_file(&path)),
            Some("json") => remove(&path),
            // Of an upload that was not kept long enough for a record.
            Some("lock") if !path.with_extension("json").exists() => remove(&path.with_extension("json")),
            _ => {}
        }
    }
}

/// Removes a record and its lock, unless a process is at it.
fn remove(record: &Path) {
    if let Ok(lock) = Lock::take(record) {
        let _ = fs::remove_file(record);
        lock.remove();
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use upload::Md5;

    use super::*;
    use crate::package::Stated;
    use crate::trouble::Exit;

    struct Scratch(PathBuf);

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn scratch(name: &str) -> Scratch {
        Scratch(std::env::temp_dir().join(format!("slipway-record-{name}-{}", std::process::id())))
    }

    fn identity() -> Fingerprint {
        Fingerprint { name: "app.apk".into(), size: 9, modified_ms: 1, sample: Md5([1; 16]) }
    }

    fn path(record: &Record) -> PathBuf {
        record.kept.as_ref().unwrap().0.clone()
    }

    fn take(folder: &Path, app: &str) -> Result<(Record, Option<Entry>), Trouble> {
        let job = Job {
            server: "https://a.dev",
            app: &app.parse().unwrap(),
            file: Path::new("app.apk"),
            stated: Stated { version: None, number: Some("7") },
            parallel: 8,
            timeout: None,
        };
        Record::take(folder, &job, &identity())
    }

    #[test]
    fn what_was_saved_is_found_by_the_next_and_nobody_else_may_read_it() {
        let scratch = scratch("saved");
        let (mut record, found) = take(&scratch.0, "ann/one").unwrap();
        assert_eq!(found, None);
        record.entry.release = Some(7);
        record.save().unwrap();
        assert!(!place::is_open_to_others(&File::open(path(&record)).unwrap()).unwrap());
        let entry = record.entry.clone();
        drop(record);
        let (again, found) = take(&scratch.0, "ann/one").unwrap();
        assert_eq!(found, Some(entry));
        again.forget();
        assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 0);
    }

    #[test]
    fn one_process_has_it_and_says_who_it_is() {
        let scratch = scratch("taken");
        let (record, _) = take(&scratch.0, "ann/one").unwrap();
        let trouble = take(&scratch.0, "ann/one").unwrap_err();
        assert_eq!(trouble.exit, Exit::Busy);
        assert!(trouble.message.contains(&std::process::id().to_string()), "{}", trouble.message);
        assert!(take(&scratch.0, "ann/two").is_ok(), "another app is another upload");
        record.forget();
        assert!(take(&scratch.0, "ann/one").is_ok());
    }

    #[test]
    fn half_a_record_is_none() {
        let scratch = scratch("half");
        let (record, _) = take(&scratch.0, "ann/one").unwrap();
        fs::write(path(&record), b"{\"server\":").unwrap();
        drop(record);
        assert_eq!(take(&scratch.0, "ann/one").unwrap().1, None);
    }

    #[test]
    fn records_that_no_server_knows_any_more_are_swept() {
        let scratch = scratch("swept");
        let (old, _) = take(&scratch.0, "ann/old").unwrap();
        old.save().unwrap();
        let past = SystemTime::now() - LIFETIME - Duration::from_secs(60);
        File::options().write(true).open(path(&old)).unwrap().set_modified(past).unwrap();
        let path = path(&old);
        drop(old);
        // Of one that ended before there was a record.
        let orphan = scratch.0.join("orphan.lock");
        File::create(&orphan).unwrap().set_modified(past).unwrap();
        let (_new, _) = take(&scratch.0, "ann/new").unwrap();
        assert!(!path.exists() && !path.with_extension("lock").exists() && !orphan.exists());
    }
}
