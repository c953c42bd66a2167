use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;

use service::ledger::{Change, Chunk, Header, Ledger, LedgerReply, LedgerRequest};
use service::platform::{Ledgers, PortError};
use worker::send::{IntoSendFuture, SendWrapper};
use worker::wasm_bindgen::JsValue;
use worker::{
    DurableObject, Env, ListOptions, Method, ObjectNamespace, Request, RequestInit, Response, Result, State,
    durable_object,
};

use crate::platform::Cloudflare;

/// All ledgers: one Durable Object each, named by the asset.
#[derive(Clone)]
pub(crate) struct LedgerNamespace(SendWrapper<Rc<ObjectNamespace>>);

impl LedgerNamespace {
    pub(crate) fn new(namespace: ObjectNamespace) -> LedgerNamespace {
        LedgerNamespace(SendWrapper(Rc::new(namespace)))
    }

    async fn ask_object(&self, asset_id: &str, request: &LedgerRequest) -> Result<LedgerReply> {
        let body = serde_json::to_string(request)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(JsValue::from_str(&body)));
        // The host is not looked up: the request goes to the object itself.
        let request = Request::new_with_init(&format!("https://ledger/{asset_id}"), &init)?;
        self.0.get_by_name(asset_id)?.fetch_with_request(request).await?.json().await
    }
}

impl Ledgers for LedgerNamespace {
    fn ask(
        &self,
        asset_id: &str,
        request: LedgerRequest,
    ) -> impl Future<Output = std::result::Result<LedgerReply, PortError>> + Send {
        let asset_id = asset_id.to_owned();
        async move {
            self.ask_object(&asset_id, &request).await.map_err(|error| PortError::new("ledgers", &error))
        }
        .into_send()
    }
}

const HEADER: &str = "header";
const ASSET: &str = "asset";
const CHUNK: &str = "chunk:";

/// How long the alarm waits for an upload that is being processed, in milliseconds.
const PATIENCE_MS: i64 = 60 * 60 * 1000;

/// One upload's ledger, next to its uploader.
#[durable_object(alarm)]
pub struct UploadLedger {
    state: State,
    env: Env,
    /// `None` until it was read from storage.
    ledger: RefCell<Option<Option<Ledger>>>,
}

impl UploadLedger {
    /// Reads what earlier lives of this object stored. Other events wait at the input gate meanwhile.
    async fn load(&self) -> Result<()> {
        if self.ledger.borrow().is_some() {
            return Ok(());
        }
        let storage = self.state.storage();
        let header: Option<Header> = stored_json(storage.get::<String>(HEADER).await?)?;
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
                (Change::All, Some(ledger)) => ledger.chunks().clone(),
                _ => BTreeMap::new(),
            };
            (reply, change, header, chunks)
        };
        let storage = self.state.storage();
        match change {
            Change::None => {}
            Change::Header => storage.put(HEADER, serde_json::to_string(&header)?).await?,
            // The header comes last: without it the chunks mean nothing.
            Change::All => {
                for (number, chunk) in chunks {
                    storage.put(&format!("{CHUNK}{number:05}"), serde_json::to_string(&chunk)?).await?;
                }
                storage.put(HEADER, serde_json::to_string(&header)?).await?;
            }
            Change::Chunk(number, chunk) => {
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

    /// Keeps the asset's id for the alarm, which is told nothing, and sets the alarm once.
    async fn remember(&self, asset_id: &str) -> Result<()> {
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
            self.remember(&asset_id).await?;
        }
        Response::from_json(&self.handle(request).await?)
    }

    /// The upload's time is over: it takes no more chunks, what nobody finished is freed, and the ledger itself
    /// goes, unless a release is being made of the upload just now.
    async fn alarm(&self) -> Result<Response> {
        let storage = self.state.storage();
        let asset_id: Option<String> = storage.get(ASSET).await?;
        self.handle(LedgerRequest::Cancel { token_hash: None }).await?;
        let contents = self.handle(LedgerRequest::Contents).await?;
        if let (Some(asset_id), LedgerReply::Contents { multipart, .. }) = (asset_id, contents) {
            let platform = Cloudflare::new(&self.env)?;
            let expired = service::expire_upload(&platform, &asset_id, &multipart).await;
            if !expired.map_err(|error| worker::Error::from(error.to_string()))? {
                storage.set_alarm(PATIENCE_MS).await?;
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
