//! The upload of one package: which request is next, what a response means, and when to retry.
//!
//! In scope: the order of the requests (create, set metadata, upload chunks, finish, commit, poll), how many chunks are
//! in flight at once, retries with backoff and jitter, stalls and deadlines, being offline, pausing, cancelling,
//! resuming after an error or a crash, whether the file is still the same, and progress. An [`Upload`] is a state
//! machine without I/O: it gives its host [`Action`]s, and the host reports what became of them. The time is an
//! argument, in milliseconds of any clock; randomness comes from a seed. So a test simulates a whole night of network
//! faults within a millisecond.
//!
//! Out of scope: sending, reading the file, timers, saving a [`Checkpoint`]. The `engine` crate does these in
//! a browser, the command line natively.
//!
//! ```
//! use upload::{Action, HostCapabilities, UploadSpec, Upload};
//!
//! let spec = UploadSpec {
//!     owner: "ann".into(),
//!     app: "notes".into(),
//!     file_name: "notes.apk".into(),
//!     file_size: 12_000_000,
//!     content_type: None,
//!     build_version: None,
//!     build_number: None,
//! };
//! let mut upload = Upload::new(spec, HostCapabilities::default(), 7, 0);
//! let Some(Action::Send { id, request }) = upload.poll(0) else { panic!("expected a request") };
//! assert_eq!(request.path, "/v0.1/apps/ann/notes/uploads/releases");
//! upload.on_failure(id, upload::HostError::Network, 40);
//! assert!(matches!(upload.poll(40), Some(Action::WakeAt(at)) if at <= 290));
//! ```

mod action;
mod checkpoint;
mod digest;
mod error;
mod http;
mod machine;
mod progress;
mod retry;
mod spec;
mod step;

pub use action::Action;
pub use checkpoint::Checkpoint;
pub use digest::{
    ChunkDigests, ChunkHasher, FileHasher, Fingerprint, FingerprintMatch, Hasher, Md5, ParseMd5Error,
    sample_ranges,
};
pub use error::{StepError, UploadError};
pub use http::{Body, Method, RawResponse, Request, RequestId, Token};
pub use machine::Upload;
pub use progress::{ChunkProgress, Phase, Progress, Waiting};
pub use retry::{ErrorClass, Jitter, RetryPolicy, STALL_MS, retry_after_ms};
pub use spec::{HostCapabilities, HostError, Outcome, UploadSpec};
pub use step::Step;
