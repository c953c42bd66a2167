use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use js_sys::{ArrayBuffer, Math, Uint8Array};
use upload::{Action, Body, Call, CallId, Failure, Order, Outcome, Progress, Upload};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::digest::Digest;
use super::inspect::slice;
use super::page;
use super::request::Request;
use crate::message::Report;

/// The page hears of progress four times a second, in milliseconds.
const TICK_MS: u32 = 250;

/// What happens to an upload.
pub(super) enum Event {
    Answered { id: CallId, status: u16, body: String },
    Sent { id: CallId, loaded: u64 },
    Failed { id: CallId, failure: Failure },
    Wake,
    Online,
    Cancel,
    Retry,
    Tick,
}

/// Carries out what the upload's machine wants done, and tells it what happens.
pub(super) struct Driver {
    line: Line,
    file: File,
    upload: Upload,
    digest: Digest,
    requests: BTreeMap<CallId, Request>,
    reads: VecDeque<Read>,
    is_reading: bool,
    alarm: Option<Timeout>,
    ticker: Option<Interval>,
    _online: EventListener,
    shown: Option<Progress>,
    told: Option<Outcome>,
    is_muted: bool,
}

/// A chunk to be read and sent.
#[derive(Clone, Copy)]
struct Read {
    id: CallId,
    offset: u64,
    len: u64,
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

    fn next_read(&self) -> Option<(Read, File)> {
        let driver = self.0.upgrade()?;
        let mut driver = driver.borrow_mut();
        let driver = &mut *driver;
        driver.reads.retain(|read| driver.requests.contains_key(&read.id));
        let read = driver.reads.pop_front();
        driver.is_reading = read.is_some();
        Some((read?, driver.file.clone()))
    }

    fn was_read(&self, read: Read, bytes: Result<JsValue, JsValue>) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().send_chunk(read, bytes);
        }
    }
}

impl Driver {
    /// Begins an upload.
    pub(super) fn start(file: File, order: Order) -> Rc<RefCell<Driver>> {
        let driver = Rc::new_cyclic(|me| RefCell::new(Driver::new(Line(me.clone()), file, order)));
        Line::to(&driver).tell(Event::Tick);
        driver
    }

    fn new(line: Line, file: File, order: Order) -> Driver {
        let to_me = line.clone();
        let online = EventListener::new(&page::scope(), "online", move |_| to_me.tell(Event::Online));
        // 2^53 different seeds are plenty to spread waits.
        let seed = (Math::random() * 9_007_199_254_740_992.0) as u64;
        Driver {
            line,
            file,
            digest: Digest::new(order.file_size),
            upload: Upload::new(order, seed, page::now()),
            requests: BTreeMap::new(),
            reads: VecDeque::new(),
            is_reading: false,
            alarm: None,
            ticker: None,
            _online: online,
            shown: None,
            told: None,
            is_muted: false,
        }
    }

    /// From now on the page hears nothing of this upload.
    pub(super) fn mute(&mut self) {
        self.is_muted = true;
    }

    /// Whether nothing more will be sent.
    pub(super) fn is_over(&self) -> bool {
        self.upload.outcome().is_some()
    }

    fn hear(&mut self, event: Event) {
        let is_tick = matches!(event, Event::Tick);
        self.apply(event);
        while let Some(action) = self.upload.poll(page::now()) {
            self.act(action);
        }
        self.show(is_tick);
        self.conclude();
    }

    fn apply(&mut self, event: Event) {
        let now = page::now();
        match event {
            Event::Answered { id, status, body } => {
                self.requests.remove(&id);
                self.upload.answered(id, status, &body, now);
            }
            Event::Sent { id, loaded } => self.upload.sent(id, loaded, now),
            Event::Failed { id, failure } => self.fail(id, failure),
            Event::Wake => self.upload.wake(now),
            Event::Online => self.upload.online(now),
            Event::Cancel => {
                self.upload.cancel(now);
                // The page waits for what comes of it, also if it came too late and nothing does.
                (self.shown, self.told) = (None, None);
            }
            Event::Retry => self.upload.retry(now),
            Event::Tick => {}
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Send { id, call } => {
                if self.send(id, &call).is_err() {
                    self.fail(id, Failure::Network);
                }
            }
            Action::Abort { id } => drop(self.requests.remove(&id)),
            Action::WakeAt(at) => self.wake_at(at),
        }
    }

