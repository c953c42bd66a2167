use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::structured;

const NAME: &str = "slipway-uploads";

/// From one engine to those of all other tabs.
#[derive(Serialize, Deserialize)]
pub(in crate::worker) enum TabMessage {
    /// Asks each tab to send an update of its upload.
    AskProgress,
    /// How far an upload is, or how it ended.
    Update(UploadUpdate),
    /// An upload was saved or deleted.
    SavedUploadsChanged,
}

/// How far the upload of one tab is.
#[derive(Serialize, Deserialize)]
pub(in crate::worker) struct UploadUpdate {
    /// Names the upload.
    pub(in crate::worker) key: String,
    pub(in crate::worker) percent: u8,
    pub(in crate::worker) state: TabUploadState,
    /// The event for a page that waits for that upload. The engines in between pass it on unread, so that none of them
    /// needs the code to read events.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub(in crate::worker) event: JsValue,
}

/// What a tab that waits for an upload has to know of it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::worker) enum TabUploadState {
    /// The server may not know of it yet.
    NotCreated,
    /// The server knows of it.
    Created,
    /// There is nothing left to do: there is a release, or it was cancelled.
    Ended,
}

/// Sends messages to the other tabs. Where the browser has no such channel, each tab is on its own.
#[derive(Clone)]
pub(in crate::worker) struct TabChannel(Option<BroadcastChannel>);

impl TabChannel {
    /// Opens the channel, and listens for as long as the Worker runs.
    pub(in crate::worker) fn open(on_message: impl Fn(TabMessage) + 'static) -> TabChannel {
        let Ok(channel) = BroadcastChannel::new(NAME) else { return TabChannel(None) };
        let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // A tab with another version of the page may send what this one does not know.
            structured::from_value(event.data()).into_iter().for_each(&on_message);
        });
        channel.set_onmessage(Some(listen.into_js_value().unchecked_ref()));
        TabChannel(Some(channel))
    }

    /// Sends a message to all other tabs.
    pub(in crate::worker) fn send(&self, message: &TabMessage) {
        if let Some((channel, message)) = self.0.as_ref().zip(structured::to_value(message)) {
            let _ = channel.post_message(&message);
        }
    }
}
