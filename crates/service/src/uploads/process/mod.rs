//! Makes a release of a finished upload.
//!
//! 1. The chunks become one object, unless an earlier try got that far.
//! 2. Its length and digests are those that the client stated.
//! 3. The stored package is read again by ranges: what the client says about it is never trusted.
//! 4. The package belongs to this app: the same system, the same identifier as before.
//! 5. It has a version, its own or the uploader's.
//! 6. The icon is stored beside the package.
//! 7. The release gets the next number, once.
//!
//! A defect of the package ends the upload with `error` and says why. An error of ours is tried again.
//!
//! Why it may run any number of times: the queue delivers a message at least once, and a Worker may die after any step. Each
//! step is harmless the second time. A completed multipart upload is recognized by the object that is there; digests and
//! package are read again; the icon is overwritten with itself; and one transaction takes the next number, inserts the
//! release unless one has this asset, and sets the upload's status. A number taken in a transaction of its own would be
//! lost by a crash, or used by two releases.
//!
//! Why object storage comes before the database: a release that is listed has its package. The other way round a crash
//! would leave a release whose download fails. What is left behind this way round, a stored package without a release, is
//! freed by the next try or by the last.

mod identity;
mod version;

use artifact::{Artifact, DriveError, Hints, Miss};
use protocol::UploadStatus;

use self::identity::check_app;
use self::version::{ReleaseVersion, package_hashes};
use crate::db::{self, NewRelease, UploadRow};
use crate::garbage;
use crate::platform::{
    ByteRange, Digests, FileMetadata, JobError, LedgerReply, LedgerRequest, LedgerState, Ledgers, ObjectKey,
    ObjectStorage, Part, Platform, PortError,
};

/// Why no release was made.
enum ProcessError {
    /// The package has a defect, in words for its uploader.
    Package(String),
    /// The platform failed.
    Port(PortError),
}

impl From<PortError> for ProcessError {
    fn from(error: PortError) -> ProcessError {
        ProcessError::Port(error)
    }
}

/// Runs the job. Without a retryable error, the upload has a release or has ended with an error.
///
/// Why there is a last try: after its retries the queue moves a message to the dead-letter queue. An upload whose message
/// is only dropped there would be "processing" for ever, and its client would poll for ever. So the dead-letter queue has a
/// consumer, which runs the job once more and, if it fails again, ends the upload with an error. That the last try began is
/// noted first: a package that kills the Worker each time, by its memory for example, is failed when the message comes
/// again, in place of being tried without end.
pub(crate) async fn run<P: Platform>(
    platform: &P,
    upload_id: &str,
    is_last_try: bool,
) -> Result<(), JobError> {
    let upload = db::upload_by_id(platform.database(), upload_id)
        .await?
        .ok_or_else(|| JobError::Broken(format!("there is no upload {upload_id}")))?;
    match upload.status {
        UploadStatus::UploadFinished => {}
        // An earlier try failed the upload, and may have died before it cleaned up.
        UploadStatus::Error => return Ok(clean_up(platform, &upload).await?),
        UploadStatus::UploadStarted
        | UploadStatus::UploadCanceled
        | UploadStatus::ReadyToBePublished
        | UploadStatus::MalwareDetected => return Ok(()),
    }
    if is_last_try && !db::begin_last_try(platform.database(), upload_id, platform.now()).await? {
        platform.log(&format!(
            "process upload {upload_id}: the last try began earlier and did not end; the upload fails"
        ));
        return Ok(fail_after_last_try(platform, &upload).await?);
    }
    match process(platform, &upload).await {
        Ok(_) => Ok(()),
        Err(ProcessError::Package(details)) => Ok(fail(platform, &upload, details).await?),
        Err(ProcessError::Port(error)) if is_last_try => {
            platform.log(&format!("process upload {upload_id}: the last try failed: {error}"));
            Ok(fail_after_last_try(platform, &upload).await?)
        }
        Err(ProcessError::Port(error)) => Err(error.into()),
    }
}

/// Ends an upload with an error that is ours and not the package's.
pub(super) async fn fail_after_last_try<P: Platform>(
    platform: &P,
    upload: &UploadRow,
) -> Result<(), PortError> {
    let details = "the package could not be processed because of a server error; upload it again";
    fail(platform, upload, details.to_owned()).await
}

async fn process<P: Platform>(platform: &P, upload: &UploadRow) -> Result<i64, ProcessError> {
    let app = db::app_by_id(platform.database(), &upload.app_id)
        .await?
        .ok_or_else(|| ProcessError::Package("the app was deleted".to_owned()))?;
    let key = ObjectKey::Package(upload.asset_id.clone());
    let file = assemble(platform, &key, upload).await?; // 1.
    let digests = platform.object_storage().digest(&key).await?;
    check_digests(upload, &digests)?; // 2.
    let artifact = inspect(platform, &key, &file).await?; // 3.
    check_app(platform, &app, &artifact).await?; // 4.
    let version = ReleaseVersion::of(&artifact, upload)?; // 5.
    if let Some(icon) = &artifact.icon {
        platform.object_storage().put(&ObjectKey::Icon(upload.asset_id.clone()), icon.bytes.clone()).await?; // 6.
    }
    insert(platform, upload, &file, &digests, &artifact, &version).await // 7.
}

