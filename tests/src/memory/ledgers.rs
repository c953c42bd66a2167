use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use service::ledger::{Change, Chunk, Header, Ledger, LedgerReply, LedgerRequest};
use service::platform::{Ledgers, PortError};

use super::{Faults, lock};

/// What one Durable Object has stored.
#[derive(Default)]
struct Stored {
    header: Option<Header>,
    chunks: BTreeMap<u32, Chunk>,
}

/// Ledgers that forget everything between two requests but what they stored, as an evicted Durable Object does.
pub struct StoredLedgers {
    stored: Mutex<HashMap<String, Stored>>,
    faults: Arc<Faults>,
}

impl StoredLedgers {
    pub(super) fn new(faults: Arc<Faults>) -> StoredLedgers {
        StoredLedgers { stored: Mutex::default(), faults }
    }

    fn answer(&self, asset_id: &str, request: LedgerRequest) -> LedgerReply {
        let mut all = lock(&self.stored);
        let stored = all.entry(asset_id.to_owned()).or_default();
        let mut ledger = stored.header.clone().map(|header| Ledger::load(header, stored.chunks.clone()));
        let (reply, change) = Ledger::handle(&mut ledger, request);
        match change {
            Change::None => {}
            Change::Header => stored.header = ledger.map(|ledger| ledger.header().clone()),
            Change::Chunk(number, chunk) => {
                stored.chunks.insert(number, chunk);
            }
            Change::All => {
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
            LedgerRequest::Finish { .. } => "finish",
            _ => "ask",
        };
        self.faults.run("ledgers", operation, || Ok(self.answer(asset_id, request)))
    }
}
