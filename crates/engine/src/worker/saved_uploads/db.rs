use js_sys::{Array, Promise};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbObjectStore, IdbObjectStoreParameters, IdbOpenDbRequest, IdbRequest, IdbTransactionMode,
};

use crate::saved_upload::SavedUpload;
use crate::structured;
use crate::worker::js_object::{object, property};
use crate::worker::scope::{scope, unix_ms};

const DATABASE: &str = "slipway";
const UPLOADS: &str = "uploads";

/// How long a browser may take to open the database, in milliseconds. Some never answer, and an upload must not wait for
/// what it can do without.
const PATIENCE_MS: i32 = 3_000;

/// A checkpoint's chunks have numbers for keys, which a plain object cannot hold and a `Map` can.
const SERIALIZER: Serializer = Serializer::json_compatible().serialize_maps_as_objects(false);

/// A row of the database: a saved upload with the handle that opens its file again.
pub(in crate::worker) struct SavedUploadRow {
    pub(in crate::worker) upload: SavedUpload,
    /// A `FileSystemFileHandle`, or undefined.
    pub(in crate::worker) handle: JsValue,
}

/// The database of saved uploads. A browser may have none to offer, as in some private windows.
pub(in crate::worker) struct UploadDb(IdbDatabase);

impl UploadDb {
    pub(in crate::worker) async fn open() -> Option<UploadDb> {
        let factory = scope().indexed_db().ok()??;
        let request = factory.open_with_u32(DATABASE, 1).ok()?;
        create_when_new(&request);
        let database = result_of(&request, Some(PATIENCE_MS)).await.ok()?.dyn_into::<IdbDatabase>().ok()?;
        Some(UploadDb(database))
    }

    /// Writes an upload in place of what was saved of it before. False if the browser refuses.
    pub(in crate::worker) async fn put(&self, row: &SavedUploadRow) -> bool {
        let Ok(upload) = row.upload.serialize(&SERIALIZER) else { return false };
        let key = row.upload.key();
        let row = object(&[("key", &key.into()), ("saved", &upload), ("handle", &row.handle)]);
        self.run(IdbTransactionMode::Readwrite, |uploads| uploads.put(&row)).await.is_ok()
    }

    pub(in crate::worker) async fn get(&self, key: &str) -> Option<SavedUploadRow> {
        let row = self.run(IdbTransactionMode::Readonly, |uploads| uploads.get(&key.into())).await;
        row.ok().and_then(|row| read_row(&row)).filter(|row| row.upload.is_current(unix_ms()))
    }

    /// All saved uploads. Those that are too old are deleted: the server has deleted them too. So are those that earlier
    /// builds saved as text, which no build reads any more.
    pub(in crate::worker) async fn all(&self) -> Vec<SavedUploadRow> {
        let values = self.run(IdbTransactionMode::Readonly, IdbObjectStore::get_all).await;
        let values = values.ok().and_then(|values| values.dyn_into::<Array>().ok()).unwrap_or_default();
        let mut rows = Vec::new();
        for value in values.iter() {
            match read_row(&value) {
                Some(row) if row.upload.is_current(unix_ms()) => rows.push(row),
                // It holds an upload token, and would stay for good.
                None if property(&value, "saved").is_string() => self.remove(&property(&value, "key")).await,
                // A newer build, in another tab, can read what this one cannot.
                None => {}
                Some(_) => self.remove(&property(&value, "key")).await,
            }
        }
        rows
    }

    pub(in crate::worker) async fn delete(&self, key: &str) {
        self.remove(&key.into()).await;
    }

    /// What cannot be removed now is removed when it is too old.
    async fn remove(&self, key: &JsValue) {
        let _ = self.run(IdbTransactionMode::Readwrite, |uploads| uploads.delete(key)).await;
    }

    async fn run(
        &self,
        mode: IdbTransactionMode,
        operation: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<JsValue, JsValue> {
        let request = {
            let transaction = self.0.transaction_with_str_and_mode(UPLOADS, mode)?;
            operation(&transaction.object_store(UPLOADS)?)?
        };
        // An upload must not wait for ever for what it can do without; but whether a write succeeded has to be known.
        let limit = (mode == IdbTransactionMode::Readonly).then_some(PATIENCE_MS);
        result_of(&request, limit).await
    }
}

impl Drop for UploadDb {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The upload in a row; none if another build of the page wrote what this one cannot read. Such a row counts as absent, and
/// the file is uploaded from its beginning.
fn read_row(row: &JsValue) -> Option<SavedUploadRow> {
    let upload = structured::from_value(property(row, "saved"))?;
    Some(SavedUploadRow { upload, handle: property(row, "handle") })
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
async fn result_of(request: &IdbRequest, limit: Option<i32>) -> Result<JsValue, JsValue> {
    JsFuture::from(until_done(request, limit)).await?;
    request.result()
}

fn until_done(request: &IdbRequest, limit: Option<i32>) -> Promise {
    Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
        // A promise that is settled ignores the timeout.
        let _ = limit.map(|ms| scope().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, ms));
    })
}
