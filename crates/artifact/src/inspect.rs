//! The entry points: one attempt, and two drivers that repeat it until it succeeds.

use std::future::Future;

use crate::context::{Depth, InspectContext};
use crate::format;
use crate::limits::{MAX_BYTES_READ, MAX_READS, MAX_READS_FOR_ICON, MAX_READS_FOR_RESOURCES};
use crate::report::quantity::{Size, count, sizes};
use crate::{Artifact, Hints, InspectError, Miss, Pages, Refusal, RefusalCode, Source};

/// Why a driver has no artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriveError<E> {
    /// The file could not be read.
    #[error("expected a part of the file, got: {0}")]
    Fetch(E),
    /// The file cannot be released.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// As [`InspectError::NeedsFullBuild`].
    #[error("expected a build that reads this format, got one without")]
    NeedsFullBuild,
}

/// Reads what a package is from the pages fetched so far.
///
/// # Errors
///
/// [`InspectError::Miss`] names the range that is needed next, again and again until it is inserted whole.
/// Misses come to an end: past the budgets of [`limits`](crate::limits) the file is refused. Only here are they
/// counted, because only here does an inspection's whole cost show; a reader cannot forget to.
pub fn inspect(hints: &Hints<'_>, pages: &mut Pages) -> Result<Artifact, InspectError> {
    let depth = match pages.reads() {
        0..MAX_READS_FOR_ICON => Depth::Full,
        MAX_READS_FOR_ICON..MAX_READS_FOR_RESOURCES => Depth::NoIcon,
        MAX_READS_FOR_RESOURCES.. => Depth::IdentityOnly,
    };
    match format::read(&InspectContext { hints, depth }, pages) {
        Ok(artifact) => Ok(Artifact { bytes_read: pages.bytes_read(), reads: pages.reads(), ..artifact }),
        Err(InspectError::Miss(miss)) => Err(within_budget(pages, miss)),
        Err(other) => Err(other),
    }
}

/// As [`inspect`], with a `fetch` that returns at once.
///
/// # Errors
///
/// What `fetch` fails with, or why the file is refused.
pub fn inspect_sync<E>(
    hints: &Hints<'_>,
    len: u64,
    mut fetch: impl FnMut(Miss) -> Result<Vec<u8>, E>,
) -> Result<Artifact, DriveError<E>> {
    let mut pages = Pages::new(len);
    loop {
        let miss = match inspect(hints, &mut pages) {
            Ok(artifact) => return Ok(artifact),
            Err(InspectError::Refused(refusal)) => return Err(refusal.into()),
            Err(InspectError::NeedsFullBuild) => return Err(DriveError::NeedsFullBuild),
            Err(InspectError::Miss(miss)) => miss,
        };
        let bytes = fetch(miss).map_err(DriveError::Fetch)?;
        accept(&mut pages, miss, bytes)?;
    }
}

/// As [`inspect`], with a `fetch` that returns later.
///
/// # Errors
///
/// What `fetch` fails with, or why the file is refused.
pub async fn inspect_async<E, F: Future<Output = Result<Vec<u8>, E>>>(
    hints: &Hints<'_>,
    len: u64,
    mut fetch: impl FnMut(Miss) -> F,
) -> Result<Artifact, DriveError<E>> {
    let mut pages = Pages::new(len);
    loop {
        let miss = match inspect(hints, &mut pages) {
            Ok(artifact) => return Ok(artifact),
            Err(InspectError::Refused(refusal)) => return Err(refusal.into()),
            Err(InspectError::NeedsFullBuild) => return Err(DriveError::NeedsFullBuild),
            Err(InspectError::Miss(miss)) => miss,
        };
        let bytes = fetch(miss).await.map_err(DriveError::Fetch)?;
        accept(&mut pages, miss, bytes)?;
    }
}

fn within_budget(pages: &Pages, miss: Miss) -> InspectError {
    let bytes = pages.bytes_read().saturating_add(miss.len as u64);
    if pages.reads() < MAX_READS && bytes <= MAX_BYTES_READ {
        return InspectError::Miss(miss);
    }
    let message = format!(
        "expected to identify the package within {MAX_READS} reads and {}, got to {} and {} of {}",
        Size(MAX_BYTES_READ),
        count(pages.reads().into(), "read", "reads"),
        Size(bytes),
        Size(pages.len()),
    );
    let fix =
        "check that the file is the package that was built: packages are not usually laid out like this";
    Refusal::new(RefusalCode::TooLarge, message, fix).into()
}

fn accept(pages: &mut Pages, miss: Miss, bytes: Vec<u8>) -> Result<(), Refusal> {
    if bytes.len() != miss.len {
        let (expected, got) = sizes(miss.len as u64, bytes.len() as u64);
        let message = format!("expected {expected} of the file, got {got}");
        let fix = "choose the file again: it changed or moved while it was being read";
        return Err(Refusal::new(RefusalCode::Unreadable, message, fix));
    }
    pages.insert_vec(miss.offset, bytes);
    Ok(())
}
