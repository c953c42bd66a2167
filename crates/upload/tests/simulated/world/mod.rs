//! A server, a network and a clock around one upload; every property that always holds is asserted here.

pub(crate) mod server;

use std::collections::{BTreeMap, BTreeSet};

use protocol::{ChunkErrorCode, SetMetadataResponse};
use upload::{Action, Body, Call, CallId, Failure, Order, Outcome, PARALLEL, Progress, Upload};

use self::server::{Server, json, receipt};

pub(crate) const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// What happens to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Luck {
    Good,
    /// It never arrives.
    LostRequest,
    /// It arrives, its answer does not.
    LostAnswer,
    /// Neither arrives, and nobody says so.
    Silence,
    /// This status instead of being served.
    Status(u16),
    /// Served, and answered with this status all the same.
    ServedStatus(u16),
    /// `{"error":true}` with this code.
    ErrorCode(ChunkErrorCode),
    /// A sign-in page of somebody in between.
    Html,
    /// The answer comes twice.
    Twice,
    /// The file cannot be read.
    FileChanged,
}

/// Decides on the luck of a call, which is the n-th one.
type Fortune<'a> = dyn FnMut(&Call, usize) -> Luck + 'a;

enum Event {
    Serve(CallId, Call, Luck),
    Sent(CallId, u64),
    Answer(CallId, u16, String),
    Fail(CallId, Failure),
}

pub(crate) struct World<'a> {
    pub(crate) server: Server,
    pub(crate) upload: Upload,
    pub(crate) now: u64,
    /// Every call that was sent, in order.
    pub(crate) calls: Vec<Call>,
    luck: Box<Fortune<'a>>,
    random: u64,
    events: BTreeMap<(u64, u64), Event>,
    n_events: u64,
    alarm: Option<u64>,
    in_flight: BTreeSet<CallId>,
    acknowledged: BTreeSet<u32>,
    shown: Progress,
}

