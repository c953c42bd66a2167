//! What a file is.

use artifact::{Artifact, DriveError, Hints, Icon, Miss, Refusal, RefusalCode, inspect_sync};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File, FileReaderSync};

use super::file::slice;
use super::page;
use crate::message::EngineEvent;

/// Tells the page what the file of this number is.
pub(super) fn inspect_for_page(number: u32, file: &File) {
    let event = match inspect(file) {
        Ok(artifact) => {
            let icon = artifact.icon.as_ref().map(Icon::data_url);
            EngineEvent::Inspected { file: number, artifact: Box::new(artifact), icon }
        }
        Err(InspectError::Refused(refusal)) => EngineEvent::Refused { file: number, refusal },
        Err(InspectError::NeedsFullBuild) => EngineEvent::NeedsFullBuild { file: number },
    };
    page::post(&event);
}

/// Why there is no artifact.
enum InspectError {
    Refused(Refusal),
    /// Only the full engine reads it.
    NeedsFullBuild,
}

/// What a file is, from as few of its bytes as possible.
fn inspect(file: &File) -> Result<Artifact, InspectError> {
    let name = file.name();
    let hints = Hints { file_name: &name, now: (js_sys::Date::now() / 1000.0) as i64 };
    let fetch = |miss: Miss| read(&slice(file, miss.offset, miss.len as u64)?);
    inspect_sync(&hints, file.size() as u64, fetch).map_err(|error| match error {
        DriveError::Refused(refusal) => InspectError::Refused(refusal),
        DriveError::NeedsFullBuild => InspectError::NeedsFullBuild,
        DriveError::Fetch(_) => InspectError::Refused(unreadable()),
    })
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
        fix: "choose it again, once the program that writes it is done".to_owned(),
    }
}
