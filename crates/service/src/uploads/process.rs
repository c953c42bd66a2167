//! Makes a release of a finished upload.
//!
//! 1. The chunks become one object, unless an earlier try got that far.
//! 2. Its length and digests are those that the client stated.
//! 3. The stored package is read again by ranges: the client's word is never the truth.
//! 4. The package belongs to this app: the same system, the same identifier as before.
//! 5. It has a version, its own or the uploader's.
//! 6. The icon is stored beside the package.
//! 7. The release gets the next number, once.
//!
//! Whatever is wrong with the package ends the upload with `error` and says why; what is wrong with us is tried
//! again.

use artifact::{Artifact, DriveError, Hints, Miss};
use protocol::UploadStatus;

use crate::db::{self, AppRow, InsertError, NewRelease, UploadRow};
use crate::garbage;
use crate::platform::JobError;
use crate::platform::{ByteRange, Digests, Ledgers, ObjectKey, ObjectStorage, Part, Platform, PortError};
use crate::platform::{FileMetadata, LedgerReply, LedgerRequest, LedgerState};
use crate::secret;

/// Why there will be no release.
enum Failure {
    /// The package is no good, in words for its uploader.
    Package(String),
    /// The platform failed.
    Port(PortError),
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Failure {
        Failure::Port(error)
    }
}

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
        // An earlier try said so, and may have stopped before it had cleaned up.
        UploadStatus::Error => return Ok(clean_up(platform, &upload).await?),
        _ => return Ok(()),
    }
    if is_last_try && !db::begin_last_try(platform.database(), upload_id, platform.now()).await? {
        platform.log(&format!("process upload {upload_id}: the last try ended without a word"));
        return Ok(give_up(platform, &upload).await?);
    }
    match process(platform, &upload).await {
        Ok(_) => Ok(()),
        Err(Failure::Package(details)) => Ok(fail(platform, &upload, details).await?),
        Err(Failure::Port(error)) if is_last_try => {
            platform.log(&format!("process upload {upload_id}, last try: {error}"));
            Ok(give_up(platform, &upload).await?)
        }
        Err(Failure::Port(error)) => Err(error.into()),
    }
}

/// Tells the uploader that no release will come of it, for no fault of the package.
pub(crate) async fn give_up<P: Platform>(platform: &P, upload: &UploadRow) -> Result<(), PortError> {
    let details = "the package could not be processed because of a failure on our side; upload it again";
    fail(platform, upload, details.to_owned()).await
}

async fn process<P: Platform>(platform: &P, upload: &UploadRow) -> Result<i64, Failure> {
    let app = db::app_by_id(platform.database(), &upload.app_id)
        .await?
        .ok_or_else(|| Failure::Package("the app was deleted".to_owned()))?;
    let key = ObjectKey::Package(upload.asset_id.clone());
    let file = assemble(platform, &key, upload).await?; // 1.
    let digests = platform.object_storage().digest(&key).await?;
    check_digests(upload, &digests)?; // 2.
    let artifact = inspect(platform, &key, &file).await?; // 3.
    check_app(platform, &app, &artifact).await?; // 4.
    let version = Version::of(&artifact, upload)?; // 5.
    if let Some(icon) = &artifact.icon {
        platform.object_storage().put(&ObjectKey::Icon(upload.asset_id.clone()), icon.bytes.clone()).await?; // 6.
    }
    insert(platform, upload, &file, &digests, &artifact, &version).await // 7.
}

async fn assemble<P: Platform>(
    platform: &P,
    key: &ObjectKey,
    upload: &UploadRow,
) -> Result<FileMetadata, Failure> {
    let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
    let LedgerReply::Contents { multipart, file: Some(file), state: LedgerState::Sealed, parts } = contents
    else {
        return Err(Failure::Package("the upload is not complete; upload the package again".to_owned()));
    };
    let stored = match platform.object_storage().size(key).await? {
        Some(size) => size,
        None => complete(platform, key, &multipart, parts).await?,
    };
    if stored != file.size {
        let message = format!("expected {} bytes, got {stored}; upload the package again", file.size);
        return Err(Failure::Package(message));
    }
    Ok(file)
}

