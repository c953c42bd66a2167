//! What holds of a ledger whatever comes in whatever order, against the simplest model there is: object storage keeps the
//! newest bytes of each chunk.

use proptest::prelude::*;
use protocol::limit::MIB;

use super::*;

/// What happens to an upload. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
enum Event {
    /// The client states what the file is; another size is another file.
    SetMetadata { is_same: bool },
    /// A request with a chunk begins; its length may be wrong, and its number too large.
    Begin { number: u32, wrong_by: i64 },
    /// The bytes of the request reach object storage.
    Store { request: usize },
    /// The ledger records the request's chunk.
    Record { request: usize },
    /// The request finds that it stored other bytes than the client stated, and the ledger discards its chunk.
    Discard { request: usize },
    /// The request breaks off before its bytes reached object storage.
    BreakOff { request: usize },
    /// The client states that it has sent everything.
    Finish,
    /// The upload is cancelled, or its time is over.
    Cancel { is_client: bool },
    /// A client with another upload's token tries.
    TryOtherToken,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => any::<bool>().prop_map(|is_same| Event::SetMetadata { is_same }),
        8 => (0_u32..7, prop_oneof![9 => Just(0), 1 => -2_i64..3])
            .prop_map(|(number, wrong_by)| Event::Begin { number, wrong_by }),
        8 => any::<usize>().prop_map(|request| Event::Store { request }),
        8 => any::<usize>().prop_map(|request| Event::Record { request }),
        2 => any::<usize>().prop_map(|request| Event::Discard { request }),
        2 => any::<usize>().prop_map(|request| Event::BreakOff { request }),
        2 => Just(Event::Finish),
        1 => any::<bool>().prop_map(|is_client| Event::Cancel { is_client }),
        1 => Just(Event::TryOtherToken),
    ]
}

/// A request with a chunk that is in flight.
struct Request {
    number: u32,
    attempt: u32,
    etag: Option<String>,
}

/// The ledger, what was stored of it, and the model.
struct LedgerModel {
    size: u64,
    slot: Option<Ledger>,
    header: Option<LedgerHeader>,
    chunks: BTreeMap<u32, Chunk>,
    in_flight: Vec<Request>,
    /// The newest etag of each chunk.
    stored: BTreeMap<u32, String>,
    n_etags: u32,
}

const TOKEN: &str = "hash";

/// Of the bytes that have that etag.
fn md5(etag: &str) -> String {
    format!("md5 of {etag}")
}

impl LedgerModel {
    fn new(size: u64) -> LedgerModel {
        let mut world = LedgerModel {
            size,
            slot: None,
            header: None,
            chunks: BTreeMap::new(),
            in_flight: Vec::new(),
            stored: BTreeMap::new(),
            n_etags: 0,
        };
        let open = LedgerRequest::Open { token_hash: TOKEN.into(), multipart: "m".into() };
        assert_eq!(world.ask(open), LedgerReply::Noted);
        world
    }

    /// Asks the ledger that stayed in memory and one that is loaded from what was stored: they must not differ.
    fn ask(&mut self, request: LedgerRequest) -> LedgerReply {
        let mut loaded = self.header.clone().map(|header| Ledger::load(header, self.chunks.clone()));
        let (expected, _) = Ledger::handle(&mut loaded, request.clone());
        let (reply, change) = Ledger::handle(&mut self.slot, request);
        assert_eq!(reply, expected, "after a restart");
        let ledger = self.slot.as_ref().unwrap();
        match change {
            LedgerChange::None => {}
            LedgerChange::Header => self.header = Some(ledger.header.clone()),
            LedgerChange::Chunk(number, chunk) => drop(self.chunks.insert(number, chunk)),
            LedgerChange::All => {
                (self.header, self.chunks) = (Some(ledger.header.clone()), ledger.chunks.clone());
            }
        }
        reply
    }

    fn state(&self) -> LedgerState {
        self.slot.as_ref().unwrap().header.state
    }

