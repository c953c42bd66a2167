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

use super::content::Content;
use super::few::Few;
use super::hashing::Hashing;
use super::keeper::Keeper;
use super::lock::Held;
use super::outlet::Outlet;
use super::reads::{Read, Reads};
use super::request::Request;
use super::{network, page, range};
use crate::message::EngineEvent;

/// The page hears of progress four times a second, in milliseconds.
const TICK_MS: u32 = 250;

/// What happens to an upload.
pub(super) enum Event {
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
pub(super) struct Driver {
    line: Line,
    upload: Upload,
    hashing: Hashing,
    reads: Reads,
    /// Bytes that were read and are not sent yet.
    bytes: Few<Content>,
    requests: Few<Request>,
    keeper: Rc<Keeper>,
    outlet: Outlet,
    /// Free for other tabs when there is nothing left to be done here.
    lock: Option<Held>,
    alarm: Option<Timeout>,
    ticker: Option<Interval>,
    _network: [EventListener; 2],
}

/// What a driver is made of.
pub(super) struct Parts {
    /// None if there is nothing to be read, as for an upload that is only to be cancelled.
    pub(super) file: Option<File>,
    pub(super) order: UploadSpec,
    /// How far it had come before.
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) keeper: Rc<Keeper>,
    pub(super) outlet: Outlet,
    pub(super) lock: Held,
}

/// How the browser's callbacks reach a driver, without keeping it alive.
#[derive(Clone)]
pub(super) struct Line(Weak<RefCell<Driver>>);

impl Line {
    pub(super) fn to(driver: &Rc<RefCell<Driver>>) -> Line {
        Line(Rc::downgrade(driver))
    }

    pub(super) fn tell(&self, event: Event) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().hear(event);
        }
    }

    /// The next part to be read, and the file.
    pub(super) fn next_read(&self) -> Option<(Read, File)> {
        self.0.upgrade()?.borrow_mut().reads.next()
    }

    /// That part is being read now.
    pub(super) fn begin(&self, read: Read) -> Option<ChunkHasher> {
        Some(self.0.upgrade()?.borrow().hashing.begin(read.offset))
    }

    pub(super) fn hash(&self, part: &mut ChunkHasher, piece: &Uint8Array) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().hashing.take(part, piece);
        }
    }

    pub(super) fn was_read(&self, read: Read, part: ChunkHasher, content: Result<Content, JsValue>) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().keep(read, part, content);
        }
    }
}

impl Driver {
    /// Begins an upload, or goes on with one.
    pub(super) fn start(parts: Parts) -> Rc<RefCell<Driver>> {
        let driver = Rc::new_cyclic(|me| RefCell::new(Driver::new(Line(me.clone()), parts)));
        let first = if network::is_online() { Event::Tick } else { Event::Offline };
        Line::to(&driver).tell(first);
        driver
    }

    fn new(line: Line, parts: Parts) -> Driver {
        let Parts { file, order, checkpoint, keeper, outlet, lock } = parts;
        // 2^53 different seeds are plenty to spread waits.
        let seed = (Math::random() * 9_007_199_254_740_992.0) as u64;
        let (file_size, limits, now) = (order.file_size, network::limits(), page::now());
        let upload = match checkpoint {
            Some(checkpoint) => Upload::from_checkpoint(order, checkpoint, limits, seed, now),
            None => Upload::new(order, limits, seed, now),
        };
        let network =
            [listen(&line, "online", || Event::Online), listen(&line, "offline", || Event::Offline)];
        Driver {
            line,
            upload,
            hashing: Hashing::new(file_size),
            reads: Reads::of(file),
            bytes: Few::default(),
            requests: Few::default(),
            keeper,
            outlet,
            lock: Some(lock),
            alarm: None,
            ticker: None,
            _network: network,
        }
    }

    /// From now on the page hears nothing of this upload.
    pub(super) fn mute(&mut self) {
        self.outlet.mute();
        self.keeper.mute();
    }

    /// Whether nothing more will be sent.
    pub(super) fn is_over(&self) -> bool {
        self.upload.outcome().is_some()
    }

    /// What keeps it saved.
    pub(super) fn keeper(&self) -> &Rc<Keeper> {
        &self.keeper
    }

