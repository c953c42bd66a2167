pub(in crate::worker) mod http_request;
mod in_flight_map;
mod network;
mod reader;
mod reporter;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Math, Uint8Array};
use upload::{
    Action, Body, Checkpoint, ChunkHasher, HostError, Outcome, RawResponse, RequestId, Upload, UploadSpec,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use crate::message::EngineEvent;
use crate::worker::file::chunk_body::ChunkBody;
use crate::worker::file::hashing::JsFileHasher;
use crate::worker::file::range;
use crate::worker::page;
use crate::worker::saved_uploads::CheckpointWriter;
use crate::worker::tabs::lock::LockGuard;
use http_request::Request;
use in_flight_map::InFlightMap;
use reader::{Read, Reader};
pub(in crate::worker) use reporter::Reporter;

/// The page hears of progress four times a second, in milliseconds.
const TICK_MS: u32 = 250;

/// What happens to an upload.
pub(in crate::worker) enum DriverEvent {
    Answered {
        id: RequestId,
        status: u16,
        body: String,
        retry_after: Option<String>,
        date: Option<String>,
    },
    Sent {
        id: RequestId,
        loaded: u64,
    },
    /// A request has ended without an answer.
    Broken {
        id: RequestId,
    },
    /// A call has no answer, or a part cannot be read.
    Failed {
        id: RequestId,
        failure: HostError,
    },
    Renewed {
        is_renewed: bool,
    },
    Wake,
    Online,
    Offline,
    Pause,
    Unpause,
    Cancel,
    Retry,
    Tick,
}

/// Carries out what the upload's machine wants done, and tells it what happens.
pub(in crate::worker) struct Driver {
    handle: DriverHandle,
    upload: Upload,
    hashing: JsFileHasher,
    reads: Reader,
    /// Bytes that were read and are not sent yet.
    bytes: InFlightMap<ChunkBody>,
    requests: InFlightMap<Request>,
    writer: Rc<CheckpointWriter>,
    reporter: Reporter,
    /// Free for other tabs when there is nothing left to be done here.
    lock: Option<LockGuard>,
    alarm: Option<Timeout>,
    ticker: Option<Interval>,
    _network: [EventListener; 2],
}

/// What a driver is made of.
pub(in crate::worker) struct DriverSetup {
    /// None if there is nothing to be read, as for an upload that is only to be cancelled.
    pub(in crate::worker) file: Option<File>,
    pub(in crate::worker) order: UploadSpec,
    /// How far it had come before.
    pub(in crate::worker) checkpoint: Option<Checkpoint>,
    pub(in crate::worker) writer: Rc<CheckpointWriter>,
    pub(in crate::worker) reporter: Reporter,
    pub(in crate::worker) lock: LockGuard,
}

/// How the browser's callbacks reach a driver, without keeping it alive.
#[derive(Clone)]
pub(in crate::worker) struct DriverHandle(Weak<RefCell<Driver>>);

impl DriverHandle {
    pub(in crate::worker) fn to(driver: &Rc<RefCell<Driver>>) -> DriverHandle {
        DriverHandle(Rc::downgrade(driver))
    }

    pub(in crate::worker) fn tell(&self, event: DriverEvent) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().hear(event);
        }
    }

    /// The next part to be read, and the file.
    pub(in crate::worker) fn next_read(&self) -> Option<(Read, File)> {
        self.0.upgrade()?.borrow_mut().reads.next()
    }

    /// That part is being read now.
    pub(in crate::worker) fn begin(&self, read: Read) -> Option<ChunkHasher> {
        Some(self.0.upgrade()?.borrow().hashing.begin(read.offset))
    }

    pub(in crate::worker) fn hash(&self, part: &mut ChunkHasher, piece: &Uint8Array) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().hashing.take(part, piece);
        }
    }

    pub(in crate::worker) fn was_read(
        &self,
        read: Read,
        part: ChunkHasher,
        content: Result<ChunkBody, JsValue>,
    ) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().keep(read, part, content);
        }
    }
}