    fn file(&self) -> Option<FileMetadata> {
        self.slot.as_ref().unwrap().header.file.clone()
    }

    fn set_metadata(&mut self, size: u64) -> LedgerReply {
        let (name, token_hash) = ("a.apk".into(), TOKEN.into());
        self.ask(LedgerRequest::SetMetadata { token_hash, name, size, requested_chunk_size: None })
    }

    fn finish(&mut self) -> LedgerReply {
        self.ask(LedgerRequest::Finish { token_hash: TOKEN.into() })
    }

    fn parts(&mut self) -> BTreeMap<u32, String> {
        let LedgerReply::Contents { parts, .. } = self.ask(LedgerRequest::Contents) else {
            panic!("contents")
        };
        parts.into_iter().map(|part| (part.number, part.etag)).collect()
    }

    fn apply(&mut self, event: &Event) {
        let (state, file) = (self.state(), self.file());
        let closed = LedgerReply::Refused(LedgerRefusal::Closed);
        match *event {
            Event::SetMetadata { is_same } => {
                let reply = self.set_metadata(self.size + u64::from(!is_same));
                match (state, file, is_same) {
                    (LedgerState::Open, Some(file), true) => assert_eq!(reply, self.chunk_plan(&file)),
                    (LedgerState::Open, Some(_), false) => {
                        assert_eq!(reply, LedgerReply::Refused(LedgerRefusal::OtherFile));
                    }
                    (LedgerState::Open, None, _) => self.size += u64::from(!is_same),
                    _ => assert_eq!(reply, closed),
                }
            }
            Event::Begin { number, wrong_by } => self.begin(number, wrong_by),
            Event::Store { request } => {
                if let Some(index) = self.index(request) {
                    self.store_part(index);
                }
            }
            Event::Record { request } => {
                if let Some(index) = self.index(request).filter(|index| self.in_flight[*index].etag.is_some())
                {
                    self.record(index);
                }
            }
            Event::Discard { request } => {
                if let Some(index) = self.index(request).filter(|index| self.in_flight[*index].etag.is_some())
                {
                    self.discard(index);
                }
            }
            Event::BreakOff { request } => {
                if let Some(index) = self.index(request).filter(|index| self.in_flight[*index].etag.is_none())
                {
                    self.in_flight.remove(index);
                }
            }
            Event::Finish => {
                let parts = self.parts();
                match (state, file, self.finish()) {
                    (LedgerState::Cancelled, Some(_), reply) => assert_eq!(reply, closed),
                    (_, None, reply) => assert_eq!(reply, LedgerReply::Refused(LedgerRefusal::NoMetadata)),
                    (_, Some(file), LedgerReply::Finished) => {
                        assert_eq!(u32::try_from(parts.len()).unwrap(), file.n_chunks());
                    }
                    (_, Some(file), reply) => assert_eq!(reply, LedgerReply::Missing(self.missing(&file))),
                }
            }
            Event::Cancel { is_client } => {
                let reply = self.ask(LedgerRequest::Cancel { token_hash: is_client.then(|| TOKEN.into()) });
                let cancelled = LedgerReply::Cancelled { multipart: "m".into() };
                assert_eq!(reply, if state == LedgerState::Sealed { closed } else { cancelled });
            }
            Event::TryOtherToken => {
                let token_hash = "another".to_owned();
                for request in [
                    LedgerRequest::Finish { token_hash: token_hash.clone() },
                    LedgerRequest::Admit { token_hash: token_hash.clone(), number: 1, length: 1 },
                    LedgerRequest::AdmitWhole { token_hash: token_hash.clone() },
                    LedgerRequest::Cancel { token_hash: Some(token_hash) },
                ] {
                    assert_eq!(self.ask(request), LedgerReply::Refused(LedgerRefusal::Unauthorized));
                }
            }
        }
        // Neither a failure nor a late request undoes what was decided.
        assert!(state == LedgerState::Open || self.state() == state);
    }

    fn index(&self, request: usize) -> Option<usize> {
        request.checked_rem(self.in_flight.len())
    }

