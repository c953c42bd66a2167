//! The upload of one package: which request is next, what an answer means, when to try again.
//!
//! In scope: the order of the calls (create, announce, chunks, finish, close, poll), how many run at once,
//! retries with backoff and jitter, stalls, cancelling, going on after a failure, and how far it all is. An
//! [`Upload`] is a state machine without I/O: it hands out [`Action`]s, and is told what became of them. The
//! time is an argument of every call, in milliseconds of any clock that does not go back; randomness comes
//! from a seed. So a whole night of bad network runs in a test within a millisecond.
//!
//! Out of scope: sending, reading the file, hashing it, timers. The `engine` crate does these in a browser.
//!
//! ```
//! use upload::{Action, Order, Upload};
//!
//! let order = Order {
//!     owner: "ann".into(),
//!     app: "notes".into(),
//!     file_name: "notes.apk".into(),
//!     file_size: 12_000_000,
//!     content_type: None,
//!     build_version: None,
//!     build_number: None,
//! };
//! let mut upload = Upload::new(order, 7, 0);
//! let Some(Action::Send { id, call }) = upload.poll(0) else { panic!("expected a call") };
//! assert_eq!(call.path, "/v0.1/apps/ann/notes/uploads/releases");
//! upload.failed(id, upload::Failure::Network, 40);
//! assert!(matches!(upload.poll(40), Some(Action::WakeAt(at)) if at <= 540));
//! ```

mod answer;
mod call;
mod chunk;
mod error;
mod machine;
mod order;
mod pace;
mod progress;
mod step;

pub use call::{Action, Body, Call, CallId, Method, Token};
pub use error::{Fault, UploadError};
pub use machine::{PARALLEL, Upload};
pub use order::{Failure, Order, Outcome};
pub use pace::{STALL_MS, TRIES};
pub use progress::{Phase, Progress, Retrying};
pub use step::Step;