    fn send(&mut self, id: CallId, call: &Call) -> Result<(), JsValue> {
        let request = Request::open(id, call, &self.line)?;
        match &call.body {
            Body::Empty => request.send_text(None)?,
            Body::Json(text) => request.send_text(Some(text))?,
            &Body::Chunk { offset, len, .. } => self.read(Read { id, offset, len }),
        }
        self.requests.insert(id, request);
        Ok(())
    }

    fn fail(&mut self, id: CallId, failure: Failure) {
        self.requests.remove(&id);
        self.upload.failed(id, failure, page::now());
    }

    fn wake_at(&mut self, at: u64) {
        let wait = u32::try_from(at.saturating_sub(page::now())).unwrap_or(u32::MAX);
        let line = self.line.clone();
        self.alarm = Some(Timeout::new(wait, move || line.tell(Event::Wake)));
    }

    /// One chunk is read after the other, so that the digest gets them in order and memory holds no more of
    /// them than are on their way.
    fn read(&mut self, read: Read) {
        self.reads.push_back(read);
        if !std::mem::replace(&mut self.is_reading, true) {
            spawn_local(read_chunks(self.line.clone()));
        }
    }

    fn send_chunk(&mut self, read: Read, bytes: Result<JsValue, JsValue>) {
        let Ok(bytes) = bytes.and_then(JsCast::dyn_into::<ArrayBuffer>) else {
            return self.hear(Event::Failed { id: read.id, failure: Failure::Unreadable });
        };
        // No request is left if it was aborted meanwhile.
        let sent = self.requests.get(&read.id).map_or(Ok(()), |request| request.send_bytes(&bytes));
        if let Some(md5) = self.digest.take(read.offset, &Uint8Array::new(&bytes)) {
            self.upload.digest(md5);
        }
        if sent.is_err() {
            self.hear(Event::Failed { id: read.id, failure: Failure::Network });
        }
    }

    /// Tells the page how far it is: with every tick, and at once when something else is being done.
    fn show(&mut self, is_tick: bool) {
        let progress = self.upload.progress(page::now());
        let shown = self.shown.as_ref();
        let is_news =
            shown.is_none_or(|shown| shown.phase != progress.phase || (is_tick && *shown != progress));
        if is_news {
            self.post(&Report::Progress(progress.clone()));
            self.shown = Some(progress);
        }
    }

    /// Tells the page how it ended, once; until then it ticks.
    fn conclude(&mut self) {
        let outcome = self.upload.outcome();
        if outcome != self.told.as_ref() {
            self.told = outcome.cloned();
            self.told.as_ref().map(conclusion).iter().for_each(|report| self.post(report));
        }
        match self.told {
            Some(_) => self.ticker = None,
            None if self.ticker.is_none() => {
                let line = self.line.clone();
                self.ticker = Some(Interval::new(TICK_MS, move || line.tell(Event::Tick)));
            }
            None => {}
        }
    }

    fn post(&self, report: &Report) {
        if !self.is_muted {
            page::post(report);
        }
    }
}

async fn read_chunks(line: Line) {
    while let Some((read, file)) = line.next_read() {
        let bytes = match slice(&file, read.offset, read.len) {
            Ok(blob) => JsFuture::from(blob.array_buffer()).await,
            Err(error) => Err(error),
        };
        line.was_read(read, bytes);
    }
}

fn conclusion(outcome: &Outcome) -> Report {
    match outcome {
        Outcome::Ready { release_id } => Report::Ready { release_id: *release_id },
        Outcome::Failed(error) => Report::Failed {
            message: error.to_string(),
            fix: error.fix().to_owned(),
            can_retry: error.can_retry(),
        },
        Outcome::Cancelled => Report::Cancelled,
    }
}