    fn missing(&mut self, file: &FileMetadata) -> Vec<u32> {
        let parts = self.parts();
        (1..=file.n_chunks()).filter(|number| !parts.contains_key(number)).collect()
    }

    fn chunk_plan(&mut self, file: &FileMetadata) -> LedgerReply {
        let stored = |(number, etag): (u32, String)| StoredChunk { chunk_num: number, md5: md5(&etag) };
        LedgerReply::ChunkPlan {
            chunk_size: file.chunk_size,
            missing: self.missing(file),
            stored: self.parts().into_iter().map(stored).collect(),
        }
    }

    fn begin(&mut self, number: u32, wrong_by: i64) {
        let file = self.file();
        let right = file.as_ref().and_then(|file| file.chunk_length(number));
        let length = right.unwrap_or(1).saturating_add_signed(wrong_by);
        let expected = match (file, self.state(), right) {
            (None, _, _) => LedgerRefusal::NoMetadata,
            (_, LedgerState::Sealed | LedgerState::Cancelled, _) => LedgerRefusal::Closed,
            (_, _, None) => LedgerRefusal::NoSuchChunk,
            (_, _, Some(expected)) if length != expected => LedgerRefusal::WrongLength { expected },
            _ => return self.begin_valid(number, length),
        };
        let before = self.chunks.clone();
        let reply = self.ask(LedgerRequest::Admit { token_hash: TOKEN.into(), number, length });
        assert_eq!((reply, &self.chunks), (LedgerReply::Refused(expected), &before));
    }

    fn begin_valid(&mut self, number: u32, length: u64) {
        match self.ask(LedgerRequest::Admit { token_hash: TOKEN.into(), number, length }) {
            LedgerReply::Admitted { attempt, .. } => {
                self.in_flight.push(Request { number, attempt, etag: None });
            }
            reply => panic!("a valid chunk is admitted, got {reply:?}"),
        }
    }

    fn store_part(&mut self, index: usize) {
        self.n_etags += 1;
        let etag = format!("e{}", self.n_etags);
        let request = &mut self.in_flight[index];
        request.etag = Some(etag.clone());
        self.stored.insert(request.number, etag);
    }

    fn record(&mut self, index: usize) {
        let Request { number, attempt, etag } = self.in_flight.remove(index);
        let part = Part { number, etag: etag.unwrap() };
        self.ask(LedgerRequest::Record { md5: Some(md5(&part.etag)), part, attempt });
    }

    fn discard(&mut self, index: usize) {
        let Request { number, attempt, .. } = self.in_flight.remove(index);
        self.ask(LedgerRequest::Discard { number, attempt });
        assert!(self.state() != LedgerState::Open || !self.parts().contains_key(&number));
    }

