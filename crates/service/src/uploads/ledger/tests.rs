use protocol::limit::MIB;

use super::*;

fn new_ledger() -> Option<Ledger> {
    let mut slot = None;
    let open = LedgerRequest::Open { token_hash: "hash".into(), multipart: "m".into() };
    assert_eq!(Ledger::handle(&mut slot, open).0, LedgerReply::Noted);
    slot
}

fn with_metadata(size: u64) -> Option<Ledger> {
    let mut slot = new_ledger();
    set_metadata(&mut slot, size);
    slot
}

fn set_metadata(slot: &mut Option<Ledger>, size: u64) -> LedgerReply {
    let request = LedgerRequest::SetMetadata {
        token_hash: "hash".into(),
        name: "a.apk".into(),
        size,
        requested_chunk_size: None,
    };
    Ledger::handle(slot, request).0
}

fn admit(slot: &mut Option<Ledger>, number: u32, length: u64) -> LedgerReply {
    Ledger::handle(slot, LedgerRequest::Admit { token_hash: "hash".into(), number, length }).0
}

/// Stores a chunk as one request does from its beginning to its end.
fn record(slot: &mut Option<Ledger>, number: u32, etag: &str) -> LedgerReply {
    let attempt = begin(slot, number);
    end(slot, number, attempt, etag)
}

fn begin(slot: &mut Option<Ledger>, number: u32) -> u32 {
    let file = slot.as_ref().and_then(|ledger| ledger.header().file.clone()).unwrap();
    match admit(slot, number, file.chunk_length(number).unwrap()) {
        LedgerReply::Admitted { attempt, .. } => attempt,
        reply => panic!("expected to be admitted, got {reply:?}"),
    }
}

fn end(slot: &mut Option<Ledger>, number: u32, attempt: u32, etag: &str) -> LedgerReply {
    let part = Part { number, etag: etag.into() };
    let md5 = Some(format!("md5 of {etag}"));
    Ledger::handle(slot, LedgerRequest::Record { part, md5, attempt }).0
}

fn discard(slot: &mut Option<Ledger>, number: u32, attempt: u32) -> LedgerReply {
    Ledger::handle(slot, LedgerRequest::Discard { number, attempt }).0
}

fn finish(slot: &mut Option<Ledger>) -> LedgerReply {
    Ledger::handle(slot, LedgerRequest::Finish { token_hash: "hash".into() }).0
}

#[test]
fn chunks_may_come_in_any_order_and_twice() {
    let mut slot = with_metadata(20 * MIB);
    for number in [3, 1, 3, 2] {
        assert_eq!(record(&mut slot, number, &format!("e{number}")), LedgerReply::Noted);
    }
    assert_eq!(finish(&mut slot), LedgerReply::Finished);
    assert_eq!(finish(&mut slot), LedgerReply::Finished, "finishing twice is no error");
}

#[test]
fn the_newest_receipt_of_a_chunk_counts() {
    let mut slot = with_metadata(1);
    record(&mut slot, 1, "old");
    record(&mut slot, 1, "new");
    let LedgerReply::Contents { parts, .. } = Ledger::handle(&mut slot, LedgerRequest::Contents).0 else {
        panic!("expected contents");
    };
    assert_eq!(parts, [Part { number: 1, etag: "new".into() }]);
}

#[test]
fn a_chunk_that_two_requests_store_at_once_is_sent_again() {
    for newest_first in [true, false] {
        let mut slot = with_metadata(1);
        let (old, new) = (begin(&mut slot, 1), begin(&mut slot, 1));
        let order = if newest_first { [(new, "new"), (old, "old")] } else { [(old, "old"), (new, "new")] };
        for (attempt, etag) in order {
            end(&mut slot, 1, attempt, etag);
        }
        assert_eq!(finish(&mut slot), LedgerReply::Missing(vec![1]), "no etag can be trusted");
        assert_eq!(record(&mut slot, 1, "again"), LedgerReply::Noted);
        assert_eq!(finish(&mut slot), LedgerReply::Finished);
    }
}

#[test]
fn a_request_that_broke_off_does_not_block_the_next() {
    let mut slot = with_metadata(1);
    begin(&mut slot, 1);
    assert_eq!(record(&mut slot, 1, "whole"), LedgerReply::Noted);
    assert_eq!(finish(&mut slot), LedgerReply::Finished);
}

#[test]
fn a_chunk_of_the_wrong_length_is_refused_with_the_right_one() {
    let mut slot = with_metadata(20 * MIB);
    let expected = LedgerRefusal::WrongLength { expected: 8 * MIB };
    assert_eq!(admit(&mut slot, 2, 7 * MIB), LedgerReply::Refused(expected));
}

#[test]
fn a_file_has_no_chunk_zero_and_none_past_its_end() {
    let mut slot = with_metadata(20 * MIB);
    for number in [0, 4, u32::MAX] {
        assert_eq!(admit(&mut slot, number, 1), LedgerReply::Refused(LedgerRefusal::NoSuchChunk));
    }
}

#[test]
fn finishing_early_names_the_missing_chunks() {
    let mut slot = with_metadata(20 * MIB);
    record(&mut slot, 2, "e");
    assert_eq!(finish(&mut slot), LedgerReply::Missing(vec![1, 3]));
}