impl Driver {
    /// Begins an upload, or goes on with one.
    pub(in crate::worker) fn start(parts: DriverSetup) -> Rc<RefCell<Driver>> {
        let driver = Rc::new_cyclic(|me| RefCell::new(Driver::new(DriverHandle(me.clone()), parts)));
        let first = if network::is_online() { DriverEvent::Tick } else { DriverEvent::Offline };
        DriverHandle::to(&driver).tell(first);
        driver
    }

    fn new(handle: DriverHandle, parts: DriverSetup) -> Driver {
        let DriverSetup { file, order, checkpoint, writer, reporter, lock } = parts;
        // 2^53 different seeds are plenty to spread waits.
        let seed = (Math::random() * 9_007_199_254_740_992.0) as u64;
        let (file_size, limits, now) = (order.file_size, network::limits(), page::now());
        let upload = match checkpoint {
            Some(checkpoint) => Upload::from_checkpoint(order, checkpoint, limits, seed, now),
            None => Upload::new(order, limits, seed, now),
        };
        let network = [
            listen(&handle, "online", || DriverEvent::Online),
            listen(&handle, "offline", || DriverEvent::Offline),
        ];
        Driver {
            handle,
            upload,
            hashing: JsFileHasher::new(file_size),
            reads: Reader::of(file),
            bytes: InFlightMap::default(),
            requests: InFlightMap::default(),
            writer,
            reporter,
            lock: Some(lock),
            alarm: None,
            ticker: None,
            _network: network,
        }
    }

    /// From now on the page hears nothing of this upload.
    pub(in crate::worker) fn mute(&mut self) {
        self.reporter.mute();
        self.writer.mute();
    }

    /// Whether nothing more will be sent.
    pub(in crate::worker) fn is_over(&self) -> bool {
        self.upload.outcome().is_some()
    }

    /// What keeps it saved.
    pub(in crate::worker) fn writer(&self) -> &Rc<CheckpointWriter> {
        &self.writer
    }

    /// Answers another tab that asks how far it is.
    pub(in crate::worker) fn answer_others(&self) {
        self.reporter.answer_others();
    }

    fn hear(&mut self, event: DriverEvent) {
        let is_tick = matches!(event, DriverEvent::Tick);
        self.apply(event);
        while let Some(action) = self.upload.poll(page::now()) {
            self.act(action);
        }
        self.reporter.show(self.upload.progress(page::now()), is_tick);
        self.conclude();
    }

    fn apply(&mut self, event: DriverEvent) {
        let now = page::now();
        match event {
            DriverEvent::Answered { id, status, body, retry_after, date } => {
                self.requests.remove(id);
                let (retry_after, date) = (retry_after.as_deref(), date.as_deref());
                self.upload.on_response(id, RawResponse { status, body: &body, retry_after, date }, now);
            }
            DriverEvent::Sent { id, loaded } => self.upload.on_bytes_sent(id, loaded, now),
            DriverEvent::Broken { id } => self.find_out(id),
            DriverEvent::Failed { id, failure } => self.upload.on_failure(id, failure, now),
            DriverEvent::Renewed { is_renewed } => self.upload.on_credentials(is_renewed, now),
            DriverEvent::Wake => self.upload.on_timer(now),
            DriverEvent::Online => self.upload.on_online(now),
            DriverEvent::Offline => self.upload.on_offline(now),
            DriverEvent::Pause => self.upload.pause(now),
            DriverEvent::Unpause => self.upload.unpause(now),
            DriverEvent::Cancel => {
                self.upload.cancel(now);
                // The page waits for what comes of it, also if it came too late and nothing does.
                self.reporter.repeat();
            }
            DriverEvent::Retry => self.upload.retry(now),
            DriverEvent::Tick => {}
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::ReadChunk { id, offset, len } => self.reads.add(Read { id, offset, len }, &self.handle),
            Action::Send { id, request } => {
                if self.send(id, &request).is_err() {
                    self.upload.on_failure(id, HostError::Network, page::now());
                }
            }
            Action::Abort { id } => {
                self.requests.remove(id);
                self.bytes.remove(id);
                self.reads.remove(id);
            }
            Action::WakeAt(at) => self.wake_at(at),
            // Nobody is left to sign in again for an upload that the page has given up.
            Action::RenewCredentials if self.reporter.is_muted() => {
                self.upload.on_credentials(false, page::now())
            }
            Action::RenewCredentials => self.reporter.post(&EngineEvent::RenewCredentials),
            Action::SaveCheckpoint(checkpoint) => self.writer.save(*checkpoint),
            Action::DeleteCheckpoint => self.writer.forget(),
        }
    }

