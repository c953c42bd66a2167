//! What always holds.

use std::collections::BTreeSet;

use serde_json::Value;
use upload::{Action, Body, Progress, RequestId};

use super::network::ReceivedResponse;
use super::{Event, Simulation};

/// Alarms in a row between which nothing else happened; more would be a loop that eats the battery.
const ALARMS: u32 = 200;

/// What is known of an upload from outside.
pub(super) struct Invariants {
    shown: Progress,
    /// The chunks that the client knows to be stored.
    acknowledged: BTreeSet<u32>,
    pub(super) is_cancelled: bool,
    n_alarms: u32,
    n_checks: u32,
}

impl Invariants {
    pub(super) fn new(shown: Progress) -> Invariants {
        Invariants { shown, acknowledged: BTreeSet::new(), is_cancelled: false, n_alarms: 0, n_checks: 0 }
    }

    /// What still holds after a crash: what was stored of the same file is not sent again.
    pub(super) fn after(self, before: &Invariants, is_same_file: bool) -> Invariants {
        let acknowledged = if is_same_file { before.acknowledged.clone() } else { BTreeSet::new() };
        Invariants { is_cancelled: before.is_cancelled, acknowledged, ..self }
    }

    pub(super) fn note(&mut self, event: &Event, now: u64) {
        self.n_alarms = if matches!(event, Event::Alarm(_)) { self.n_alarms + 1 } else { 0 };
        assert!(self.n_alarms < ALARMS, "at {now}: alarm after alarm, and no other event");
    }
}

impl Simulation<'_> {
    /// Which actions the host may get.
    pub(super) fn inspect(&mut self, action: &Action) {
        let is_over = self.upload.outcome().is_some();
        let is_work =
            !matches!(action, Action::Abort { .. } | Action::DeleteCheckpoint | Action::SaveCheckpoint(_));
        assert!(!(is_over && is_work), "ended, and still wants {action:?}");
        match action {
            Action::Send { request, .. } => {
                let chunk = if let Body::Chunk { number, .. } = request.body { Some(number) } else { None };
                assert!(!(self.is_paused && chunk.is_some()), "paused, and sends {request:?}");
                if let Some(number) = chunk {
                    let is_stored = self.invariants.acknowledged.contains(&number);
                    assert!(!is_stored, "chunk {number} is stored already");
                    assert!(!self.host.is_sending(number), "chunk {number} is in flight already");
                    assert!(!self.invariants.is_cancelled, "cancelled, and sends chunk {number}");
                    let n_chunks = self.host.n_chunks_in_flight();
                    assert!(n_chunks < self.capabilities.max_parallel.into(), "more than {n_chunks} at once");
                    let progress = self.upload.progress(self.clock());
                    let n_in_flight = progress.in_flight.len() as u32;
                    assert!(n_in_flight <= progress.parallel, "more than it says: {progress:?}");
                }
                let is_change = request.method.as_str() != "GET";
                let is_marked = request.headers().any(|header| header == ("x-slipway-request", "1"));
                assert_eq!(is_marked, is_change, "{request:?}");
            }
            Action::SaveCheckpoint(checkpoint) => {
                assert!(!format!("{checkpoint:?}").contains("to+ken"), "a token in a log");
                assert!(checkpoint.stored_bytes <= self.host.chosen.size);
                for (number, md5) in &checkpoint.chunk_md5s {
                    let offset = u64::from(number - 1) * checkpoint.chunk_size;
                    let len = checkpoint.chunk_size.min(self.host.chosen.size - offset);
                    assert!(self.disk.had_once(offset, len, *md5), "chunk {number} was never {md5}");
                }
            }
            _ => {}
        }
    }

    /// What the client knows from here on.
    pub(super) fn note_confirmed(&mut self, id: RequestId, received: &ReceivedResponse) {
        let known = &mut self.invariants.acknowledged;
        let Ok(answer) = serde_json::from_str::<Value>(&received.body) else { return };
        let request = self.requests.iter().rev().find(|sent| sent.id == id).map(|sent| &sent.request);
        let numbers = |key: &str| -> Option<BTreeSet<u32>> {
            Some(answer[key].as_array()?.iter().filter_map(|it| it.as_u64()).map(|it| it as u32).collect())
        };
        if let Some(missing) = numbers("missing_chunks") {
            known.retain(|number| !missing.contains(number));
        }
        if let Some(listed) = numbers("chunk_list").filter(|_| received.status < 300) {
            known.retain(|number| !listed.contains(number));
        }
        let Some(Body::Chunk { number, .. }) = request.map(|request| &request.body) else { return };
        let md5_as_sent = request.and_then(|request| request.content_md5.as_deref());
        let is_right = answer["md5"].as_str().is_none_or(|md5| {
            md5.parse::<upload::Md5>().is_ok_and(|md5| Some(md5.base64().as_str()) == md5_as_sent)
        });
        let is_stored = answer["error"] == false && answer["chunk_num"] == *number;
        if is_stored && is_right && received.status < 300 {
            known.insert(*number);
        }
    }

    /// What is shown, and what is held in memory.
    pub(super) fn check_invariants(&mut self) {
        let (progress, shown) = (self.upload.progress(self.clock()), &self.invariants.shown);
        assert!(progress.percent >= shown.percent, "{progress:?} after {shown:?}");
        assert!(progress.sent_bytes >= shown.sent_bytes, "{progress:?} after {shown:?}");
        assert!(progress.committed_bytes >= shown.committed_bytes, "{progress:?} after {shown:?}");
        assert!(progress.committed_bytes <= progress.total_bytes, "{progress:?}");
        assert!(progress.read_bytes >= shown.read_bytes, "{progress:?} after {shown:?}");
        assert!(progress.chunks_stored >= shown.chunks_stored, "{progress:?} after {shown:?}");
        assert!(progress.sent_bytes <= progress.total_bytes, "{progress:?}");
        assert!(progress.chunks_stored <= progress.chunks_total, "{progress:?}");
        assert!((1..=self.capabilities.max_parallel).contains(&progress.parallel), "{progress:?}");
        assert!(progress.in_flight.iter().all(|chunk| chunk.sent <= chunk.len), "{progress:?}");
        let is_whole = self.server.n_sealed() > 0;
        assert!(progress.percent < 100 || is_whole, "100 % of {progress:?}, and the server has not said so");
        // No more is read ahead than is in flight, and one chunk may be between reading and either.
        let ahead = (self.capabilities.read_ahead_bytes / self.server.behavior.chunk_size)
            .min(self.capabilities.max_parallel.into());
        let most = self.capabilities.max_parallel as usize + ahead.max(1) as usize;
        assert!(self.host.n_kept() <= most, "{} chunks in memory: {:?}", self.host.n_kept(), self.host);
        assert!(self.server.n_finished() <= 1, "two releases of one file");
        self.invariants.shown = progress;
        self.invariants.n_checks += 1;
        if self.invariants.n_checks % 32 == 1 {
            assert!(!format!("{:?}", self.upload).contains("to+ken"), "a token in a log");
        }
    }

    pub(crate) fn was_cancelled(&self) -> bool {
        self.invariants.is_cancelled
    }

    /// The progress that must not go back.
    pub(crate) fn shown(&self) -> &Progress {
        &self.invariants.shown
    }
}
