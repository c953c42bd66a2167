//! SavedUpload uploads, in `IndexedDB`.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbObjectStore, IdbObjectStoreParameters, IdbOpenDbRequest, IdbRequest, IdbTransactionMode,
};

use crate::saved_upload::SavedUpload;
use crate::worker::page;

const DATABASE: &str = "slipway";
const UPLOADS: &str = "uploads";

/// How long a browser may take to open the database, in milliseconds. Some never answer, and an upload must not wait for
/// what it can do without.
const PATIENCE_MS: i32 = 3_000;

/// A saved upload with what opens its file again.
pub(in crate::worker) struct SavedUploadRow {
    pub(in crate::worker) saved: SavedUpload,
    /// A `FileSystemFileHandle`, or undefined.
    pub(in crate::worker) handle: JsValue,
}

/// The saved uploads. A browser may have none to offer, as in some private windows.
pub(in crate::worker) struct UploadDb(IdbDatabase);

impl UploadDb {
    pub(in crate::worker) async fn open() -> Option<UploadDb> {
        let factory = page::scope().indexed_db().ok()??;
        let request = factory.open_with_u32(DATABASE, 1).ok()?;
        create_when_new(&request);
        let database = done(&request, Some(PATIENCE_MS)).await.ok()?.dyn_into::<IdbDatabase>().ok()?;
        Some(UploadDb(database))
    }

    /// Keeps an upload in place of what was kept of it before. False if the browser will not.
    pub(in crate::worker) async fn put(&self, row: &SavedUploadRow) -> bool {
        let Ok(text) = serde_json::to_string(&row.saved) else { return false };
        let key = row.saved.key();
        let row = page::object(&[("key", &key.into()), ("saved", &text.into()), ("handle", &row.handle)]);
        self.act(IdbTransactionMode::Readwrite, |uploads| uploads.put(&row)).await.is_ok()
    }

    pub(in crate::worker) async fn get(&self, key: &str) -> Option<SavedUploadRow> {
        let row = self.act(IdbTransactionMode::Readonly, |uploads| uploads.get(&key.into())).await;
        row.ok().and_then(|row| read_row(&row)).filter(|row| row.saved.is_current(page::today()))
    }

    /// All of them. What is too old is removed: the server has forgotten it.
    pub(in crate::worker) async fn all(&self) -> Vec<SavedUploadRow> {
        let rows = self.act(IdbTransactionMode::Readonly, IdbObjectStore::get_all).await;
        let rows = rows.ok().and_then(|rows| rows.dyn_into::<Array>().ok()).unwrap_or_default();
        let mut records = Vec::new();
        for row in rows.iter() {
            match read_row(&row) {
                Some(row) if row.saved.is_current(page::today()) => records.push(row),
                Some(_) => self.remove(&page::field(&row, "key")).await,
                // Another version of the page may read it.
                None => {}
            }
        }
        records
    }

    pub(in crate::worker) async fn delete(&self, key: &str) {
        self.remove(&key.into()).await;
    }

    /// What cannot be removed now is removed when it is too old.
    async fn remove(&self, key: &JsValue) {
        let _ = self.act(IdbTransactionMode::Readwrite, |uploads| uploads.delete(key)).await;
    }

    async fn act(
        &self,
        mode: IdbTransactionMode,
        act: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<JsValue, JsValue> {
        let request = {
            let transaction = self.0.transaction_with_str_and_mode(UPLOADS, mode)?;
            act(&transaction.object_store(UPLOADS)?)?
        };
        // Nothing waits for ever for what it can do without. What is written has to be known for sure.
        let limit = (mode == IdbTransactionMode::Readonly).then_some(PATIENCE_MS);
        done(&request, limit).await
    }
}

impl Drop for UploadDb {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A row that another version of the page wrote may be none that this one can read.
fn read_row(row: &JsValue) -> Option<SavedUploadRow> {
    let saved = serde_json::from_str(&page::field(row, "saved").as_string()?).ok()?;
    Some(SavedUploadRow { saved, handle: page::field(row, "handle") })
}

fn create_when_new(request: &IdbOpenDbRequest) {
    let opening = request.clone();
    let create = Closure::once_into_js(move || {
        let options = IdbObjectStoreParameters::new();
        options.set_key_path(&"key".into());
        let database = opening.result().ok().and_then(|database| database.dyn_into::<IdbDatabase>().ok());
        // If it cannot be created, opening fails.
        let _ = database.map(|it| it.create_object_store_with_optional_parameters(UPLOADS, &options));
    });
    request.set_onupgradeneeded(Some(create.unchecked_ref()));
}

/// The result of a request, once it is there, unless that takes longer than so many milliseconds.
async fn done(request: &IdbRequest, limit: Option<i32>) -> Result<JsValue, JsValue> {
    JsFuture::from(ended(request, limit)).await?;
    request.result()
}

fn ended(request: &IdbRequest, limit: Option<i32>) -> Promise {
    Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
        // Once it has ended, a second word changes nothing.
        let _ =
            limit.map(|ms| page::scope().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, ms));
    })
}