async fn complete<P: Platform>(
    platform: &P,
    key: &ObjectKey,
    multipart: &str,
    parts: Vec<Part>,
) -> Result<u64, Failure> {
    platform.object_storage().complete(key, multipart, parts).await?;
    let size = platform.object_storage().size(key).await?;
    size.ok_or_else(|| Failure::Port(PortError::new("object_storage", "a completed object is not there")))
}

fn check_digests(upload: &UploadRow, stored: &Digests) -> Result<(), Failure> {
    let differs =
        |stated: &Option<String>, stored: &str| stated.as_ref().is_some_and(|stated| stated != stored);
    if differs(&upload.md5, &stored.md5) || differs(&upload.sha256, &stored.sha256) {
        let message = "the stored bytes differ from the file that was sent; upload the package again";
        return Err(Failure::Package(message.to_owned()));
    }
    Ok(())
}

async fn inspect<P: Platform>(
    platform: &P,
    key: &ObjectKey,
    file: &FileMetadata,
) -> Result<Artifact, Failure> {
    let fetch = |miss: Miss| {
        platform.object_storage().read(key, ByteRange { offset: miss.offset, length: miss.len as u64 })
    };
    let hints = Hints { file_name: &file.name, now: platform.now().div_euclid(1000) };
    match artifact::inspect_async(&hints, file.size, fetch).await {
        Ok(artifact) => Ok(artifact),
        Err(DriveError::NeedsFullBuild) => {
            Err(Failure::Port(PortError::new("artifact", "the service was built without the format")))
        }
        Err(DriveError::Refused(refusal)) => {
            Err(Failure::Package(format!("{}; {}", refusal.message, refusal.fix)))
        }
        Err(DriveError::Fetch(error)) => Err(Failure::Port(error)),
    }
}

async fn check_app<P: Platform>(platform: &P, app: &AppRow, artifact: &Artifact) -> Result<(), Failure> {
    if !artifact.oses().iter().any(|os| os.to_string() == app.os.as_str()) {
        return Err(Failure::Package(format!(
            "expected a package for {}, got one for {}",
            app.os, artifact.os
        )));
    }
    let identifier = match artifact.app_identifier() {
        Some(identifier) => identifier,
        // It goes to whatever app its uploader says.
        None if artifact.may_lack_identifier() => return Ok(()),
        None => {
            let message = "expected a package that names its app, got one without an identifier; build it again with one";
            return Err(Failure::Package(message.to_owned()));
        }
    };
    match &app.bundle_identifier {
        Some(expected) if expected != identifier => Err(Failure::Package(format!(
            "the app's packages are `{expected}`, this one is `{identifier}`; release it to an app of its own"
        ))),
        Some(_) => Ok(()),
        None => claim_identifier(platform, app, identifier).await,
    }
}

/// The first package of an app gives it its identifier.
async fn claim_identifier<P: Platform>(platform: &P, app: &AppRow, identifier: &str) -> Result<(), Failure> {
    match db::set_identifier(platform.database(), &app.id, identifier, platform.now()).await {
        Ok(true) => Ok(()),
        // Another package was first by a moment: the next try compares with it.
        Ok(false) => {
            let message = "the app got its identifier from another package meanwhile";
            Err(Failure::Port(PortError::new("database", message)))
        }
        Err(InsertError::Taken(_)) => Err(Failure::Package(format!(
            "another app of yours has the packages `{identifier}`; release it to that one"
        ))),
        Err(InsertError::Port(error)) => Err(Failure::Port(error)),
    }
}

/// What a release is called: the package's own words before the uploader's, or the other way round where clients have to
/// state a version, as appcenter-cli does with `-b` and `-n` for .zip, .msi, .pkg and .dmg.
struct Version<'a> {
    /// What users see; may be empty where the package has only a build number.
    version: &'a str,
    build: &'a str,
}

