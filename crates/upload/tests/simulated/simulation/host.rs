//! What a host does for the upload: reads, hashes, keeps bytes, sends, sets timers, saves checkpoints.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::rc::Rc;

use md5::Digest as _;
use upload::{Action, Body, Checkpoint, Fingerprint, HostError, Md5, Request, RequestId};

use super::network::ReceivedResponse;
use super::{Event, Sent, Simulation, disk};

/// What the program has in memory, and what it has saved on disk.
pub(crate) struct Host {
    /// The file as it was chosen.
    pub(super) chosen: Fingerprint,
    /// The checkpoint that survives a crash, as JSON, and the file that it was made for.
    pub(super) saved: Option<(String, Fingerprint)>,
    pub(crate) n_saves: u32,
    pub(crate) n_forgets: u32,
    pub(super) alarm: u64,
    writing: Option<String>,
    reads: VecDeque<Reading>,
    kept: BTreeMap<RequestId, BytesInMemory>,
    in_flight: BTreeMap<RequestId, InFlight>,
    hasher: md5::Md5,
    hashed: u64,
    is_renewing: bool,
}

/// A range that is to be read; the first one is being read.
#[derive(Debug)]
struct Reading {
    id: RequestId,
    offset: u64,
    len: u64,
    is_wanted: bool,
}

/// Bytes in memory.
#[derive(Debug)]
struct BytesInMemory {
    offset: u64,
    bytes: Rc<[u8]>,
}

/// A request that was sent.
#[derive(Debug)]
struct InFlight {
    transmission: u64,
    chunk: Option<u32>,
    /// Whether its connection is broken and the host does not know it.
    is_broken: bool,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Host { reads, in_flight, .. } = self;
        write!(f, "reads {reads:?}, kept {:?}, in_flight {in_flight:?}", self.kept.keys())
    }
}

impl Host {
    pub(super) fn new(chosen: Fingerprint) -> Host {
        Host {
            chosen,
            saved: None,
            n_saves: 0,
            n_forgets: 0,
            alarm: 0,
            writing: None,
            reads: VecDeque::new(),
            kept: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            hasher: md5::Md5::new(),
            hashed: 0,
            is_renewing: false,
        }
    }

    /// After a crash: only what was saved on disk is there.
    pub(super) fn restart(&mut self, chosen: Fingerprint) {
        let fresh = Host::new(chosen);
        let before = std::mem::replace(self, fresh);
        self.saved = before.saved;
        (self.n_saves, self.n_forgets) = (before.n_saves, before.n_forgets);
        self.alarm = before.alarm + 1;
    }

    /// Whether an upload could be resumed after a crash.
    pub(crate) fn has_checkpoint(&self) -> bool {
        self.saved.is_some() || self.writing.is_some()
    }

    /// Whether nothing is in flight. A read that was aborted ends by itself.
    pub(super) fn is_idle(&self) -> bool {
        self.kept.is_empty() && self.in_flight.is_empty() && self.reads.iter().all(|read| !read.is_wanted)
    }

    /// How many chunks are in memory, or are being read into it.
    pub(super) fn n_kept(&self) -> usize {
        self.kept.len() + self.reads.iter().take(1).count()
    }

    pub(super) fn n_chunks_in_flight(&self) -> u64 {
        self.in_flight.values().filter(|pending| pending.chunk.is_some()).count() as u64
    }

    /// Whether a request is in flight and its connection alive.
    pub(super) fn is_listening(&self, id: RequestId) -> bool {
        self.in_flight.get(&id).is_some_and(|pending| !pending.is_broken)
    }

    pub(super) fn in_flight(&self) -> Vec<(RequestId, u64)> {
        self.in_flight.iter().map(|(id, pending)| (*id, pending.transmission)).collect()
    }

    pub(super) fn is_sending(&self, chunk: u32) -> bool {
        self.in_flight.values().any(|pending| pending.chunk == Some(chunk))
    }

    pub(super) fn kill_connection(&mut self, id: RequestId) {
        if let Some(pending) = self.in_flight.get_mut(&id) {
            pending.is_broken = true;
        }
    }

    pub(super) fn write(&mut self) {
        if let Some(text) = self.writing.take() {
            self.saved = Some((text, self.chosen.clone()));
        }
    }

    /// Takes the bytes of a chunk into the running digest, if it is their turn.
    fn hash(&mut self, offset: u64, bytes: &[u8]) -> Option<Md5> {
        if offset != self.hashed {
            return None;
        }
        self.hasher.update(bytes);
        self.hashed += bytes.len() as u64;
        (self.hashed == self.chosen.size).then(|| Md5(self.hasher.clone().finalize().into()))
    }
}

