use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::{Method, RequestBuilder, header::HeaderValue};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;
use tokio::time::{Interval, interval, sleep_until};
use upload::{
    Action, Answer, Body, Call, CallId, Checkpoint, Failure, Md5, Outcome, Phase, Progress, Upload, Waiting,
};

use super::body::Part;
use super::display::Display;
use super::end::End;
use super::reader::Reader;
use super::record::Record;
use super::source::{Change, Source};
use crate::fault;
use crate::interrupt::Interrupts;
use crate::service::{Service, text_of};

/// How often the counters of bytes are looked at, and the display.
const TICK: Duration = Duration::from_millis(250);

/// How long a server may be out of reach. The machine would wait for a day, which is right for a page that somebody left
/// open; a job in CI is better told.
const OUT_OF_REACH: Duration = Duration::from_mins(10);

/// What happens to an upload.
#[derive(Debug)]
pub(super) enum Event {
    Read { id: CallId, bytes: Bytes, md5: Md5, digest: Option<Md5> },
    Unreadable { id: CallId, change: Change },
    Answered { id: CallId, answer: Heard },
    Failed { id: CallId, failure: Failure, reason: String },
    Wake,
    Tick,
    Interrupt,
}

/// An answer that is all there.
#[derive(Debug)]
pub(super) struct Heard {
    status: u16,
    body: String,
    retry_after: Option<String>,
    date: Option<String>,
}

/// Carries out what the upload's machine wants done, and tells it what happens.
pub(super) struct Driver<'a> {
    upload: Upload,
    service: Service,
    reader: Reader,
    record: &'a mut Record,
    display: Display,
    timeout: Option<Duration>,
    tell: UnboundedSender<Event>,
    heard: UnboundedReceiver<Event>,
    interrupts: Interrupts,
    ticks: Interval,
    started: Instant,
    alarm: Option<u64>,
    /// Reads that are waited for.
    wanted: HashSet<CallId>,
    /// Parts in memory that are not on their way yet.
    kept: HashMap<CallId, Bytes>,
    flights: HashMap<CallId, Flight>,
    since: Since,
    change: Option<Change>,
    reason: Option<String>,
}

/// A call on its way. Dropping it gives it up.
struct Flight {
    task: AbortHandle,
    sent: Arc<AtomicU64>,
    told: u64,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// When something began that must not last for ever.
#[derive(Clone, Copy, Debug, Default)]
struct Since {
    processing: Option<Instant>,
    out_of_reach: Option<Instant>,
}

impl<'a> Driver<'a> {
    pub(super) fn new(
        upload: Upload,
        service: Service,
        source: Source,
        record: &'a mut Record,
        display: Display,
        timeout: Option<Duration>,
    ) -> Self {
        let (tell, heard) = unbounded_channel();
        Self {
            upload,
            service,
            reader: Reader::start(source, tell.clone()),
            record,
            display,
            timeout,
            tell,
            heard,
            interrupts: Interrupts::listen(),
            ticks: interval(TICK),
            started: Instant::now(),
            alarm: None,
            wanted: HashSet::new(),
            kept: HashMap::new(),
            flights: HashMap::new(),
            since: Since::default(),
            change: None,
            reason: None,
        }
    }

    /// Runs the upload to its end.
    pub(super) async fn run(mut self) -> End {
        loop {
            while let Some(action) = self.upload.poll(self.now()) {
                self.act(action);
            }
            let progress = self.upload.progress(self.now());
            self.record.entry.percent = progress.percent;
            self.display.show(&progress, self.started.elapsed());
            if let Some(end) = self.end(&progress) {
                return end;
            }
            match self.next().await {
                Event::Interrupt => return End::Interrupted { percent: progress.percent },
                event => self.apply(event),
            }
        }
    }

    async fn next(&mut self) -> Event {
        let wake_at = self.alarm.map(|alarm| self.started + Duration::from_millis(alarm));
        tokio::select! {
            biased;
            () = self.interrupts.next() => Event::Interrupt,
            Some(event) = self.heard.recv() => event,
            () = wait_until(wake_at) => Event::Wake,
            _ = self.ticks.tick() => Event::Tick,
        }
    }

    /// Milliseconds since it began.
    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn apply(&mut self, event: Event) {
        self.pass_on_counts();
        let now = self.now();
        match event {
            Event::Read { id, bytes, md5, digest } => {
                if let Some(digest) = digest {
                    self.upload.digest(digest);
                }
                if self.wanted.remove(&id) {
                    self.kept.insert(id, bytes);
                    self.upload.read(id, md5, now);
                }
            }
            Event::Unreadable { id, change } => {
                if self.wanted.remove(&id) {
                    self.change = Some(change);
                    self.upload.failed(id, Failure::Unreadable, now);
                }
            }
            Event::Answered { id, answer } => {
                self.flights.remove(&id);
                self.upload.answered(id, answer.as_answer(), now);
            }
            Event::Failed { id, failure, reason } => {
                self.flights.remove(&id);
                self.reason = Some(reason);
                self.upload.failed(id, failure, now);
            }
            Event::Wake => {
                self.alarm = None;
                self.upload.wake(now);
            }
            Event::Tick | Event::Interrupt => {}
        }
    }