#[test]
fn setting_metadata_again_lists_only_what_is_missing() {
    let mut slot = with_metadata(20 * MIB);
    record(&mut slot, 1, "e");
    let stored = vec![StoredChunk { chunk_num: 1, md5: "md5 of e".into() }];
    let plan = LedgerReply::ChunkPlan { chunk_size: 8 * MIB, missing: vec![2, 3], stored };
    assert_eq!(set_metadata(&mut slot, 20 * MIB), plan);
    assert_eq!(set_metadata(&mut slot, 21 * MIB), LedgerReply::Refused(LedgerRefusal::OtherFile));
}

#[test]
fn a_chunk_that_an_older_version_recorded_is_stored_and_has_no_digest() {
    let header = with_metadata(20 * MIB).unwrap().header;
    let chunk = serde_json::from_str(r#"{"attempt":1,"is_contested":false,"receipt":"e"}"#).unwrap();
    let mut slot = Some(Ledger::load(header, [(2, chunk)]));
    let plan = LedgerReply::ChunkPlan { chunk_size: 8 * MIB, missing: vec![1, 3], stored: Vec::new() };
    assert_eq!(set_metadata(&mut slot, 20 * MIB), plan);
    record(&mut slot, 1, "e");
    record(&mut slot, 3, "e");
    assert_eq!(finish(&mut slot), LedgerReply::Finished);
}

#[test]
fn a_chunk_that_is_sent_again_is_missing_until_it_is_stored_again() {
    let mut slot = with_metadata(1);
    record(&mut slot, 1, "e");
    let attempt = begin(&mut slot, 1);
    assert_eq!(finish(&mut slot), LedgerReply::Missing(vec![1]), "object storage may have replaced it");
    end(&mut slot, 1, attempt, "again");
    assert_eq!(finish(&mut slot), LedgerReply::Finished);
}

#[test]
fn a_chunk_with_the_wrong_digest_is_missing_even_if_it_was_stored_before() {
    let mut slot = with_metadata(1);
    record(&mut slot, 1, "e");
    let attempt = begin(&mut slot, 1);
    assert_eq!(discard(&mut slot, 1, attempt), LedgerReply::Noted);
    assert_eq!(finish(&mut slot), LedgerReply::Missing(vec![1]));
    assert_eq!(record(&mut slot, 1, "right"), LedgerReply::Noted);
    assert_eq!(finish(&mut slot), LedgerReply::Finished);
}

#[test]
fn wrong_bytes_that_overlap_correct_ones_make_the_chunk_missing() {
    for wrong_first in [true, false] {
        let mut slot = with_metadata(1);
        let (wrong, right) = (begin(&mut slot, 1), begin(&mut slot, 1));
        if wrong_first {
            discard(&mut slot, 1, wrong);
        }
        end(&mut slot, 1, right, "right");
        if !wrong_first {
            discard(&mut slot, 1, wrong);
        }
        assert_eq!(
            finish(&mut slot),
            LedgerReply::Missing(vec![1]),
            "object storage may have the wrong ones"
        );
        assert_eq!(record(&mut slot, 1, "again"), LedgerReply::Noted);
        assert_eq!(finish(&mut slot), LedgerReply::Finished);
    }
}

#[test]
fn another_token_opens_nothing() {
    let mut slot = with_metadata(1);
    let requests = [
        LedgerRequest::Admit { token_hash: "other".into(), number: 1, length: 1 },
        LedgerRequest::Finish { token_hash: "other".into() },
        LedgerRequest::Cancel { token_hash: Some("other".into()) },
    ];
    for request in requests {
        let (reply, change) = Ledger::handle(&mut slot, request);
        assert_eq!(reply, LedgerReply::Refused(LedgerRefusal::Unauthorized));
        assert_eq!(change, LedgerChange::None);
    }
}

#[test]
fn a_sealed_or_cancelled_ledger_takes_no_chunks() {
    let mut sealed = with_metadata(1);
    record(&mut sealed, 1, "e");
    finish(&mut sealed);
    assert_eq!(admit(&mut sealed, 1, 1), LedgerReply::Refused(LedgerRefusal::Closed));
    let mut cancelled = with_metadata(1);
    Ledger::handle(&mut cancelled, LedgerRequest::Cancel { token_hash: None });
    assert_eq!(admit(&mut cancelled, 1, 1), LedgerReply::Refused(LedgerRefusal::Closed));
    assert_eq!(finish(&mut cancelled), LedgerReply::Refused(LedgerRefusal::Closed));
}

#[test]
fn an_empty_or_too_large_file_is_refused() {
    for size in [0, limit::PACKAGE_BYTES + 1, u64::MAX] {
        assert_eq!(set_metadata(&mut new_ledger(), size), LedgerReply::Refused(LedgerRefusal::BadSize));
    }
}

#[test]
fn chunks_grow_with_the_file_and_are_never_more_than_r2_takes() {
    for (size, expected) in [(1, 8), (200 * MIB, 8), (5 * 1024 * MIB, 16), (limit::PACKAGE_BYTES, 64)] {
        assert_eq!(chunk_size(size, None), expected * MIB);
        let file = FileMetadata { name: String::new(), size, chunk_size: chunk_size(size, None) };
        assert!(file.n_chunks() <= limit::CHUNKS);
    }
    assert_eq!(chunk_size(200 * MIB, Some(200 * MIB)), 200 * MIB);
    assert_eq!(chunk_size(200 * MIB, Some(1)), 8 * MIB);
}
