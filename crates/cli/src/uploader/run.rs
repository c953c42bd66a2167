//! One run of an upload: begun anew, or continued where an earlier run ended.

use std::time::Duration;

use protocol::{header, route};
use reqwest::Method;
use upload::{Checkpoint, FingerprintMatch, HostCapabilities, Upload, UploadSpec};

use super::display::ProgressDisplay;
use super::driver::Driver;
use super::record::{SavedUpload, UploadRecord};
use super::source::SourceFile;
use super::task::UploadTask;
use crate::api::{ApiClient, random_seed};
use crate::args::AppSlug;
use crate::error::{CliError, ExitReason};
use crate::output::Output;
use crate::private_files;

/// How long the server may take to cancel an upload that is of no more use. It deletes it by itself a day later.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(10);

/// A release, with the record that keeps its number until it was distributed.
#[derive(Debug)]
pub(crate) struct UploadedRelease {
    /// Its number.
    pub(crate) release: i64,
    record: UploadRecord,
}

impl UploadedRelease {
    /// Deletes the record, once the release was distributed: the same command makes another release from now on.
    pub(crate) fn delete_record(self) {
        self.record.delete();
    }
}

/// Uploads the file until the server has made a release of it. An upload that was interrupted is continued.
pub(crate) async fn upload_package(
    client: &ApiClient,
    task: &UploadTask<'_>,
    output: Output,
) -> Result<UploadedRelease, CliError> {
    let source = SourceFile::open(task.file)?;
    let (mut record, found) = open_record(task, &source, output)?;
    let found = match found {
        Some(found) => continuable(client, found, &record.saved, output).await,
        None => None,
    };
    if let Some(release) = found.as_ref().and_then(|saved| saved.release)
        && release_exists(client, task.app, release).await?
    {
        output.note(&format!("release {release} of this file exists already; continuing with it"));
        record.saved.release = Some(release);
        return Ok(UploadedRelease { release, record });
    }
    let checkpoint =
        found.and_then(|saved| Some((saved.percent, saved.checkpoint?))).map(|(percent, checkpoint)| {
            output.note(&format!("continuing the upload that was interrupted at {percent} %"));
            checkpoint
        });
    // Until the driver saves a newer one, so that a run that is interrupted at once can be continued too.
    record.saved.checkpoint.clone_from(&checkpoint);
    let upload = new_state_machine(task, &source, checkpoint);
    let display = ProgressDisplay::new(output, task.file, source.fingerprint().size);
    let driver = Driver::new(upload, client.clone(), source, &mut record, display, task.timeout);
    let end = driver.run().await;
    if end.server_has_other_bytes()
        && let Some(checkpoint) = record.saved.checkpoint.take()
    {
        // With the old checkpoint, the same command would find the same difference each time.
        cancel(client, &checkpoint, output).await;
    }
    match end.release(task) {
        Ok(release) => Ok(UploadedRelease { release, record }),
        Err(error) => {
            if record.saved.checkpoint.is_none() {
                record.delete();
            }
            Err(error)
        }
    }
}

/// The record of this upload, and what an earlier run saved. Where no file can be written, the record is in memory.
fn open_record(
    task: &UploadTask<'_>,
    source: &SourceFile,
    output: Output,
) -> Result<(UploadRecord, Option<SavedUpload>), CliError> {
    match private_files::uploads_folder()
        .and_then(|folder| UploadRecord::open(&folder, task, source.fingerprint()))
    {
        Err(error) if error.exit == ExitReason::Failed => {
            let fix = format!("{}; without it, an interrupted upload cannot be continued", error.fix);
            output.warn(&error.title, &error.message, &fix);
            Ok((UploadRecord::in_memory(task, source.fingerprint()), None))
        }
        opened => opened,
    }
}

fn new_state_machine(task: &UploadTask<'_>, source: &SourceFile, checkpoint: Option<Checkpoint>) -> Upload {
    let spec = UploadSpec {
        owner: task.app.owner.clone(),
        app: task.app.app.clone(),
        file_name: source.fingerprint().name.clone(),
        file_size: source.fingerprint().size,
        content_type: None,
        build_version: task.stated.version.map(str::to_owned),
        build_number: task.stated.number.map(str::to_owned),
    };
    let capabilities = HostCapabilities { max_parallel: task.max_parallel, ..HostCapabilities::default() };
    match checkpoint {
        Some(checkpoint) => Upload::from_checkpoint(spec, checkpoint, capabilities, random_seed(), 0),
        None => Upload::new(spec, capabilities, random_seed(), 0),
    }
}

/// What an earlier run saved, if it is of the same file and target. Otherwise that upload is cancelled.
async fn continuable(
    client: &ApiClient,
    found: SavedUpload,
    wanted: &SavedUpload,
    output: Output,
) -> Option<SavedUpload> {
    let is_same_file = wanted.fingerprint.compare(&found.fingerprint) != FingerprintMatch::Other;
    let has_same_target = found.has_same_target(wanted);
    let has_progress = found.release.is_some() || found.checkpoint.is_some();
    if is_same_file && has_same_target {
        return has_progress.then_some(found);
    }
    let Some(checkpoint) = &found.checkpoint else { return None };
    let why = match is_same_file {
        true => "was for another version",
        false => "was of another file",
    };
    output.note(&format!("a new upload begins: the one that was interrupted at {} % {why}", found.percent));
    cancel(client, checkpoint, output).await;
    None
}

/// Cancels an upload on the server. A failure changes nothing for the user: the server deletes the upload a day later.
async fn cancel(client: &ApiClient, checkpoint: &Checkpoint, output: Output) {
    let path = route::path(route::CANCEL, &[&checkpoint.asset]);
    let request = client.request(Method::POST, &path).timeout(CANCEL_TIMEOUT).body("");
    let response = request.header(header::UPLOAD_TOKEN, &checkpoint.token).send().await;
    output.debug(|| match response {
        Ok(response) => format!("POST {path} → {}", response.status().as_u16()),
        Err(_) => format!("POST {path} got no answer"),
    });
}

async fn release_exists(client: &ApiClient, app: &AppSlug, release: i64) -> Result<bool, CliError> {
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &release.to_string()]);
    match client.get::<serde::de::IgnoredAny>(&path).await {
        Ok(_) => Ok(true),
        Err(error) if error.exit == ExitReason::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
