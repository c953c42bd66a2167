use artifact::{Artifact, DriveError, Hints, Icon, Miss, Refusal, RefusalCode, inspect_sync};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File, FileReaderSync};

use super::file::range::slice;
use super::page;
use crate::message::EngineEvent;

/// Tells the page what the file of this number is.
pub(super) fn report(number: u32, file: &File) {
    let report = match inspect(file) {
        Ok(artifact) => {
            let icon = artifact.icon.as_ref().map(Icon::data_url);
            EngineEvent::Inspected { file: number, artifact: Box::new(artifact), icon }
        }
        Err(Failure::Refused(refusal)) => EngineEvent::Refused { file: number, refusal },
        Err(Failure::NeedsFullBuild) => EngineEvent::NeedsFullBuild { file: number },
    };
    page::post(&report);
}

/// Why there is no artifact.
enum Failure {
    Refused(Refusal),
    /// Another build of the engine knows.
    NeedsFullBuild,
}

/// What a file is, from as in_flight_map of its bytes as possible.
fn inspect(file: &File) -> Result<Artifact, Failure> {
    let name = file.name();
    let hints = Hints { file_name: &name, now: (js_sys::Date::now() / 1000.0) as i64 };
    let fetch = |miss: Miss| read(&slice(file, miss.offset, miss.len as u64)?);
    inspect_sync(&hints, file.size() as u64, fetch).map_err(|error| match error {
        DriveError::Refused(refusal) => Failure::Refused(refusal),
        DriveError::NeedsFullBuild => Failure::NeedsFullBuild,
        DriveError::Fetch(_) => Failure::Refused(unreadable()),
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
        fix: "choose it again, once whatever writes it is done".to_owned(),
    }
}
