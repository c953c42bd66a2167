use artifact::{Artifact, DriveError, Hints, Miss, Refusal, RefusalCode, inspect_sync};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File, FileReaderSync};

/// Why there is no artifact.
pub(super) enum Failure {
    Refused(Refusal),
    /// Another build of the engine knows.
    NeedsFullBuild,
}

/// What a file is, from as few of its bytes as possible.
pub(super) fn inspect(file: &File) -> Result<Artifact, Failure> {
    let name = file.name();
    let hints = Hints { file_name: &name, now: (js_sys::Date::now() / 1000.0) as i64 };
    let fetch = |miss: Miss| read(&slice(file, miss.offset, miss.len as u64)?);
    inspect_sync(&hints, file.size() as u64, fetch).map_err(|error| match error {
        DriveError::Refused(refusal) => Failure::Refused(refusal),
        DriveError::NeedsFullBuild => Failure::NeedsFullBuild,
        DriveError::Fetch(_) => Failure::Refused(unreadable()),
    })
}

/// A handle to a part of the file; reads nothing.
pub(super) fn slice(file: &File, offset: u64, len: u64) -> Result<Blob, JsValue> {
    file.slice_with_f64_and_f64(offset as f64, (offset + len) as f64)
}

fn read(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = FileReaderSync::new()?.read_as_array_buffer(blob)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Browsers do not say more about why.
fn unreadable() -> Refusal {
    Refusal {
        code: RefusalCode::Unreadable,
        message: "the file cannot be read: it is a folder, or was changed, moved or removed".to_owned(),
        fix: "choose it again, once whatever writes it is done".to_owned(),
    }
}
