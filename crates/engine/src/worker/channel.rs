//! What the engines of several tabs tell each other.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use super::page;

const NAME: &str = "slipway-uploads";

/// From one engine to those of all other tabs.
pub(super) enum Word {
    /// Say how far your upload is.
    Ask,
    /// How far an upload is, or how it ended.
    News(News),
    /// Another upload is saved now, or one no more.
    SavedChanged,
}

/// How far the upload of one tab is.
pub(super) struct News {
    /// Names the upload.
    pub(super) key: String,
    pub(super) percent: u8,
    pub(super) stand: Stand,
    /// What a page is told that waits for that upload: a report, written. No engine reads it again.
    pub(super) report: String,
}

/// What somebody who waits for an upload has to know of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// The server may not know of it yet.
    New,
    /// The server knows of it.
    Known,
    /// There is nothing left to be done: there is a release, or it was cancelled.
    Over,
}

/// Speaks to the other tabs. Without a channel nobody hears, and each tab is on its own.
#[derive(Clone)]
pub(super) struct Channel(Option<BroadcastChannel>);

impl Channel {
    /// Opens the channel, and listens for as long as the Worker lives.
    pub(super) fn open(hear: impl Fn(Word) + 'static) -> Channel {
        let Ok(channel) = BroadcastChannel::new(NAME) else { return Channel(None) };
        let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // A tab with another version of the page may say what this one does not know.
            read(&event.data()).into_iter().for_each(&hear);
        });
        channel.set_onmessage(Some(listen.into_js_value().unchecked_ref()));
        Channel(Some(channel))
    }

    /// Tells all other tabs.
    pub(super) fn say(&self, word: &Word) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&write(word));
        }
    }
}

const ASK: &str = "ask";
const SAVED_CHANGED: &str = "saved changed";

fn write(word: &Word) -> JsValue {
    match word {
        Word::Ask => ASK.into(),
        Word::SavedChanged => SAVED_CHANGED.into(),
        Word::News(News { key, percent, stand, report }) => page::object(&[
            ("key", &key.into()),
            ("percent", &(*percent).into()),
            ("stand", &(*stand as u8).into()),
            ("report", &report.into()),
        ]),
    }
}

fn read(message: &JsValue) -> Option<Word> {
    match message.as_string().as_deref() {
        Some(ASK) => return Some(Word::Ask),
        Some(SAVED_CHANGED) => return Some(Word::SavedChanged),
        _ => {}
    }
    let number = |name| page::field(message, name).as_f64();
    let text = |name| page::field(message, name).as_string();
    let stands = [Stand::New, Stand::Known, Stand::Over];
    Some(Word::News(News {
        key: text("key")?,
        percent: number("percent")? as u8,
        stand: *stands.get(number("stand")? as usize)?,
        report: text("report")?,
    }))
}