    /// Ends every request: those whose bytes are stored are recorded, the others break off.
    fn end_all_requests(&mut self) {
        while let Some(request) = self.in_flight.last() {
            match request.etag {
                Some(_) => self.record(self.in_flight.len() - 1),
                None => drop(self.in_flight.pop()),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Reordered, repeated, of wrong lengths, with unknown numbers, with restarts between any two, cancelled in the
    /// middle: the replies are the model's. And a client that then sends what is still missing gets its file.
    #[test]
    fn whatever_happens_a_client_that_continues_gets_its_file(
        size in 1..6 * 8 * MIB, events in prop::collection::vec(event(), 0..60)
    ) {
        let mut world = LedgerModel::new(size);
        for event in &events {
            world.apply(event);
        }
        world.end_all_requests();
        let was_open = world.state() == LedgerState::Open;
        world.set_metadata(world.size);
        if was_open {
            let file = world.file().unwrap();
            for number in world.missing(&file) {
                world.begin_valid(number, file.chunk_length(number).unwrap());
                world.store_part(0);
                world.record(0);
            }
            prop_assert_eq!(world.finish(), LedgerReply::Finished);
            let (parts, stored) = (world.parts(), world.stored.clone());
            prop_assert_eq!(parts, stored, "every etag is of the bytes that are stored");
        }
    }

    /// As long as no request is in flight, sealed means that object storage has what the ledger says.
    #[test]
    fn a_sealed_ledger_has_the_etags_that_are_stored(size in 1..6 * 8 * MIB, events in prop::collection::vec(event(), 0..60)) {
        let mut world = LedgerModel::new(size);
        world.set_metadata(size);
        for event in &events {
            if matches!(event, Event::Finish) {
                world.end_all_requests();
            }
            world.apply(event);
            if world.state() == LedgerState::Sealed {
                let (parts, stored) = (world.parts(), world.stored.clone());
                prop_assert_eq!(parts, stored);
                break;
            }
        }
    }

    /// What a client requests is also within what object storage takes.
    #[test]
    fn a_requested_chunk_size_is_within_what_r2_takes(
        size in 1..=limit::PACKAGE_BYTES, requested in any::<u64>()
    ) {
        let file = FileMetadata { name: String::new(), size, chunk_size: chunk_size(size, Some(requested)) };
        prop_assert!(file.n_chunks() <= limit::CHUNKS);
        prop_assert!((limit::MIN_CHUNK_BYTES..=limit::MAX_ASKED_CHUNK_BYTES).contains(&file.chunk_size));
    }

    /// The proof below needs this.
    #[test]
    fn a_larger_file_never_has_smaller_chunks(a in 1..=limit::PACKAGE_BYTES, b in 1..=limit::PACKAGE_BYTES) {
        prop_assert!(chunk_size(a.min(b), None) <= chunk_size(a.max(b), None));
    }

    /// The chunks of a file are one after another all of it, and all but the last are equally long.
    #[test]
    fn the_chunks_are_the_file(size in 1..=limit::PACKAGE_BYTES) {
        let file = FileMetadata { name: String::new(), size, chunk_size: chunk_size(size, None) };
        let n = file.n_chunks();
        let last = file.chunk_length(n).unwrap();
        prop_assert!(last >= 1 && last <= file.chunk_size);
        prop_assert_eq!(u64::from(n - 1) * file.chunk_size + last, size);
        prop_assert!(n == 1 || file.chunk_length(1) == Some(file.chunk_size));
        prop_assert_eq!((file.chunk_length(0), file.chunk_length(n + 1)), (None, None));
    }
}

/// Between two steps the chunk size is constant, for it never shrinks and is the same at both ends; so the most chunks
/// of a step are those of its last size.
#[test]
fn no_file_up_to_64_gib_has_more_than_10_000_chunks_of_8_to_64_mib() {
    const GIB: u64 = 1024 * MIB;
    let steps = [8, 16, 32].map(|chunk| (500 * chunk * MIB, chunk * MIB));
    let mut least = 1;
    for (most, expected) in steps.into_iter().chain([(64 * GIB, 64 * MIB)]) {
        for size in [least, most] {
            let file = FileMetadata { name: String::new(), size, chunk_size: chunk_size(size, None) };
            assert_eq!(file.chunk_size, expected, "{size}");
            assert!(file.n_chunks() <= 1024, "{size}: {}", file.n_chunks());
        }
        least = most + 1;
    }
}

/// Above 64 GiB it goes on with 64 MiB until R2's 10,000 parts are used up, at 625 GiB; what is larger is refused
/// before its first byte.
#[test]
fn a_file_above_64_gib_is_taken_up_to_625_gib() {
    let file = |size| FileMetadata { name: String::new(), size, chunk_size: chunk_size(size, None) };
    assert_eq!(file(64 * 1024 * MIB + 1).chunk_size, 64 * MIB);
    assert_eq!((file(limit::PACKAGE_BYTES).n_chunks(), limit::PACKAGE_BYTES), (10_000, 625 * 1024 * MIB));
    let mut world = LedgerModel::new(1);
    let reply = world.set_metadata(limit::PACKAGE_BYTES + 1);
    assert_eq!(reply, LedgerReply::Refused(LedgerRefusal::BadSize));
}