impl Simulation<'_> {
    pub(super) fn perform(&mut self, action: Action) {
        self.inspect(&action);
        match action {
            Action::ReadChunk { id, offset, len } => {
                self.host.reads.push_back(Reading { id, offset, len, is_wanted: true });
                if self.host.reads.len() == 1 {
                    self.start_read();
                }
            }
            Action::Send { id, request } => self.send(id, request),
            Action::Abort { id } => self.abort(id),
            Action::WakeAt(at) => {
                self.host.alarm += 1;
                let delay = at.saturating_sub(self.clock());
                // Timers ring late now and then, in background tabs.
                let late = if self.random.chance(5) { self.random.below(1_000) } else { 0 };
                self.later(delay + late, Event::Alarm(self.host.alarm));
            }
            Action::RenewCredentials => {
                if std::mem::replace(&mut self.host.is_renewing, true) {
                    assert!(self.was_cancelled(), "asks for credentials twice");
                    return;
                }
                let is_renewed = !self.random.chance(self.renewals_refused);
                let delay = self.random.between(50, 3_000);
                self.later(delay, Event::Renewed(is_renewed));
            }
            Action::SaveCheckpoint(checkpoint) => self.save(&checkpoint),
            Action::DeleteCheckpoint => {
                self.host.n_forgets += 1;
                (self.host.saved, self.host.writing) = (None, None);
            }
        }
    }

    fn start_read(&mut self) {
        if let Some(id) = self.host.reads.front().map(|read| read.id) {
            let delay = self.random.between(1, 20);
            self.later(delay, Event::Read(id));
        }
    }

    pub(super) fn finish_read(&mut self, id: RequestId) {
        let Some(read) = self.host.reads.pop_front() else { return };
        assert_eq!(read.id, id, "reads end in their order");
        let chosen = (!self.capabilities.may_miss_changes).then_some(&self.host.chosen);
        let bytes = self.disk.read(chosen, read.offset, read.len);
        match bytes {
            _ if !read.is_wanted => {}
            None => self.upload.on_failure(id, HostError::Unreadable, self.clock()),
            Some(bytes) => {
                let digest = self.host.hash(read.offset, &bytes);
                let md5 = disk::md5(&bytes);
                self.host.kept.insert(id, BytesInMemory { offset: read.offset, bytes: bytes.into() });
                if let Some(digest) = digest {
                    // The hasher may be a thread of its own, which is done a little later.
                    let delay = self.random.pick(&[0, 0, 40]);
                    self.later(delay, Event::Digest(digest));
                }
                self.upload.on_chunk_read(id, md5, self.clock());
            }
        }
        self.start_read();
    }

    fn send(&mut self, id: RequestId, request: Request) {
        let mut bytes = None;
        if let Body::Chunk { offset, len, .. } = request.body {
            let Some(kept) = self.host.kept.get(&id) else { panic!("{id:?} has no bytes to send") };
            assert_eq!((kept.offset, kept.bytes.len() as u64), (offset, len), "other bytes than those read");
            let stated = disk::md5(&kept.bytes).base64();
            assert_eq!(request.content_md5.as_deref(), Some(stated.as_str()), "states another digest");
            bytes = Some(Rc::clone(&kept.bytes));
        }
        let chunk = if let Body::Chunk { number, .. } = request.body { Some(number) } else { None };
        self.requests.push(Sent { id, at: self.now, request: request.clone() });
        let pending = InFlight { transmission: self.requests.len() as u64, chunk, is_broken: false };
        assert!(self.host.in_flight.insert(id, pending).is_none(), "{id:?} was sent twice");
        self.transmit(id, request, bytes);
    }

    fn abort(&mut self, id: RequestId) {
        let had_bytes = self.host.kept.remove(&id).is_some();
        let is_first = self.host.reads.front().is_some_and(|read| read.id == id);
        let n_reads = self.host.reads.len();
        if is_first {
            self.host.reads[0].is_wanted = false;
        } else {
            self.host.reads.retain(|read| read.id != id);
        }
        let pending = self.host.in_flight.remove(&id);
        let was_known = had_bytes || is_first || n_reads > self.host.reads.len() || pending.is_some();
        assert!(was_known, "aborts {id:?}, which is over");
        if let Some(pending) = pending {
            self.abandon(pending.transmission);
        }
    }

    /// A request has ended, and its bytes are dropped. False if it had ended before.
    fn complete(&mut self, id: RequestId) -> bool {
        self.host.kept.remove(&id);
        self.host.in_flight.remove(&id).is_some()
    }

    pub(super) fn deliver(&mut self, id: RequestId, received: &ReceivedResponse) {
        if self.host.in_flight.get(&id).is_some_and(|pending| pending.is_broken) {
            return;
        }
        if self.complete(id) {
            self.note_confirmed(id, received);
        }
        self.upload.on_response(id, received.answer(), self.clock());
    }

    pub(super) fn fail(&mut self, id: RequestId, failure: HostError) {
        if let Some(pending) = self.host.in_flight.get(&id) {
            let transmission = pending.transmission;
            self.stop_listening_to(transmission);
            self.complete(id);
            self.upload.on_failure(id, failure, self.clock());
        }
    }

    pub(super) fn renewed(&mut self, is_renewed: bool) {
        self.host.is_renewing = false;
        self.server.is_session_over &= !is_renewed;
        self.upload.on_credentials(is_renewed, self.clock());
    }

    fn save(&mut self, checkpoint: &Checkpoint) {
        self.host.n_saves += 1;
        self.host.writing = serde_json::to_string(checkpoint).ok();
        // Writes take a moment, and the newest counts.
        let delay = self.random.pick(&[0, 0, 5, 80]);
        self.later(delay, Event::Written);
    }
}