impl<'a> World<'a> {
    pub(crate) fn new(server: Server, seed: u64, luck: impl FnMut(&Call, usize) -> Luck + 'a) -> World<'a> {
        let order = Order {
            owner: "ann".into(),
            app: "notes".into(),
            file_name: "notes &1.apk".into(),
            file_size: server.file_size,
            content_type: Some("application/vnd.android.package-archive".into()),
            build_version: None,
            build_number: None,
        };
        let upload = Upload::new(order, seed, 1_000);
        let shown = upload.progress(1_000);
        World {
            server,
            upload,
            now: 1_000,
            calls: Vec::new(),
            luck: Box::new(luck),
            random: seed.wrapping_mul(0x2545_F491_4F6C_DD1D) | 1,
            events: BTreeMap::new(),
            n_events: 0,
            alarm: None,
            in_flight: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
            shown,
        }
    }

    /// Lets time pass until the upload is over.
    pub(crate) fn run(&mut self) -> Outcome {
        self.run_until(|_| false)
    }

    /// Lets time pass until `stop` or the end; panics if the upload hangs.
    pub(crate) fn run_until(&mut self, mut stop: impl FnMut(&World<'a>) -> bool) -> Outcome {
        loop {
            self.drain();
            if let Some(outcome) = self.upload.outcome() {
                assert!(self.in_flight.is_empty(), "over, with {:?} on their way", self.in_flight);
                return outcome.clone();
            }
            if stop(self) {
                return Outcome::Cancelled;
            }
            assert!(self.step(), "hangs at {} with {:?}", self.now, self.upload);
        }
    }

    /// Takes what the machine wants done.
    pub(crate) fn drain(&mut self) {
        let mut n_actions = 0;
        while let Some(action) = self.upload.poll(self.now) {
            n_actions += 1;
            assert!(n_actions < 100, "never stops polling");
            match action {
                Action::Send { id, call } => self.send(id, call),
                Action::Abort { id } => assert!(self.in_flight.remove(&id), "aborted {id:?}, which is over"),
                Action::WakeAt(at) => self.alarm = Some(at),
            }
        }
        self.watch();
    }

    fn send(&mut self, id: CallId, call: Call) {
        assert!(!matches!(self.upload.outcome(), Some(Outcome::Failed(_) | Outcome::Ready { .. })));
        assert!(self.in_flight.insert(id), "{id:?} was used twice");
        assert!(self.in_flight.len() <= PARALLEL);
        if let Body::Chunk { number, .. } = call.body {
            assert!(!self.acknowledged.contains(&number), "chunk {number} is stored already");
        }
        let luck = (self.luck)(&call, self.calls.len());
        self.calls.push(call.clone());
        let arrival = self.travel(id, &call, luck);
        match luck {
            Luck::LostRequest => self.later(arrival, Event::Fail(id, Failure::Network)),
            Luck::FileChanged => self.later(arrival, Event::Fail(id, Failure::Unreadable)),
            Luck::Silence => {}
            _ => self.later(arrival, Event::Serve(id, call, luck)),
        }
    }

    /// Reports bytes on their way, and says how long it takes to arrive, in milliseconds.
    fn travel(&mut self, id: CallId, call: &Call, luck: Luck) -> u64 {
        let Body::Chunk { len, .. } = call.body else { return 5 + self.roll(100) };
        let duration = 100 + self.roll(3_000);
        let quarters = if matches!(luck, Luck::LostRequest | Luck::Silence) { self.roll(4) } else { 4 };
        for quarter in 1..=quarters {
            self.later(duration * quarter / 4, Event::Sent(id, len * quarter / 4));
        }
        duration + 1
    }

    /// Lets the next thing happen. False if nothing ever will.
    fn step(&mut self) -> bool {
        let event = self.events.first_key_value().map(|((at, _), _)| *at);
        match (event, self.alarm) {
            (None, None) => return false,
            (Some(at), alarm) if alarm.is_none_or(|alarm| at <= alarm) => {
                self.now = self.now.max(at);
                if let Some((_, event)) = self.events.pop_first() {
                    self.happen(event);
                }
            }
            (_, Some(alarm)) => {
                self.now = self.now.max(alarm);
                self.alarm = None;
                self.upload.wake(self.now);
            }
            (Some(_), None) => unreachable!("no alarm is later than any event"),
        }
        true
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Serve(id, call, luck) => self.serve(id, &call, luck),
            Event::Sent(id, loaded) => self.upload.sent(id, loaded, self.now),
            Event::Fail(id, failure) => {
                self.in_flight.remove(&id);
                self.upload.failed(id, failure, self.now);
            }
            Event::Answer(id, status, body) => {
                // An answer to a call that was given up still comes now and then, and must change nothing.
                if self.in_flight.remove(&id) {
                    self.learn(status, &body);
                }
                self.upload.answered(id, status, &body, self.now);
            }
        }
    }

    fn serve(&mut self, id: CallId, call: &Call, luck: Luck) {
        let number = if let Body::Chunk { number, .. } = call.body { number } else { 0 };
        let (status, body) = match luck {
            Luck::Status(status) => (status, "oops".to_owned()),
            Luck::Html => (200, "<html>sign in</html>".to_owned()),
            Luck::ErrorCode(code) => json(200, &receipt(number, code)),
            Luck::ServedStatus(status) => (status, self.server.serve(call).1),
            _ => self.server.serve(call),
        };
        let delay = 5 + self.roll(200);
        if luck == Luck::LostAnswer {
            return self.later(delay, Event::Fail(id, Failure::Network));
        }
        if luck == Luck::Twice {
            self.later(delay + 50, Event::Answer(id, status, body.clone()));
        }
        self.later(delay, Event::Answer(id, status, body));
    }

    /// What the client knows from here on.
    fn learn(&mut self, status: u16, body: &str) {
        if status >= 300 {
            return;
        }
        if let Ok(receipt) = serde_json::from_str::<protocol::UploadChunkResponse>(body)
            && receipt.error_code == ChunkErrorCode::None
            && receipt.chunk_num > 0
        {
            self.acknowledged.insert(receipt.chunk_num);
        }
        if let Ok(finish) = serde_json::from_str::<protocol::FinishUploadResponse>(body) {
            self.acknowledged
                .retain(|number| finish.missing_chunks.iter().flatten().all(|lost| lost != number));
        }
        if let Ok(list) = serde_json::from_str::<SetMetadataResponse>(body) {
            let listed: BTreeSet<u32> = list.chunk_list.into_iter().collect();
            self.acknowledged.extend((1..=self.server.n_chunks()).filter(|number| !listed.contains(number)));
        }
        if self.acknowledged.len() == self.server.n_chunks() as usize {
            self.upload.digest(MD5.to_owned());
        }
    }

    /// Nothing that is shown goes back.
    fn watch(&mut self) {
        let progress = self.upload.progress(self.now);
        assert!(progress.percent >= self.shown.percent && progress.percent <= 100, "{progress:?}");
        assert!(progress.sent_bytes >= self.shown.sent_bytes, "{progress:?} after {:?}", self.shown);
        assert!(progress.sent_bytes <= progress.total_bytes, "{progress:?}");
        assert!(progress.chunks_stored <= progress.chunks_total, "{progress:?}");
        self.shown = progress;
    }

    fn later(&mut self, delay: u64, event: Event) {
        self.n_events += 1;
        self.events.insert((self.now + delay, self.n_events), event);
    }

    /// A number below `limit`, by xorshift.
    pub(crate) fn roll(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }
}

/// How often each chunk was sent.
pub(crate) fn sends(calls: &[Call]) -> BTreeMap<u32, u32> {
    let mut sends = BTreeMap::new();
    for call in calls {
        if let Body::Chunk { number, .. } = call.body {
            *sends.entry(number).or_default() += 1;
        }
    }
    sends
}

/// Method and path of each call.
pub(crate) fn words(calls: &[Call]) -> Vec<String> {
    calls.iter().map(|call| format!("{} {}", call.method.as_str(), call.path)).collect()
}
