use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Interval, interval, sleep_until};
use upload::{Action, Checkpoint, HostError, Md5, Outcome, Progress, RequestId, Upload};

use super::display::Display;
use super::end::End;
use super::flight::{Flight, Heard};
use super::patience::{Limit, Patience};
use super::reader::Reader;
use super::record::Record;
use super::source::{Change, Source};
use crate::interrupt::Interrupts;
use crate::service::Service;

/// How often the counters of bytes are looked at, and the display.
const TICK: Duration = Duration::from_millis(250);

/// What happens to an upload.
#[derive(Debug)]
pub(super) enum Event {
    Read { id: RequestId, bytes: Bytes, md5: Md5, digest: Option<Md5> },
    Unreadable { id: RequestId, change: Change },
    Answered { id: RequestId, answer: Heard },
    Failed { id: RequestId, failure: HostError, reason: String },
    Wake,
    Tick,
    Interrupt,
}

/// Carries out what the upload's machine wants done, and tells it what happens.
pub(super) struct Driver<'a> {
    upload: Upload,
    service: Service,
    reader: Reader,
    record: &'a mut Record,
    display: Display,
    patience: Patience,
    tell: UnboundedSender<Event>,
    heard: UnboundedReceiver<Event>,
    interrupts: Interrupts,
    ticks: Interval,
    started: Instant,
    alarm: Option<u64>,
    /// Reads that are waited for.
    wanted: HashSet<RequestId>,
    /// Parts in memory that are not on their way yet.
    kept: HashMap<RequestId, Bytes>,
    flights: HashMap<RequestId, Flight>,
    change: Option<Change>,
    reason: Option<String>,
    /// Whether it was said that the record cannot be written.
    is_warned: bool,
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
            patience: Patience::new(timeout),
            tell,
            heard,
            interrupts: Interrupts::listen(),
            ticks: interval(TICK),
            started: Instant::now(),
            alarm: None,
            wanted: HashSet::new(),
            kept: HashMap::new(),
            flights: HashMap::new(),
            change: None,
            reason: None,
            is_warned: false,
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
                    self.upload.on_file_digest(digest);
                }
                if self.wanted.remove(&id) {
                    self.kept.insert(id, bytes);
                    self.upload.on_chunk_read(id, md5, now);
                }
            }
            Event::Unreadable { id, change } => {
                if self.wanted.remove(&id) {
                    self.change = Some(change);
                    self.upload.on_failure(id, HostError::Unreadable, now);
                }
            }
            Event::Answered { id, answer } => {
                self.flights.remove(&id);
                self.upload.on_response(id, answer.as_answer(), now);
            }
            Event::Failed { id, failure, reason } => {
                self.flights.remove(&id);
                self.reason = Some(reason);
                self.upload.on_failure(id, failure, now);
            }
            Event::Wake => {
                self.alarm = None;
                self.upload.on_timer(now);
            }
            Event::Tick | Event::Interrupt => {}
        }
    }

    /// Tells how much of each part has left since the last time.
    fn pass_on_counts(&mut self) {
        let now = self.now();
        for (id, flight) in &mut self.flights {
            if let Some(sent) = flight.news() {
                self.upload.on_bytes_sent(*id, sent, now);
            }
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::ReadChunk { id, offset, len } => {
                self.wanted.insert(id);
                self.reader.read(id, offset, len);
            }
            Action::Send { id, request } => self.send(id, request),
            Action::Abort { id } => {
                self.wanted.remove(&id);
                self.kept.remove(&id);
                self.flights.remove(&id);
            }
            Action::WakeAt(at) => self.alarm = Some(at),
            Action::RenewCredentials => {
                let is_renewed = self.service.renew();
                self.upload.on_credentials(is_renewed, self.now());
            }
            Action::SaveCheckpoint(checkpoint) => self.save(Some(*checkpoint)),
            Action::DeleteCheckpoint => self.save(None),
        }
    }

    /// Without a record the upload goes on all the same; it only cannot be taken up again.
    fn save(&mut self, checkpoint: Option<Checkpoint>) {
        self.record.entry.checkpoint = checkpoint;
        if let Some(Outcome::Ready { release_id }) = self.upload.outcome() {
            self.record.entry.release = Some(*release_id);
        }
        if let Err(trouble) = self.record.save()
            && !std::mem::replace(&mut self.is_warned, true)
        {
            self.display.warn(&trouble);
        }
    }

    fn send(&mut self, id: RequestId, request: upload::Request) {
        let bytes = self.kept.remove(&id).unwrap_or_default();
        self.flights.insert(id, Flight::start(id, request, bytes, &self.service, self.tell.clone()));
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
        let limit = self.patience.exceeded(progress, Instant::now())?;
        Some(match limit {
            Limit::Timeout { seconds } => End::TimedOut { seconds },
            Limit::OutOfReach { minutes } => End::OutOfReach { minutes, reason: self.reason.take() },
        })
    }
}

async fn wait_until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
