//! The ledgers of uploads, as Durable Objects store them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use service::ledger::{Chunk, Ledger, LedgerChange, LedgerHeader, LedgerReply, LedgerRequest};
use service::platform::{Ledgers, PortError};

use super::faults::{Faults, OperationEffect};
use super::lock;

/// What one Durable Object has stored.
#[derive(Default)]
struct StoredLedger {
    header: Option<LedgerHeader>,
    chunks: BTreeMap<u32, Chunk>,
}

/// Ledgers that are loaded from storage at every request, as a Durable Object is after an eviction.
pub struct StoredLedgers {
    stored: Mutex<HashMap<String, StoredLedger>>,
    faults: Arc<Faults>,
}

impl StoredLedgers {
    pub(super) fn new(faults: Arc<Faults>) -> StoredLedgers {
        StoredLedgers { stored: Mutex::default(), faults }
    }

    /// Cancels every upload that is not complete; returns the asset and multipart upload of every ledger.
    pub(super) fn cancel_all(&self) -> Vec<(String, String)> {
        let assets: Vec<String> = lock(&self.stored).keys().cloned().collect();
        let contents = |asset_id: String| {
            self.answer(&asset_id, LedgerRequest::Cancel { token_hash: None });
            match self.answer(&asset_id, LedgerRequest::Contents) {
                LedgerReply::Contents { multipart, .. } => Some((asset_id, multipart)),
                _ => None,
            }
        };
        assets.into_iter().filter_map(contents).collect()
    }

    pub(super) fn delete(&self, asset_id: &str) {
        lock(&self.stored).remove(asset_id);
    }

    fn answer(&self, asset_id: &str, request: LedgerRequest) -> LedgerReply {
        let mut all = lock(&self.stored);
        let stored = all.entry(asset_id.to_owned()).or_default();
        let mut ledger = stored.header.clone().map(|header| Ledger::load(header, stored.chunks.clone()));
        let (reply, change) = Ledger::handle(&mut ledger, request);
        match change {
            LedgerChange::None => {}
            LedgerChange::Header => stored.header = ledger.map(|ledger| ledger.header().clone()),
            LedgerChange::Chunk(number, chunk) => {
                stored.chunks.insert(number, chunk);
            }
            LedgerChange::All => {
                stored.chunks = ledger.as_ref().map(|ledger| ledger.chunks().clone()).unwrap_or_default();
                stored.header = ledger.map(|ledger| ledger.header().clone());
            }
        }
        reply
    }
}

impl Ledgers for StoredLedgers {
    async fn ask(&self, asset_id: &str, request: LedgerRequest) -> Result<LedgerReply, PortError> {
        let operation = match &request {
            LedgerRequest::Record { .. } | LedgerRequest::RecordWhole { .. } => "record",
            LedgerRequest::Discard { .. } => "discard",
            LedgerRequest::Finish { .. } => "finish",
            _ => "ask",
        };
        let effect = match &request {
            LedgerRequest::Contents | LedgerRequest::AdmitWhole { .. } => OperationEffect::Read,
            _ => OperationEffect::Write,
        };
        self.faults.run("ledgers", operation, effect, || Ok(self.answer(asset_id, request)))
    }
}
