use std::future::Future;
use std::rc::Rc;

use service::ledger::{LedgerReply, LedgerRequest};
use service::platform::{Ledgers, PortError};
use worker::send::{IntoSendFuture, SendWrapper};
use worker::wasm_bindgen::JsValue;
use worker::{Method, ObjectNamespace, Request, RequestInit, Result};

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