    fn send(&mut self, id: RequestId, request: &upload::Request) -> Result<(), JsValue> {
        let mut xhr = Request::open(id, request, &self.handle)?;
        match &request.body {
            Body::Empty => xhr.send_text(None)?,
            Body::Json(text) => xhr.send_text(Some(text))?,
            Body::Chunk { .. } => {
                let content = self.bytes.remove(id).ok_or(JsValue::NULL)?;
                content.send(&mut xhr)?;
            }
        }
        self.requests.insert(id, xhr);
        Ok(())
    }

    /// Finds out why a request has no answer: the network broke, or the file that it was to send was changed. The browser
    /// does not tell these apart.
    fn find_out(&mut self, id: RequestId) {
        let slice = self.requests.remove(id).and_then(Request::into_slice);
        let handle = self.handle.clone();
        spawn_local(async move {
            let is_readable = match slice {
                Some(slice) => range::is_readable(&slice).await,
                None => true,
            };
            let failure = if is_readable { HostError::Network } else { HostError::Unreadable };
            handle.tell(DriverEvent::Failed { id, failure });
        });
    }

    fn wake_at(&mut self, at: u64) {
        let wait = u32::try_from(at.saturating_sub(page::now())).unwrap_or(u32::MAX);
        let handle = self.handle.clone();
        self.alarm = Some(Timeout::new(wait, move || handle.tell(DriverEvent::Wake)));
    }

    /// Takes what was read. What is not wanted any more is hashed all the same: the file's digest misses nothing.
    fn keep(&mut self, read: Read, part: ChunkHasher, content: Result<ChunkBody, JsValue>) {
        let is_wanted = self.reads.is_wanted(read.id);
        let Ok(content) = content else {
            if is_wanted {
                self.hear(DriverEvent::Failed { id: read.id, failure: HostError::Unreadable });
            }
            return;
        };
        let hashed = self.hashing.end(part);
        if let Some(md5) = hashed.whole_file {
            self.upload.on_file_digest(md5);
        }
        if is_wanted {
            self.bytes.insert(read.id, content);
            self.upload.on_chunk_read(read.id, hashed.chunk, page::now());
            self.hear(DriverEvent::Wake);
        }
    }

    /// Tells the page how it ended, once; until then it ticks.
    fn conclude(&mut self) {
        let outcome = self.upload.outcome();
        self.reporter.conclude(outcome);
        if outcome.is_some() {
            self.ticker = None;
        } else if self.ticker.is_none() {
            let handle = self.handle.clone();
            self.ticker = Some(Interval::new(TICK_MS, move || handle.tell(DriverEvent::Tick)));
        }
        // The others have just been told, and need not wait for this tab any more.
        if matches!(outcome, Some(Outcome::Ready { .. } | Outcome::Cancelled)) {
            self.lock = None;
        }
    }
}

fn listen(handle: &DriverHandle, name: &'static str, event: fn() -> DriverEvent) -> EventListener {
    let handle = handle.clone();
    EventListener::new(&page::scope(), name, move |_| handle.tell(event()))
}
