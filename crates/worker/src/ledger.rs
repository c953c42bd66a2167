use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use service::ledger::{Change, Header, Ledger, LedgerReply, LedgerRequest};
use service::platform::{Ledgers, Part, PortError};
use worker::send::{IntoSendFuture, SendWrapper};
use worker::wasm_bindgen::JsValue;
use worker::{
    DurableObject, Env, ListOptions, Method, ObjectNamespace, Request, RequestInit, Response, Result, State,
    durable_object,
};

use crate::platform::Cloudflare;

/// All ledgers: one Durable Object each, named by the asset.
#[derive(Clone)]
pub(crate) struct LedgerObjects(SendWrapper<Rc<ObjectNamespace>>);

impl LedgerObjects {
    pub(crate) fn new(namespace: ObjectNamespace) -> LedgerObjects {
        LedgerObjects(SendWrapper(Rc::new(namespace)))
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

impl Ledgers for LedgerObjects {
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
const PART: &str = "part:";

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
        let stored = storage.list_with_options(ListOptions::new().prefix(PART)).await?;
        let mut parts = Vec::new();
        stored.for_each(&mut |etag, key| {
            let number = key.as_string().and_then(|key| key.strip_prefix(PART)?.parse().ok());
            parts.extend(number.zip(etag.as_string()).map(|(number, etag)| Part { number, etag }));
        });
        *self.ledger.borrow_mut() = Some(header.map(|header| Ledger::load(header, parts)));
        Ok(())
    }

    async fn handle(&self, request: LedgerRequest) -> Result<LedgerReply> {
        self.load().await?;
        let (reply, change, header) = {
            let mut slot = self.ledger.borrow_mut();
            let ledger = slot.get_or_insert_default();
            let (reply, change) = Ledger::handle(ledger, request);
            (reply, change, ledger.as_ref().map(|ledger| ledger.header().clone()))
        };
        let storage = self.state.storage();
        match change {
            Change::None => {}
            Change::Header => storage.put(HEADER, serde_json::to_string(&header)?).await?,
            Change::Part(part) => storage.put(&format!("{PART}{:05}", part.number), part.etag).await?,
        }
        Ok(reply)
    }

    /// Keeps the asset's id for the alarm, which is told nothing, and sets the alarm once.
    async fn remember(&self, asset_id: &str) -> Result<()> {
        let storage = self.state.storage();
        if storage.get_alarm().await?.is_none() {
            storage.put(ASSET, asset_id).await?;
            storage.set_alarm(protocol::limit::UPLOAD_LIFETIME_MS).await?;
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

    /// The upload's time is over: what nobody finished is freed, and the ledger itself goes.
    async fn alarm(&self) -> Result<Response> {
        let storage = self.state.storage();
        let asset_id: Option<String> = storage.get(ASSET).await?;
        let contents = self.handle(LedgerRequest::Contents).await?;
        if let (Some(asset_id), LedgerReply::Contents { multipart, .. }) = (asset_id, contents) {
            let platform = Cloudflare::new(&self.env)?;
            let abandoned = service::abandon_upload(&platform, &asset_id, &multipart).await;
            abandoned.map_err(|error| worker::Error::from(error.to_string()))?;
        }
        storage.delete_all().await?;
        *self.ledger.borrow_mut() = None;
        Response::empty()
    }
}

fn stored_json<T: serde::de::DeserializeOwned>(json: Option<String>) -> Result<Option<T>> {
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}
