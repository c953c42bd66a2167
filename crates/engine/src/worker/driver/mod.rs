//! Carries out what the state machine of `upload` asks for, and tells it what happened.
//!
//! `event`: everything that happens. `handle`: how the browser's callbacks send events. `http_request`: one request.
//! `reporter`: what the page and other tabs are sent. `capabilities`: what this browser can do. `in_flight_map`: what belongs to
//! requests in flight.

mod capabilities;
mod event;
mod handle;
mod http_request;
mod in_flight_map;
mod reporter;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use js_sys::Math;
use upload::{Action, Body, Checkpoint, HostError, Outcome, RawResponse, RequestId, Upload, UploadSpec};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use crate::message::EngineEvent;
use crate::worker::file::{ChunkBody, ChunkRange, ChunkRead, ChunkReader, is_readable};
use crate::worker::saved_uploads::CheckpointWriter;
use crate::worker::scope::{is_online, now, scope};
use crate::worker::tabs::lock::LockGuard;
use capabilities::host_capabilities;
pub(super) use event::DriverEvent;
pub(super) use handle::DriverHandle;
use http_request::HttpRequest;
use in_flight_map::InFlightMap;
pub(super) use reporter::Reporter;

/// The page gets progress four times a second, in milliseconds.
const TICK_MS: u32 = 250;

/// Carries out one upload.
pub(super) struct Driver {
    handle: DriverHandle,
    upload: Upload,
    reader: ChunkReader,
    /// Chunks that are to be read, and still wanted.
    wanted: InFlightMap<()>,
    /// Chunks that were read and are not sent yet.
    bodies: InFlightMap<ChunkBody>,
    requests: InFlightMap<HttpRequest>,
    writer: Rc<CheckpointWriter>,
    reporter: Reporter,
    /// Released when there is nothing left to do here.
    lock: Option<LockGuard>,
    timer: Option<Timeout>,
    ticker: Option<Interval>,
    _network: [EventListener; 2],
}

/// What a driver needs.
pub(super) struct DriverSetup {
    /// None if there is nothing to be read, as for an upload that is only to be cancelled.
    pub(super) file: Option<File>,
    pub(super) spec: UploadSpec,
    /// How far the upload had come before.
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) writer: Rc<CheckpointWriter>,
    pub(super) reporter: Reporter,
    pub(super) lock: LockGuard,
}

impl Driver {
    /// Begins an upload, or continues one.
    pub(super) fn start(setup: DriverSetup) -> Rc<RefCell<Driver>> {
        let driver = Rc::new_cyclic(|me| RefCell::new(Driver::new(DriverHandle(me.clone()), setup)));
        let first = if is_online() { DriverEvent::Tick } else { DriverEvent::Offline };
        DriverHandle::of(&driver).send(first);
        driver
    }

    fn new(handle: DriverHandle, setup: DriverSetup) -> Driver {
        let DriverSetup { file, spec, checkpoint, writer, reporter, lock } = setup;
        // 2^53 different seeds are plenty to spread waits.
        let seed = (Math::random() * 9_007_199_254_740_992.0) as u64;
        let (file_size, capabilities) = (spec.file_size, host_capabilities());
        let upload = match checkpoint {
            Some(checkpoint) => Upload::from_checkpoint(spec, checkpoint, capabilities, seed, now()),
            None => Upload::new(spec, capabilities, seed, now()),
        };
        let on_read = {
            let handle = handle.clone();
            move |chunk| handle.send(DriverEvent::ChunkRead(chunk))
        };
        let network = [
            listen_to_network(&handle, "online", || DriverEvent::Online),
            listen_to_network(&handle, "offline", || DriverEvent::Offline),
        ];
        Driver {
            handle,
            upload,
            reader: ChunkReader::new(file, file_size, on_read),
            wanted: InFlightMap::default(),
            bodies: InFlightMap::default(),
            requests: InFlightMap::default(),
            writer,
            reporter,
            lock: Some(lock),
            timer: None,
            ticker: None,
            _network: network,
        }
    }

    /// From now on the page hears nothing of this upload.
    pub(super) fn mute(&mut self) {
        self.reporter.mute();
        self.writer.mute();
    }

    /// Whether nothing more will be sent.
    pub(super) fn is_over(&self) -> bool {
        self.upload.outcome().is_some()
    }

    /// What keeps it saved.
    pub(super) fn writer(&self) -> &Rc<CheckpointWriter> {
        &self.writer
    }

    /// Answers another tab that asks for progress.
    pub(super) fn answer_other_tabs(&self) {
        self.reporter.answer_other_tabs();
    }

    /// Hands the event to the state machine, carries out what that asks for, and reports what is new.
    fn handle(&mut self, event: DriverEvent) {
        let is_tick = matches!(event, DriverEvent::Tick);
        self.apply(event);
        while let Some(action) = self.upload.poll(now()) {
            self.carry_out(action);
        }
        self.reporter.report_progress(self.upload.progress(now()), is_tick);
        self.end_if_over();
    }