    /// Answers another tab that asks how far it is.
    pub(super) fn answer_others(&self) {
        self.outlet.answer_others();
    }

    fn hear(&mut self, event: Event) {
        let is_tick = matches!(event, Event::Tick);
        self.apply(event);
        while let Some(action) = self.upload.poll(page::now()) {
            self.act(action);
        }
        self.outlet.show(self.upload.progress(page::now()), is_tick);
        self.conclude();
    }

    fn apply(&mut self, event: Event) {
        let now = page::now();
        match event {
            Event::Answered { id, status, body, retry_after, date } => {
                self.requests.remove(id);
                let (retry_after, date) = (retry_after.as_deref(), date.as_deref());
                self.upload.on_response(id, RawResponse { status, body: &body, retry_after, date }, now);
            }
            Event::Sent { id, loaded } => self.upload.on_bytes_sent(id, loaded, now),
            Event::Broken { id } => self.find_out(id),
            Event::Failed { id, failure } => self.upload.on_failure(id, failure, now),
            Event::Renewed { is_renewed } => self.upload.on_credentials(is_renewed, now),
            Event::Wake => self.upload.on_timer(now),
            Event::Online => self.upload.on_online(now),
            Event::Offline => self.upload.on_offline(now),
            Event::Pause => self.upload.pause(now),
            Event::Unpause => self.upload.unpause(now),
            Event::Cancel => {
                self.upload.cancel(now);
                // The page waits for what comes of it, also if it came too late and nothing does.
                self.outlet.repeat();
            }
            Event::Retry => self.upload.retry(now),
            Event::Tick => {}
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::ReadChunk { id, offset, len } => self.reads.add(Read { id, offset, len }, &self.line),
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
            Action::RenewCredentials if self.outlet.is_muted() => {
                self.upload.on_credentials(false, page::now())
            }
            Action::RenewCredentials => self.outlet.post(&EngineEvent::RenewCredentials),
            Action::SaveCheckpoint(checkpoint) => self.keeper.save(*checkpoint),
            Action::DeleteCheckpoint => self.keeper.forget(),
        }
    }

    fn send(&mut self, id: RequestId, request: &upload::Request) -> Result<(), JsValue> {
        let mut xhr = Request::open(id, request, &self.line)?;
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
        let line = self.line.clone();
        spawn_local(async move {
            let is_readable = match slice {
                Some(slice) => range::is_readable(&slice).await,
                None => true,
            };
            let failure = if is_readable { HostError::Network } else { HostError::Unreadable };
            line.tell(Event::Failed { id, failure });
        });
    }

    fn wake_at(&mut self, at: u64) {
        let wait = u32::try_from(at.saturating_sub(page::now())).unwrap_or(u32::MAX);
        let line = self.line.clone();
        self.alarm = Some(Timeout::new(wait, move || line.tell(Event::Wake)));
    }

    /// Takes what was read. What is not wanted any more is hashed all the same: the file's digest misses nothing.
    fn keep(&mut self, read: Read, part: ChunkHasher, content: Result<Content, JsValue>) {
        let is_wanted = self.reads.is_wanted(read.id);
        let Ok(content) = content else {
            if is_wanted {
                self.hear(Event::Failed { id: read.id, failure: HostError::Unreadable });
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
            self.hear(Event::Wake);
        }
    }

    /// Tells the page how it ended, once; until then it ticks.
    fn conclude(&mut self) {
        let outcome = self.upload.outcome();
        self.outlet.conclude(outcome);
        if outcome.is_some() {
            self.ticker = None;
        } else if self.ticker.is_none() {
            let line = self.line.clone();
            self.ticker = Some(Interval::new(TICK_MS, move || line.tell(Event::Tick)));
        }
        // The others have just been told, and need not wait for this tab any more.
        if matches!(outcome, Some(Outcome::Ready { .. } | Outcome::Cancelled)) {
            self.lock = None;
        }
    }
}

fn listen(line: &Line, name: &'static str, event: fn() -> Event) -> EventListener {
    let line = line.clone();
    EventListener::new(&page::scope(), name, move |_| line.tell(event()))
}
