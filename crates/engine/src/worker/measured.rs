//! What the pages of `cargo xtask bench upload` measure by themselves. Never shipped.

use artifact::{Artifact, Format, Os};
use js_sys::Uint8Array;
use upload::{ChunkProgress, Phase, Progress};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::file::JsFileHasher;
use crate::message::EngineEvent;
use crate::structured;

/// The engine's hasher.
#[wasm_bindgen]
pub struct MeasuredMd5(JsFileHasher);

#[wasm_bindgen]
impl MeasuredMd5 {
    /// For a file of that many bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(file_size: f64) -> MeasuredMd5 {
        MeasuredMd5(JsFileHasher::new(file_size as u64))
    }

    /// Hashes a chunk of the file; gives the MD5 of the whole file with the last chunk, before it that of the chunk.
    pub fn take(&mut self, offset: f64, bytes: &Uint8Array) -> String {
        let mut chunk = self.0.begin_chunk(offset as u64);
        self.0.update(&mut chunk, bytes);
        let digests = self.0.finish_chunk(chunk);
        digests.whole_file.unwrap_or(digests.chunk).to_string()
    }
}

/// An event, as it crosses between Web Worker and page: as a structured value, or as the JSON text that it was once.
#[wasm_bindgen]
pub struct MeasuredEvent(EngineEvent);

#[wasm_bindgen]
impl MeasuredEvent {
    /// What comes four times a second.
    pub fn progress() -> MeasuredEvent {
        let in_flight =
            (1..=5).map(|number| ChunkProgress { number, sent: 4 << 20, len: 8 << 20, failures: 0 });
        MeasuredEvent(EngineEvent::Progress(Progress {
            phase: Phase::Uploading,
            sent_bytes: 123_456_789,
            committed_bytes: 100_663_296,
            read_bytes: 142_606_336,
            total_bytes: 1_073_741_824,
            percent: 9,
            bytes_per_second: 23_456_789,
            seconds_left: Some(41),
            chunks_stored: 12,
            chunks_total: 128,
            in_flight: in_flight.collect(),
            parallel: 5,
            waiting: None,
        }))
    }

    /// What comes once, with an icon of 64 KB.
    pub fn inspected() -> MeasuredEvent {
        let artifact = Artifact {
            identifier: Some("com.example.app".to_owned()),
            name: Some("Example".to_owned()),
            version: Some("1.2.3".to_owned()),
            ..Artifact::new(Format::Apk, Os::Android, 123_456_789)
        };
        let icon = format!("data:image/png;base64,{}", "A".repeat(64 * 1024));
        MeasuredEvent(EngineEvent::Inspected { file: 1, artifact: Box::new(artifact), icon: Some(icon) })
    }

    /// As a structured value.
    pub fn to_structured(&self) -> Option<JsValue> {
        structured::to_value(&self.0)
    }

    /// From a structured value.
    pub fn from_structured(value: JsValue) -> Option<MeasuredEvent> {
        structured::from_value(value).map(MeasuredEvent)
    }

    /// As JSON text.
    pub fn to_json(&self) -> Option<String> {
        serde_json::to_string(&self.0).ok()
    }

    /// From JSON text.
    pub fn from_json(text: &str) -> Option<MeasuredEvent> {
        serde_json::from_str(text).ok().map(MeasuredEvent)
    }
}
