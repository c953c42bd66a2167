//! What the engines of several tabs tell each other.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::worker::page;

const NAME: &str = "slipway-uploads";

/// From one engine to those of all other tabs.
pub(in crate::worker) enum TabMessage {
    /// Say how far your upload is.
    AskProgress,
    /// How far an upload is, or how it ended.
    Update(UploadUpdate),
    /// Another upload is saved now, or one no more.
    SavedUploadsChanged,
}

/// How far the upload of one tab is.
pub(in crate::worker) struct UploadUpdate {
    /// Names the upload.
    pub(in crate::worker) key: String,
    pub(in crate::worker) percent: u8,
    pub(in crate::worker) state: TabUploadState,
    /// What a page is told that waits for that upload: a report, written. No engine reads it again.
    pub(in crate::worker) report: String,
}

/// What somebody who waits for an upload has to know of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum TabUploadState {
    /// The server may not know of it yet.
    New,
    /// The server knows of it.
    Known,
    /// There is nothing left to be done: there is a release, or it was cancelled.
    Over,
}

/// Speaks to the other tabs. Without a channel nobody hears, and each tab is on its own.
#[derive(Clone)]
pub(in crate::worker) struct TabChannel(Option<BroadcastChannel>);

impl TabChannel {
    /// Opens the channel, and listens for as long as the Worker lives.
    pub(in crate::worker) fn open(hear: impl Fn(TabMessage) + 'static) -> TabChannel {
        let Ok(channel) = BroadcastChannel::new(NAME) else { return TabChannel(None) };
        let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // A tab with another version of the page may say what this one does not know.
            read(&event.data()).into_iter().for_each(&hear);
        });
        channel.set_onmessage(Some(listen.into_js_value().unchecked_ref()));
        TabChannel(Some(channel))
    }

    /// Tells all other tabs.
    pub(in crate::worker) fn say(&self, word: &TabMessage) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&write(word));
        }
    }
}

const ASK: &str = "ask";
const SAVED_CHANGED: &str = "saved changed";

fn write(word: &TabMessage) -> JsValue {
    match word {
        TabMessage::AskProgress => ASK.into(),
        TabMessage::SavedUploadsChanged => SAVED_CHANGED.into(),
        TabMessage::Update(UploadUpdate { key, percent, state, report }) => page::object(&[
            ("key", &key.into()),
            ("percent", &(*percent).into()),
            ("state", &(*state as u8).into()),
            ("report", &report.into()),
        ]),
    }
}

fn read(message: &JsValue) -> Option<TabMessage> {
    match message.as_string().as_deref() {
        Some(ASK) => return Some(TabMessage::AskProgress),
        Some(SAVED_CHANGED) => return Some(TabMessage::SavedUploadsChanged),
        _ => {}
    }
    let number = |name| page::field(message, name).as_f64();
    let text = |name| page::field(message, name).as_string();
    let stands = [TabUploadState::New, TabUploadState::Known, TabUploadState::Over];
    Some(TabMessage::Update(UploadUpdate {
        key: text("key")?,
        percent: number("percent")? as u8,
        state: *stands.get(number("state")? as usize)?,
        report: text("report")?,
    }))
}
