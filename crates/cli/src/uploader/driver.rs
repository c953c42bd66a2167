//! The loop that carries out the actions of the state machine, and reports to it what happens.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Interval, interval, sleep_until};
use upload::{Action, Checkpoint, HostError, Outcome, Progress, RequestId, Upload};

use super::deadlines::{Deadlines, ExceededDeadline};
use super::display::ProgressDisplay;
use super::end::UploadEnd;
use super::event::DriverEvent;
use super::in_flight::InFlightRequest;
use super::reader::ChunkReader;
use super::record::UploadRecord;
use super::source::{FileChange, SourceFile};
use crate::api::ApiClient;
use crate::interrupt::Interrupts;

/// How often the counters of sent bytes are read, and the display is updated.
const TICK: Duration = Duration::from_millis(250);

/// Carries out the actions of the upload's state machine, and reports events to it.
pub(super) struct Driver<'a> {
    upload: Upload,
    client: ApiClient,
    reader: ChunkReader,
    record: &'a mut UploadRecord,
    display: ProgressDisplay,
    deadlines: Deadlines,
    event_sender: UnboundedSender<DriverEvent>,
    events: UnboundedReceiver<DriverEvent>,
    interrupts: Interrupts,
    ticks: Interval,
    started: Instant,
    /// When to wake the state machine, in milliseconds since `started`.
    wake_at: Option<u64>,
    /// The requests whose chunk the reader is asked for.
    pending_reads: HashSet<RequestId>,
    /// Chunks in memory that are not in flight yet.
    read_chunks: HashMap<RequestId, Bytes>,
    in_flight: HashMap<RequestId, InFlightRequest>,
    /// What the reader noticed, for the error at the end.
    file_change: Option<FileChange>,
    /// Why the last request failed, for the error at the end.
    last_cause: Option<String>,
    /// Whether the user knows that the record cannot be written.
    has_warned: bool,
}

impl<'a> Driver<'a> {
    pub(super) fn new(
        upload: Upload,
        client: ApiClient,
        source: SourceFile,
        record: &'a mut UploadRecord,
        display: ProgressDisplay,
        timeout: Option<Duration>,
    ) -> Self {
        let (event_sender, events) = unbounded_channel();
        Self {
            upload,
            client,
            reader: ChunkReader::start(source, event_sender.clone()),
            record,
            display,
            deadlines: Deadlines::new(timeout),
            event_sender,
            events,
            interrupts: Interrupts::listen(),
            ticks: interval(TICK),
            started: Instant::now(),
            wake_at: None,
            pending_reads: HashSet::new(),
            read_chunks: HashMap::new(),
            in_flight: HashMap::new(),
            file_change: None,
            last_cause: None,
            has_warned: false,
        }
    }

    /// Runs the upload to its end.
    pub(super) async fn run(mut self) -> UploadEnd {
        loop {
            while let Some(action) = self.upload.poll(self.now()) {
                self.carry_out(action);
            }
            let progress = self.upload.progress(self.now());
            self.record.saved.percent = progress.percent;
            self.display.show(&progress, self.started.elapsed());
            if let Some(end) = self.check_end(&progress) {
                return end;
            }
            match self.next_event().await {
                DriverEvent::Interrupt => return UploadEnd::Interrupted { percent: progress.percent },
                event => self.handle(event),
            }
        }
    }

    async fn next_event(&mut self) -> DriverEvent {
        let wake_at = self.wake_at.map(|at| self.started + Duration::from_millis(at));
        tokio::select! {
            biased;
            () = self.interrupts.next() => DriverEvent::Interrupt,
            Some(event) = self.events.recv() => event,
            () = wait_until(wake_at) => DriverEvent::Timer,
            _ = self.ticks.tick() => DriverEvent::Tick,
        }
    }