    /// Tells how much of each part has left since the last time.
    fn pass_on_counts(&mut self) {
        let now = self.now();
        for (id, flight) in &mut self.flights {
            let sent = flight.sent.load(Ordering::Relaxed);
            if sent > flight.told {
                flight.told = sent;
                self.upload.sent(*id, sent, now);
            }
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Read { id, offset, len } => {
                self.wanted.insert(id);
                self.reader.read(id, offset, len);
            }
            Action::Send { id, call } => self.send(id, call),
            Action::Abort { id } => {
                self.wanted.remove(&id);
                self.kept.remove(&id);
                self.flights.remove(&id);
            }
            Action::WakeAt(at) => self.alarm = Some(at),
            Action::Renew => {
                let is_renewed = self.service.renew();
                self.upload.renewed(is_renewed, self.now());
            }
            Action::Save(checkpoint) => self.save(Some(*checkpoint)),
            Action::Forget => self.save(None),
        }
    }

    /// Without a record the upload goes on all the same; it only cannot be taken up again.
    fn save(&mut self, checkpoint: Option<Checkpoint>) {
        self.record.entry.checkpoint = checkpoint;
        if let Some(Outcome::Ready { release_id }) = self.upload.outcome() {
            self.record.entry.release = Some(*release_id);
        }
        if let Err(trouble) = self.record.save() {
            self.display.warn(&trouble);
        }
    }

    fn send(&mut self, id: CallId, call: Call) {
        let sent = Arc::new(AtomicU64::new(0));
        let method = Method::from_bytes(call.method.as_str().as_bytes()).unwrap_or_default();
        let mut request = self.service.request(method.clone(), &call.path);
        // The calls about the file have a permission of their own.
        if call.token.is_none() {
            request = self.service.signed(request);
        }
        for (name, value) in call.headers() {
            request = request.header(name, sensitive(value));
        }
        let request = match call.body {
            Body::Empty => request.body(""),
            Body::Json(text) => request.body(text),
            Body::Chunk { .. } => {
                let bytes = self.kept.remove(&id).unwrap_or_default();
                request.body(reqwest::Body::wrap(Part::new(bytes, sent.clone())))
            }
        };
        let task = tokio::spawn(fly(id, request, self.service.clone(), method, call.path, self.tell.clone()));
        self.flights.insert(id, Flight { task: task.abort_handle(), sent, told: 0 });
    }

    fn end(&mut self, progress: &Progress) -> Option<End> {
        match self.upload.outcome() {
            Some(Outcome::Ready { release_id }) => return Some(End::Ready { release: *release_id }),
            Some(Outcome::Failed(error)) => {
                let (change, reason) = (self.change.take(), self.reason.take());
                return Some(End::Failed { error: error.clone(), change, reason });
            }
            Some(Outcome::Cancelled) => return Some(End::Cancelled),
            None => {}
        }
        let now = Instant::now();
        let begun = |is_so: bool, since: Option<Instant>| is_so.then(|| since.unwrap_or(now));
        self.since.processing = begun(progress.phase == Phase::Processing, self.since.processing);
        let is_out_of_reach = matches!(progress.waiting, Some(Waiting::Network { .. }));
        self.since.out_of_reach = begun(is_out_of_reach, self.since.out_of_reach);
        let has_lasted =
            |since: Option<Instant>, most| since.is_some_and(|since| now.duration_since(since) >= most);
        if let Some(timeout) = self.timeout.filter(|timeout| has_lasted(self.since.processing, *timeout)) {
            return Some(End::TimedOut { seconds: timeout.as_secs() });
        }
        has_lasted(self.since.out_of_reach, OUT_OF_REACH)
            .then(|| End::OutOfReach { minutes: OUT_OF_REACH.as_secs() / 60, reason: self.reason.take() })
    }
}

impl Heard {
    fn as_answer(&self) -> Answer<'_> {
        Answer {
            status: self.status,
            body: &self.body,
            retry_after: self.retry_after.as_deref(),
            date: self.date.as_deref(),
        }
    }
}

async fn wait_until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

/// Keeps a header's value out of what the HTTP library may log.
fn sensitive(value: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Sends a call and tells what came of it.
async fn fly(
    id: CallId,
    request: RequestBuilder,
    service: Service,
    method: Method,
    path: String,
    tell: UnboundedSender<Event>,
) {
    let started = Instant::now();
    let event = match hear(request).await {
        Ok(answer) => {
            service.log(&method, &path, answer.status, started);
            Event::Answered { id, answer }
        }
        Err(error) => {
            let failure = if error.is_timeout() { Failure::Timeout } else { Failure::Network };
            let reason = fault::innermost(&error);
            service.log_failure(&method, &path, &reason);
            Event::Failed { id, failure, reason }
        }
    };
    // Nobody listens any more once the upload is over.
    let _ = tell.send(event);
}

async fn hear(request: RequestBuilder) -> Result<Heard, reqwest::Error> {
    let response = request.send().await?;
    Ok(Heard {
        status: response.status().as_u16(),
        retry_after: text_of(&response, "retry-after"),
        date: text_of(&response, "date"),
        body: response.text().await?,
    })
}
