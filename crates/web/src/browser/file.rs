//! The file that the user chose last, and the handles of the saved uploads' files.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Promise, Reflect};
use leptos::{
    prelude::window,
    task::spawn_local,
    web_sys::{DataTransfer, File, FileList, HtmlInputElement},
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::page::js_object;
use crate::package::PickedFile;

thread_local! {
    static LAST: RefCell<Option<ChosenFile>> = const { RefCell::new(None) };
    static N_PICKED: Cell<u32> = const { Cell::new(0) };
    /// Handles that open the files of saved uploads again, by the uploads' keys.
    static SAVED: RefCell<Vec<(String, FileHandle)>> = const { RefCell::new(Vec::new()) };
}

/// The browser's own objects of a file that was chosen.
#[derive(Clone)]
pub(super) struct ChosenFile {
    id: u32,
    pub(super) file: File,
    /// A handle that opens it again after a reload, or null. Only Chromium has that, and not for files of an input.
    pub(super) handle: Option<Promise>,
}

#[wasm_bindgen]
extern "C" {
    /// `FileSystemFileHandle`, which can be kept where a `File` cannot.
    #[derive(Clone)]
    type FileHandle;

    #[wasm_bindgen(method, catch, js_name = getFile)]
    fn file(this: &FileHandle) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = requestPermission)]
    fn request_permission(this: &FileHandle, options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_name = showOpenFilePicker)]
    fn show_picker() -> Result<Promise, JsValue>;

    /// `DataTransferItem`, where it can give a handle.
    type Dropped;

    #[wasm_bindgen(method, catch, js_name = getAsFileSystemHandle)]
    fn handle(this: &Dropped) -> Result<Promise, JsValue>;
}

/// The file in a file input. Empties the input, so that the same file can be chosen again.
pub(crate) fn picked_by(input: &HtmlInputElement) -> Option<PickedFile> {
    let picked = first_of(input.files(), None);
    input.set_value("");
    picked
}

/// What was dropped: of several files the first, for one release has one package.
pub(super) fn first_dropped_file(transfer: &DataTransfer) -> Option<PickedFile> {
    let item = transfer.items().get(0).map(JsValue::from).map(JsCast::unchecked_into::<Dropped>);
    // Elsewhere than in Chromium there is no such method, and calling it fails.
    let handle = item.and_then(|item| item.handle().ok());
    first_of(transfer.files(), handle)
}

/// Lets the browser open a dialog whose files can be opened again after a reload. False if it has no such dialog.
pub(crate) fn pick_file(on_picked: impl FnOnce(PickedFile) + 'static) -> bool {
    if !Reflect::has(&window(), &"showOpenFilePicker".into()).unwrap_or_default() {
        return false;
    }
    let picking = show_picker();
    spawn_local(async move {
        // If the user closes the dialog, the promise is rejected.
        let Ok(handles) = await_promise(picking).await else { return };
        let handle: FileHandle = Array::from(&handles).get(0).unchecked_into();
        pick_handle(handle, on_picked).await;
    });
    true
}

/// Opens the file of a saved upload again, for which the browser may ask the user. False if the user has to choose it.
pub(crate) fn open_saved(key: &str, on_picked: impl FnOnce(PickedFile) + 'static) -> bool {
    let saved = SAVED.with_borrow_mut(|saved| {
        // Only once: if it does not open now, the next click lets the user choose the file.
        let at = saved.iter().position(|(other, _)| other == key)?;
        Some(saved.remove(at).1)
    });
    let Some(handle) = saved else { return false };
    let asking = handle.request_permission(&js_object(&[("mode", "read")]));
    spawn_local(async move {
        if await_promise(asking).await.is_ok_and(|answer| answer.as_string().as_deref() == Some("granted")) {
            pick_handle(handle, on_picked).await;
        }
    });
    true
}

/// Stores the handles that open the files of saved uploads again.
pub(super) fn remember_saved_handles(saved: impl Iterator<Item = (String, JsValue)>) {
    let handles = saved.filter(|(_, handle)| handle.is_object());
    SAVED.set(handles.map(|(key, handle)| (key, handle.unchecked_into())).collect());
}

/// The browser's objects for `picked`, unless another file was chosen since.
pub(super) fn chosen_objects(picked: &PickedFile) -> Option<ChosenFile> {
    LAST.with_borrow(|last| last.clone().filter(|last| last.id == picked.id))
}

async fn pick_handle(handle: FileHandle, on_picked: impl FnOnce(PickedFile)) {
    // This fails if the file was moved or removed since.
    let Ok(file) = await_promise(handle.file()).await else { return };
    on_picked(register(file.unchecked_into(), Some(Promise::resolve(handle.unchecked_ref::<JsValue>()))));
}

fn first_of(files: Option<FileList>, handle: Option<Promise>) -> Option<PickedFile> {
    Some(register(files?.item(0)?, handle))
}

fn register(file: File, handle: Option<Promise>) -> PickedFile {
    let id = N_PICKED.get().wrapping_add(1);
    N_PICKED.set(id);
    let picked = PickedFile { id, name: file.name(), size: file.size() as u64 };
    LAST.replace(Some(ChosenFile { id, file, handle }));
    picked
}

async fn await_promise(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}
