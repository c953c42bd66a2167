//! A package on its way to the server: begun, interrupted, taken up again.

mod body;
mod display;
mod driver;
mod end;
mod flight;
mod lines;
mod lock;
mod patience;
mod reader;
mod record;
mod source;

use std::path::Path;
use std::time::Duration;

use protocol::{header, route};
use reqwest::Method;
use upload::{Checkpoint, FingerprintMatch, HostCapabilities, Upload, UploadSpec};

use crate::args::AppSlug;
use crate::output::Output;
use crate::package::Stated;
use crate::place;
use crate::service::{Service, random};
use crate::trouble::{Exit, Trouble};
use display::Display;
use driver::Driver;
use record::{Entry, Record};
use source::Source;

/// How long a server may take to forget an upload that nobody wants any more. It does by itself, a day later.
const CANCEL_PATIENCE: Duration = Duration::from_secs(10);

/// What is to be uploaded, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job<'a> {
    /// Its address.
    pub(crate) server: &'a str,
    pub(crate) app: &'a AppSlug,
    pub(crate) file: &'a Path,
    pub(crate) stated: Stated<'a>,
    /// Most parts on their way at once.
    pub(crate) parallel: u32,
    /// How long to wait for the server to make a release of the file.
    pub(crate) timeout: Option<Duration>,
}

/// A release that there is, with the record that says so until everybody has it.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Its number.
    pub(crate) release: i64,
    record: Record,
}

impl Sent {
    /// Everybody has it: the same command makes another release from now on.
    pub(crate) fn done(self) {
        self.record.forget();
    }
}

/// Uploads the file, or goes on with an upload that was interrupted, until there is a release of it.
pub(crate) async fn send(service: &Service, job: &Job<'_>, output: Output) -> Result<Sent, Trouble> {
    let source = Source::open(job.file)?;
    let (mut record, found) = take_record(job, &source, output)?;
    let found = match found {
        Some(found) => usable(service, found, &record.entry, output).await,
        None => None,
    };
    if let Some(release) = found.as_ref().and_then(|entry| entry.release)
        && is_there(service, job.app, release).await?
    {
        output.note(&format!("release {release} was made of this file before; it goes on from there"));
        record.entry.release = Some(release);
        return Ok(Sent { release, record });
    }
    let checkpoint =
        found.and_then(|entry| Some((entry.percent, entry.checkpoint?))).map(|(percent, checkpoint)| {
            output.note(&format!("going on with the upload that was interrupted at {percent} %"));
            checkpoint
        });
    // Until there is a newer one: what ends before it got anywhere can still be taken up.
    record.entry.checkpoint.clone_from(&checkpoint);
    let upload = begin(job, &source, checkpoint);
    let display = Display::new(output, job.file, source.identity().size);
    let driver = Driver::new(upload, service.clone(), source, &mut record, display, job.timeout);
    let end = driver.run().await;
    if end.is_of_other_bytes()
        && let Some(checkpoint) = record.entry.checkpoint.take()
    {
        // The same command would find the same difference again and again.
        cancel(service, &checkpoint, output).await;
    }
    match end.release(job) {
        Ok(release) => Ok(Sent { release, record }),
        Err(trouble) => {
            if record.entry.checkpoint.is_none() {
                record.forget();
            }
            Err(trouble)
        }
    }
}

/// The record of this upload, and what an earlier run left in it. Where none can be kept, the upload goes on without.
fn take_record(job: &Job<'_>, source: &Source, output: Output) -> Result<(Record, Option<Entry>), Trouble> {
    match place::uploads().and_then(|folder| Record::take(&folder, job, source.identity())) {
        Err(trouble) if trouble.exit == Exit::Failed => {
            output.warn(&trouble.message, "or an upload that is interrupted cannot go on later");
            Ok((Record::nowhere(job, source.identity()), None))
        }
        taken => taken,
    }
}

fn begin(job: &Job<'_>, source: &Source, checkpoint: Option<Checkpoint>) -> Upload {
    let order = UploadSpec {
        owner: job.app.owner.clone(),
        app: job.app.app.clone(),
        file_name: source.identity().name.clone(),
        file_size: source.identity().size,
        content_type: None,
        build_version: job.stated.version.map(str::to_owned),
        build_number: job.stated.number.map(str::to_owned),
    };
    let limits = HostCapabilities { max_parallel: job.parallel, ..HostCapabilities::default() };
    match checkpoint {
        Some(checkpoint) => Upload::from_checkpoint(order, checkpoint, limits, random(), 0),
        None => Upload::new(order, limits, random(), 0),
    }
}

/// The record of an earlier run, if it is of the same file and wants the same. Else the server is told to forget it.
async fn usable(service: &Service, found: Entry, wanted: &Entry, output: Output) -> Option<Entry> {
    let is_same_file = wanted.identity.compare(&found.identity) != FingerprintMatch::Other;
    let is_same_order = found.is_same_order(wanted);
    let is_usable = found.release.is_some() || found.checkpoint.is_some();
    if is_same_file && is_same_order {
        return is_usable.then_some(found);
    }
    let Some(checkpoint) = &found.checkpoint else { return None };
    let why = match is_same_file {
        true => "other versions are stated than for",
        false => "the file is another one than that of",
    };
    output.note(&format!("{why} the upload that was interrupted at {} %; a new one begins", found.percent));
    cancel(service, checkpoint, output).await;
    None
}

/// Frees what the server has of it; whether it did matters to nobody.
async fn cancel(service: &Service, checkpoint: &Checkpoint, output: Output) {
    let path = route::path(route::CANCEL, &[&checkpoint.asset]);
    let request = service.request(Method::POST, &path).timeout(CANCEL_PATIENCE).body("");
    let answer = request.header(header::UPLOAD_TOKEN, &checkpoint.token).send().await;
    output.debug(|| match answer {
        Ok(answer) => format!("POST {path} → {}", answer.status().as_u16()),
        Err(_) => format!("POST {path} got no answer"),
    });
}

async fn is_there(service: &Service, app: &AppSlug, release: i64) -> Result<bool, Trouble> {
    let path = route::path(route::RELEASE, &[&app.owner, &app.app, &release.to_string()]);
    match service.get::<serde::de::IgnoredAny>(&path).await {
        Ok(_) => Ok(true),
        Err(trouble) if trouble.exit == Exit::NotFound => Ok(false),
        Err(trouble) => Err(trouble),
    }
}