impl<'a> Version<'a> {
    fn of(artifact: &'a Artifact, upload: &'a UploadRow) -> Result<Self, Failure> {
        let own = (artifact.version.as_deref(), artifact.build.as_deref());
        let stated = (upload.build_version.as_deref(), upload.build_number.as_deref());
        let takes_stated = artifact.format.takes_version() && stated.0.is_some();
        let (first, second) = if takes_stated { (stated, own) } else { (own, stated) };
        let version = first.0.or(second.0).unwrap_or_default();
        let build = first.1.or(second.1).unwrap_or_default();
        let needs_build = artifact.format.takes_build_number() && own == (None, None);
        let missing = match (version.is_empty() && build.is_empty(), needs_build && build.is_empty()) {
            (true, true) => "build_version and build_number",
            (true, false) => "build_version",
            (false, true) => "build_number",
            (false, false) => return Ok(Version { version, build }),
        };
        Err(Failure::Package(format!(
            "expected {missing}, got none: the .{} does not say its own version; upload it again with {missing}",
            artifact.format
        )))
    }
}

async fn insert<P: Platform>(
    platform: &P,
    upload: &UploadRow,
    file: &FileMetadata,
    digests: &Digests,
    artifact: &Artifact,
    version: &Version<'_>,
) -> Result<i64, Failure> {
    /// Bytes of facts in a row of the database: D1 takes 2 MB a row, and no usual package has 100 kB.
    const MAX_FACTS: usize = 1 << 20;
    let facts = serde_json::to_string(artifact).unwrap_or_default();
    if facts.is_empty() || facts.len() > MAX_FACTS {
        return Err(Failure::Package(format!(
            "expected at most {MAX_FACTS} bytes of facts about the package, got {}; it lists more devices, names or \
             packages than can be kept",
            facts.len()
        )));
    }
    // Clients take the last part of a name for its extension: a Mac app in a zip is a zip to them.
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
        artifact: &facts,
        icon_type: artifact.icon.as_ref().map(|icon| icon.media_type.as_str()),
        uploaded_at: platform.now(),
    };
    if let Some(number) = upload.replaces {
        let is_there = db::replace_package(platform.database(), &new, number).await?;
        garbage::sweep_soon(platform).await;
        return is_there.then_some(number).ok_or_else(|| {
            Failure::Package(format!(
                "expected release {number}, whose package this is to become, got none; make a new release"
            ))
        });
    }
    let number = db::insert_release(platform.database(), &new).await?;
    number.ok_or_else(|| {
        Failure::Package("the app or the upload was given up meanwhile; upload the package again".to_owned())
    })
}

/// What the Distribute SDKs compare with the installed app, as a JSON array of lower-case hex SHA-256.
///
/// Android: of `package:versionName:versionCode`. Apple: of `LC_UUID:version:build` for each architecture, the UUID in
/// lower case with dashes.
fn package_hashes(artifact: &Artifact, version: &Version<'_>) -> String {
    let Version { version, build } = version;
    let identifier = artifact.identifier.as_deref().unwrap_or_default();
    let hashes: Vec<String> = match (&artifact.android, &artifact.apple) {
        (Some(_), _) => vec![secret::hash(&format!("{identifier}:{version}:{build}"))],
        (_, Some(apple)) => {
            let uuids = apple.executable.iter().filter_map(|slice| slice.uuid.as_deref());
            uuids.map(|uuid| secret::hash(&format!("{}:{version}:{build}", dashed(uuid)))).collect()
        }
        _ => Vec::new(),
    };
    serde_json::to_string(&hashes).unwrap_or_default()
}

/// 32 hex digits as UUIDs are written: 8-4-4-4-12.
fn dashed(hex: &str) -> String {
    let group = |range| hex.get(range).unwrap_or_default();
    [group(0..8), group(8..12), group(12..16), group(16..20), group(20..32)].join("-")
}

/// Ends an upload with an error, unless another run of this job made a release of it: then there is nothing to fail, and
/// nothing to free.
async fn fail<P: Platform>(platform: &P, upload: &UploadRow, details: String) -> Result<(), PortError> {
    if db::fail_upload(platform.database(), upload, &details, platform.now()).await? {
        clean_up(platform, upload).await?;
    }
    Ok(())
}

/// Frees what is stored of an upload that failed, be it one object, which is garbage already, or still its parts.
async fn clean_up<P: Platform>(platform: &P, upload: &UploadRow) -> Result<(), PortError> {
    garbage::sweep_soon(platform).await;
    let key = ObjectKey::Package(upload.asset_id.clone());
    let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
    if let LedgerReply::Contents { multipart, .. } = contents {
        // A multipart upload that became an object is gone, which is no error.
        platform.object_storage().abort(&key, &multipart).await?;
    }
    Ok(())
}