async fn assemble<P: Platform>(
    platform: &P,
    key: &ObjectKey,
    upload: &UploadRow,
) -> Result<FileMetadata, ProcessError> {
    let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
    let LedgerReply::Contents { multipart, file: Some(file), state: LedgerState::Sealed, parts } = contents
    else {
        return Err(ProcessError::Package("the upload is not complete; upload the package again".to_owned()));
    };
    let stored = match platform.object_storage().size(key).await? {
        Some(size) => size,
        None => complete(platform, key, &multipart, parts).await?,
    };
    if stored != file.size {
        let message = format!("expected {} bytes, got {stored}; upload the package again", file.size);
        return Err(ProcessError::Package(message));
    }
    Ok(file)
}

async fn complete<P: Platform>(
    platform: &P,
    key: &ObjectKey,
    multipart: &str,
    parts: Vec<Part>,
) -> Result<u64, ProcessError> {
    platform.object_storage().complete(key, multipart, parts).await?;
    let size = platform.object_storage().size(key).await?;
    size.ok_or_else(|| {
        ProcessError::Port(PortError::new("object_storage", "a completed object is not there"))
    })
}

fn check_digests(upload: &UploadRow, stored: &Digests) -> Result<(), ProcessError> {
    let differs =
        |stated: &Option<String>, stored: &str| stated.as_ref().is_some_and(|stated| stated != stored);
    if differs(&upload.md5, &stored.md5) || differs(&upload.sha256, &stored.sha256) {
        let message = "the stored bytes differ from the file that was sent; upload the package again";
        return Err(ProcessError::Package(message.to_owned()));
    }
    Ok(())
}

async fn inspect<P: Platform>(
    platform: &P,
    key: &ObjectKey,
    file: &FileMetadata,
) -> Result<Artifact, ProcessError> {
    let fetch = |miss: Miss| {
        platform.object_storage().read(key, ByteRange { offset: miss.offset, length: miss.len as u64 })
    };
    let hints = Hints { file_name: &file.name, now: platform.now().div_euclid(1000) };
    match artifact::inspect_async(&hints, file.size, fetch).await {
        Ok(artifact) => Ok(artifact),
        Err(DriveError::NeedsFullBuild) => {
            Err(ProcessError::Port(PortError::new("artifact", "the service was built without the format")))
        }
        Err(DriveError::Refused(refusal)) => {
            Err(ProcessError::Package(format!("{}; {}", refusal.message, refusal.fix)))
        }
        Err(DriveError::Fetch(error)) => Err(ProcessError::Port(error)),
    }
}

async fn insert<P: Platform>(
    platform: &P,
    upload: &UploadRow,
    file: &FileMetadata,
    digests: &Digests,
    artifact: &Artifact,
    version: &ReleaseVersion<'_>,
) -> Result<i64, ProcessError> {
    /// Longest artifact as JSON, in bytes: D1 takes 2 MB a row, and usual packages need less than 100 kB.
    const MAX_ARTIFACT: usize = 1 << 20;
    let json = serde_json::to_string(artifact).unwrap_or_default();
    if json.is_empty() || json.len() > MAX_ARTIFACT {
        return Err(ProcessError::Package(format!(
            "expected at most {MAX_ARTIFACT} bytes of metadata in the package, got {}; it lists more devices, names or \
             packages than can be stored",
            json.len()
        )));
    }
    // Clients take what follows the last dot for the extension: a Mac app in a zip is a zip to them.
    let extension = artifact.format.extension().rsplit('.').next().unwrap_or_default();
    let new = NewRelease {
        app_id: &upload.app_id,
        upload_id: &upload.id,
        asset_id: &upload.asset_id,
        file_name: &file.name,
        file_extension: extension,
        size: file.size,
        md5: &digests.md5,
        sha256: &digests.sha256,
        version: version.build,
        short_version: version.version,
        min_os: artifact.min_os.as_deref(),
        bundle_identifier: artifact.identifier.as_deref(),
        package_hashes: &package_hashes(artifact, version),
        artifact: &json,
        icon_type: artifact.icon.as_ref().map(|icon| icon.media_type.as_str()),
        uploaded_at: platform.now(),
    };
    if let Some(number) = upload.replaces {
        let is_there = db::replace_package(platform.database(), &new, number).await?;
        garbage::sweep_soon(platform).await;
        return is_there.then_some(number).ok_or_else(|| {
            ProcessError::Package(format!(
                "release {number}, whose package this upload was to replace, no longer exists; make a new release"
            ))
        });
    }
    let number = db::insert_release(platform.database(), &new).await?;
    number.ok_or_else(|| {
        ProcessError::Package(
            "the app or the upload was deleted in the meantime; upload the package again".to_owned(),
        )
    })
}

/// Ends an upload with an error and frees its bytes, unless another run of this job has made a release of it.
async fn fail<P: Platform>(platform: &P, upload: &UploadRow, details: String) -> Result<(), PortError> {
    if db::fail_upload(platform.database(), upload, &details, platform.now()).await? {
        clean_up(platform, upload).await?;
    }
    Ok(())
}

/// Frees what is stored of an upload that failed: one object, which is in the garbage table already, or still its parts.
async fn clean_up<P: Platform>(platform: &P, upload: &UploadRow) -> Result<(), PortError> {
    garbage::sweep_soon(platform).await;
    let key = ObjectKey::Package(upload.asset_id.clone());
    let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
    if let LedgerReply::Contents { multipart, .. } = contents {
        // A multipart upload that became an object no longer exists, which is no error.
        platform.object_storage().abort(&key, &multipart).await?;
    }
    Ok(())
}