    /// Milliseconds since the upload began.
    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn handle(&mut self, event: DriverEvent) {
        self.report_sent_bytes();
        let now = self.now();
        match event {
            DriverEvent::ChunkRead { id, bytes, md5, file_digest } => {
                if let Some(digest) = file_digest {
                    self.upload.on_file_digest(digest);
                }
                if self.pending_reads.remove(&id) {
                    self.read_chunks.insert(id, bytes);
                    self.upload.on_chunk_read(id, md5, now);
                }
            }
            DriverEvent::ReadFailed { id, change } => {
                if self.pending_reads.remove(&id) {
                    self.file_change = Some(change);
                    self.upload.on_failure(id, HostError::Unreadable, now);
                }
            }
            DriverEvent::ResponseReceived { id, response } => {
                self.in_flight.remove(&id);
                self.upload.on_response(id, response.as_raw(), now);
            }
            DriverEvent::RequestFailed { id, error, cause } => {
                self.in_flight.remove(&id);
                self.last_cause = Some(cause);
                self.upload.on_failure(id, error, now);
            }
            DriverEvent::Timer => {
                self.wake_at = None;
                self.upload.on_timer(now);
            }
            DriverEvent::Tick | DriverEvent::Interrupt => {}
        }
    }

    /// Reports how many bytes of each chunk were sent since the last time.
    fn report_sent_bytes(&mut self) {
        let now = self.now();
        for (id, request) in &mut self.in_flight {
            if let Some(sent) = request.new_sent_bytes() {
                self.upload.on_bytes_sent(*id, sent, now);
            }
        }
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::ReadChunk { id, offset, len } => {
                self.pending_reads.insert(id);
                self.reader.read(id, offset, len);
            }
            Action::Send { id, request } => self.send(id, request),
            Action::Abort { id } => {
                self.pending_reads.remove(&id);
                self.read_chunks.remove(&id);
                self.in_flight.remove(&id);
            }
            Action::WakeAt(at) => self.wake_at = Some(at),
            Action::RenewCredentials => {
                let is_renewed = self.client.renew_token();
                self.upload.on_credentials(is_renewed, self.now());
            }
            Action::SaveCheckpoint(checkpoint) => self.save(Some(*checkpoint)),
            Action::DeleteCheckpoint => self.save(None),
        }
    }

    /// Writes the record. If that fails the upload continues all the same; it only cannot be continued later.
    fn save(&mut self, checkpoint: Option<Checkpoint>) {
        self.record.saved.checkpoint = checkpoint;
        if let Some(Outcome::Ready { release_id }) = self.upload.outcome() {
            self.record.saved.release = Some(*release_id);
        }
        if let Err(error) = self.record.save()
            && !std::mem::replace(&mut self.has_warned, true)
        {
            self.display.warn(&error);
        }
    }

    fn send(&mut self, id: RequestId, request: upload::Request) {
        let bytes = self.read_chunks.remove(&id).unwrap_or_default();
        self.in_flight
            .insert(id, InFlightRequest::start(id, request, bytes, &self.client, self.event_sender.clone()));
    }

    fn check_end(&mut self, progress: &Progress) -> Option<UploadEnd> {
        match self.upload.outcome() {
            Some(Outcome::Ready { release_id }) => return Some(UploadEnd::Ready { release: *release_id }),
            Some(Outcome::Failed(error)) => {
                let (change, cause) = (self.file_change.take(), self.last_cause.take());
                return Some(UploadEnd::Failed { error: error.clone(), change, cause });
            }
            Some(Outcome::Cancelled) => return Some(UploadEnd::Cancelled),
            None => {}
        }
        let deadline = self.deadlines.check(progress, Instant::now())?;
        Some(match deadline {
            ExceededDeadline::Processing { seconds } => UploadEnd::TimedOut { seconds },
            ExceededDeadline::Unreachable { minutes } => {
                UploadEnd::Unreachable { minutes, cause: self.last_cause.take() }
            }
        })
    }
}

async fn wait_until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