    fn apply(&mut self, event: DriverEvent) {
        let now = now();
        match event {
            DriverEvent::Response { id, status, body, retry_after, date } => {
                self.requests.remove(id);
                let (retry_after, date) = (retry_after.as_deref(), date.as_deref());
                self.upload.on_response(id, RawResponse { status, body: &body, retry_after, date }, now);
            }
            DriverEvent::BytesSent { id, loaded } => self.upload.on_bytes_sent(id, loaded, now),
            DriverEvent::NoResponse { id } => self.find_out_why(id),
            DriverEvent::Failed { id, error } => self.upload.on_failure(id, error, now),
            DriverEvent::ChunkRead(chunk) => self.on_chunk_read(chunk, now),
            DriverEvent::CredentialsRenewed { is_renewed } => self.upload.on_credentials(is_renewed, now),
            DriverEvent::Timer => self.upload.on_timer(now),
            DriverEvent::Online => self.upload.on_online(now),
            DriverEvent::Offline => self.upload.on_offline(now),
            DriverEvent::Pause => self.upload.pause(now),
            DriverEvent::Unpause => self.upload.unpause(now),
            DriverEvent::Cancel => {
                self.upload.cancel(now);
                // The page waits for the result, also if the command came too late and changed nothing.
                self.reporter.repeat();
            }
            DriverEvent::Retry => self.upload.retry(now),
            DriverEvent::Tick => {}
        }
    }

    /// The digest of the whole file counts also if the chunk that completed it is not wanted any more.
    fn on_chunk_read(&mut self, ChunkRead { id, result }: ChunkRead, now: u64) {
        let is_wanted = self.wanted.remove(id).is_some();
        match result {
            Ok((body, digests)) => {
                if let Some(md5) = digests.whole_file {
                    self.upload.on_file_digest(md5);
                }
                if is_wanted {
                    self.bodies.insert(id, body);
                    self.upload.on_chunk_read(id, digests.chunk, now);
                }
            }
            Err(_) if is_wanted => self.upload.on_failure(id, HostError::Unreadable, now),
            Err(_) => {}
        }
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::ReadChunk { id, offset, len } => {
                self.wanted.insert(id, ());
                self.reader.read(ChunkRange { id, offset, len });
            }
            Action::Send { id, request } => {
                if self.send(id, &request).is_err() {
                    self.upload.on_failure(id, HostError::Network, now());
                }
            }
            Action::Abort { id } => {
                self.requests.remove(id);
                self.bodies.remove(id);
                self.wanted.remove(id);
                self.reader.cancel(id);
            }
            Action::WakeAt(at) => self.wake_at(at),
            // The page has abandoned this upload, and would not open another session for it.
            Action::RenewCredentials if self.reporter.is_muted() => {
                self.upload.on_credentials(false, now());
            }
            Action::RenewCredentials => self.reporter.post(&EngineEvent::RenewCredentials),
            Action::SaveCheckpoint(checkpoint) => self.writer.save(*checkpoint),
            Action::DeleteCheckpoint => self.writer.delete(),
        }
    }

    fn send(&mut self, id: RequestId, request: &upload::Request) -> Result<(), JsValue> {
        let mut http_request = HttpRequest::open(id, request, &self.handle)?;
        match &request.body {
            Body::Empty => http_request.send_text(None)?,
            Body::Json(text) => http_request.send_text(Some(text))?,
            Body::Chunk { .. } => {
                let body = self.bodies.remove(id).ok_or(JsValue::NULL)?;
                http_request.send_chunk(body)?;
            }
        }
        self.requests.insert(id, http_request);
        Ok(())
    }

    /// Finds out why a request has no response: the connection broke, or the file that it was to send was changed. The
    /// browser does not tell these apart.
    fn find_out_why(&mut self, id: RequestId) {
        let slice = self.requests.remove(id).and_then(HttpRequest::into_slice);
        let handle = self.handle.clone();
        spawn_local(async move {
            let is_readable = match slice {
                Some(slice) => is_readable(&slice).await,
                None => true,
            };
            let error = if is_readable { HostError::Network } else { HostError::Unreadable };
            handle.send(DriverEvent::Failed { id, error });
        });
    }

    fn wake_at(&mut self, at: u64) {
        let wait = u32::try_from(at.saturating_sub(now())).unwrap_or(u32::MAX);
        let handle = self.handle.clone();
        self.timer = Some(Timeout::new(wait, move || handle.send(DriverEvent::Timer)));
    }

    /// Reports how the upload ended, once; until then it ticks.
    fn end_if_over(&mut self) {
        let outcome = self.upload.outcome();
        self.reporter.report_outcome(outcome);
        if outcome.is_some() {
            self.ticker = None;
        } else if self.ticker.is_none() {
            let handle = self.handle.clone();
            self.ticker = Some(Interval::new(TICK_MS, move || handle.send(DriverEvent::Tick)));
        }
        // The other tabs have just been notified of the end, and need not wait for this one any more.
        if matches!(outcome, Some(Outcome::Ready { .. } | Outcome::Cancelled)) {
            self.lock = None;
        }
    }
}

fn listen_to_network(handle: &DriverHandle, name: &'static str, event: fn() -> DriverEvent) -> EventListener {
    let handle = handle.clone();
    EventListener::new(&scope(), name, move |_| handle.send(event()))
}
