//! An upload as it is saved, to be continued after a reload or crash.

use serde::{Deserialize, Serialize};
use upload::{Checkpoint, Fingerprint, UploadSpec};

use crate::message::{DraftFields, EnteredVersion, SavedUploadSummary};
use crate::structured;

/// How long the server keeps an unfinished upload, in milliseconds.
const LIFETIME_MS: u64 = protocol::limit::UPLOAD_LIFETIME_MS as u64;

/// What an upload is of and where it goes: two with the same [key](UploadTask::key) are one upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadTask {
    /// The app's owner, by name.
    pub owner: String,
    /// The app, by name.
    pub app: String,
    /// The version that the user entered, for a package that does not say its own.
    pub version: Option<EnteredVersion>,
    /// The file's media type, if the browser knows one.
    pub content_type: Option<String>,
    /// The file.
    pub file: Fingerprint,
}

impl UploadTask {
    /// Names the upload: the same file, going to the same app as the same version, has the same key, also when it was
    /// renamed.
    pub fn key(&self) -> String {
        let UploadTask { owner, app, version, file, .. } = self;
        let EnteredVersion { version, build } = version.clone().unwrap_or_default();
        format!("{owner}/{app}/{}-{}/{version}/{build}", file.size, file.sample)
    }

    /// What to upload.
    pub fn spec(&self) -> UploadSpec {
        let EnteredVersion { version, build } = self.version.clone().unwrap_or_default();
        UploadSpec {
            owner: self.owner.clone(),
            app: self.app.clone(),
            file_name: self.file.name.clone(),
            file_size: self.file.size,
            content_type: self.content_type.clone(),
            build_version: Some(version).filter(|version| !version.is_empty()),
            build_number: Some(build).filter(|build| !build.is_empty()),
        }
    }
}

/// An upload that can be continued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedUpload {
    /// What it is of and where it goes.
    pub task: UploadTask,
    /// How far it is.
    pub checkpoint: Checkpoint,
    /// What the user entered for the release. What another build saved in another form is left out: the upload is worth
    /// more than what was entered for it.
    #[serde(default, deserialize_with = "structured::readable")]
    pub fields: Option<DraftFields>,
    /// When it began, in milliseconds since 1970 UTC.
    pub begun_at: u64,
    /// When it was saved last, in milliseconds since 1970 UTC.
    pub saved_at: u64,
}

impl SavedUpload {
    /// The key of its task.
    pub fn key(&self) -> String {
        self.task.key()
    }

    /// Whether the server still has it, as far as the time tells.
    pub fn is_current(&self, now: u64) -> bool {
        now.saturating_sub(self.begun_at) < LIFETIME_MS
    }

    /// As the page shows it.
    pub fn summary(&self, is_in_other_tab: bool) -> SavedUploadSummary {
        let UploadTask { owner, app, version, file, .. } = &self.task;
        // Files are shorter than 2^53 bytes, in browsers at least.
        let percent = self.checkpoint.stored_bytes as f64 / file.size.max(1) as f64 * 100.0;
        SavedUploadSummary {
            key: self.key(),
            owner: owner.clone(),
            app: app.clone(),
            file_name: file.name.clone(),
            version: version.clone(),
            percent: percent.min(100.0) as u8,
            saved_at: self.saved_at,
            is_in_other_tab,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use upload::Md5;

    use super::*;

    fn task() -> UploadTask {
        UploadTask {
            owner: "team".to_owned(),
            app: "demo".to_owned(),
            version: None,
            content_type: None,
            file: Fingerprint { name: "a.apk".to_owned(), size: 1_000, modified_ms: 1, sample: Md5([7; 16]) },
        }
    }

    fn saved() -> SavedUpload {
        let checkpoint = Checkpoint {
            upload: "u".to_owned(),
            asset: "a".to_owned(),
            token: "t".to_owned(),
            chunk_size: 64,
            chunk_md5s: BTreeMap::new(),
            stored_bytes: 399,
            md5: None,
        };
        SavedUpload { task: task(), checkpoint, fields: None, begun_at: 1_000, saved_at: 2_000 }
    }

    #[test]
    fn a_renamed_file_keeps_its_upload_and_other_bytes_have_their_own() {
        let mut renamed = task();
        renamed.file.name = "b.apk".to_owned();
        assert_eq!(renamed.key(), task().key());
        let mut other = task();
        other.file.sample = Md5([8; 16]);
        assert_ne!(other.key(), task().key());
    }

    #[test]
    fn another_app_or_version_is_another_upload() {
        let elsewhere = UploadTask { app: "other".to_owned(), ..task() };
        let version = EnteredVersion { version: "2".to_owned(), build: String::new() };
        let typed = UploadTask { version: Some(version), ..task() };
        assert_ne!(elsewhere.key(), task().key());
        assert_ne!(typed.key(), task().key());
    }

    #[test]
    fn an_upload_can_be_continued_for_a_day() {
        assert!(saved().is_current(1_000 + LIFETIME_MS - 1));
        assert!(!saved().is_current(1_000 + LIFETIME_MS));
        assert!(saved().is_current(0), "a clock that was set back is no reason");
    }

    #[test]
    fn percents_are_rounded_down() {
        assert_eq!(saved().summary(false).percent, 39);
    }

    #[test]
    fn fields_of_another_form_cost_only_themselves() {
        let upload = SavedUpload { fields: Some(DraftFields::default()), ..saved() };
        let mut value = serde_json::to_value(&upload).unwrap();
        assert_eq!(serde_json::from_value::<SavedUpload>(value.clone()).unwrap(), upload);
        value["fields"] = "not of this build".into();
        assert_eq!(serde_json::from_value::<SavedUpload>(value).unwrap(), saved());
    }

    #[test]
    fn a_saved_upload_without_a_checkpoint_is_none() {
        let mut value = serde_json::to_value(saved()).unwrap();
        value["checkpoint"] = serde_json::Value::Null;
        assert!(serde_json::from_value::<SavedUpload>(value).is_err());
    }
}
