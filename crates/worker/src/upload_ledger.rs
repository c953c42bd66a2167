//! The Durable Object of one upload: its ledger, and the alarm that ends it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use service::ledger::{Chunk, Ledger, LedgerChange, LedgerHeader, LedgerReply, LedgerRequest};
use worker::{DurableObject, Env, ListOptions, Request, Response, Result, State, durable_object};

use crate::platform::Cloudflare;

const HEADER: &str = "header";
const ASSET: &str = "asset";
const CHUNK: &str = "chunk:";

/// After how long the alarm looks again at an upload that is being processed, in milliseconds.
const PROCESSING_MS: i64 = 60 * 60 * 1000;

/// One upload's ledger, in a data center near its uploader.
#[durable_object(alarm)]
pub struct UploadLedger {
    state: State,
    env: Env,
    /// `None` until it was read from storage.
    ledger: RefCell<Option<Option<Ledger>>>,
}

impl UploadLedger {
    /// Reads what was stored before this object was evicted from memory. Other events wait at the input gate meanwhile.
    async fn load(&self) -> Result<()> {
        if self.ledger.borrow().is_some() {
            return Ok(());
        }
        let storage = self.state.storage();
        let header: Option<LedgerHeader> = stored_json(storage.get::<String>(HEADER).await?)?;
        let stored = storage.list_with_options(ListOptions::new().prefix(CHUNK)).await?;
        let mut chunks = Vec::new();
        stored.for_each(&mut |json, key| {
            let number = key.as_string().and_then(|key| key.strip_prefix(CHUNK)?.parse().ok());
            let chunk: Option<Chunk> = json.as_string().and_then(|json| serde_json::from_str(&json).ok());
            chunks.extend(number.zip(chunk));
        });
        // A request that read at the same time may have been first, and have changed it since.
        self.ledger.borrow_mut().get_or_insert_with(|| header.map(|header| Ledger::load(header, chunks)));
        Ok(())
    }

    async fn handle(&self, request: LedgerRequest) -> Result<LedgerReply> {
        self.load().await?;
        let (reply, change, header, chunks) = {
            let mut slot = self.ledger.borrow_mut();
            let ledger = slot.get_or_insert_default();
            let (reply, change) = Ledger::handle(ledger, request);
            let header = ledger.as_ref().map(|ledger| ledger.header().clone());
            let chunks = match (&change, ledger) {
                (LedgerChange::All, Some(ledger)) => ledger.chunks().clone(),
                _ => BTreeMap::new(),
            };
            (reply, change, header, chunks)
        };
        let storage = self.state.storage();
        match change {
            LedgerChange::None => {}
            LedgerChange::Header => storage.put(HEADER, serde_json::to_string(&header)?).await?,
            // The header comes last: a crash before it leaves chunks that the next load ignores, not an upload that looks
            // complete.
            LedgerChange::All => {
                for (number, chunk) in chunks {
                    storage.put(&format!("{CHUNK}{number:05}"), serde_json::to_string(&chunk)?).await?;
                }
                storage.put(HEADER, serde_json::to_string(&header)?).await?;
            }
            LedgerChange::Chunk(number, chunk) => {
                storage.put(&format!("{CHUNK}{number:05}"), serde_json::to_string(&chunk)?).await?;
            }
        }
        Ok(reply)
    }

    /// After how many milliseconds the alarm comes: shorter on the stacks of tests.
    fn lifetime_ms(&self) -> Result<i64> {
        let set = self.env.var("UPLOAD_LIFETIME_MS")?.to_string();
        Ok(set.parse().unwrap_or(protocol::limit::UPLOAD_LIFETIME_MS))
    }

    /// Stores the asset's id for the alarm, which gets no argument, and sets the alarm once.
    async fn set_alarm_once(&self, asset_id: &str) -> Result<()> {
        let storage = self.state.storage();
        if storage.get_alarm().await?.is_none() {
            storage.put(ASSET, asset_id).await?;
            storage.set_alarm(self.lifetime_ms()?).await?;
        }
        Ok(())
    }
}

impl DurableObject for UploadLedger {
    fn new(state: State, env: Env) -> UploadLedger {
        UploadLedger { state, env, ledger: RefCell::new(None) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let asset_id = request.path().trim_start_matches('/').to_owned();
        let request: LedgerRequest = request.json().await?;
        if matches!(request, LedgerRequest::Open { .. }) {
            self.set_alarm_once(&asset_id).await?;
        }
        Response::from_json(&self.handle(request).await?)
    }

    /// The upload's time is over: it takes no more chunks, an unfinished upload is freed, and the ledger itself is deleted,
    /// unless a release is being made of the upload just now. Why an alarm: see [`service::expire_upload`].
    async fn alarm(&self) -> Result<Response> {
        let storage = self.state.storage();
        let asset_id: Option<String> = storage.get(ASSET).await?;
        self.handle(LedgerRequest::Cancel { token_hash: None }).await?;
        let contents = self.handle(LedgerRequest::Contents).await?;
        if let (Some(asset_id), LedgerReply::Contents { multipart, .. }) = (asset_id, contents) {
            let platform = Cloudflare::new(&self.env)?;
            let expired = service::expire_upload(&platform, &asset_id, &multipart).await;
            if !expired.map_err(|error| worker::Error::from(error.to_string()))? {
                storage.set_alarm(PROCESSING_MS).await?;
                return Response::empty();
            }
        }
        storage.delete_all().await?;
        *self.ledger.borrow_mut() = None;
        Response::empty()
    }
}

fn stored_json<T: serde::de::DeserializeOwned>(json: Option<String>) -> Result<Option<T>> {
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}
