//! What the engines of several tabs tell each other.

use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::message::Report;

const NAME: &str = "slipway-uploads";

/// From one engine to those of all other tabs.
#[derive(Serialize, Deserialize)]
pub(super) enum Word {
    /// Say how far your upload is.
    Ask,
    /// How far the upload of this key is, or how it ended.
    News {
        /// Names the upload.
        key: String,
        /// As the page of that tab is told.
        report: Report,
    },
    /// Another upload is saved now, or one no more.
    SavedChanged,
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
            let word = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
            word.into_iter().for_each(&hear);
        });
        channel.set_onmessage(Some(listen.into_js_value().unchecked_ref()));
        Channel(Some(channel))
    }

    /// Tells all other tabs.
    pub(super) fn say(&self, word: &Word) {
        if let (Some(channel), Ok(text)) = (&self.0, serde_json::to_string(word)) {
            let _ = channel.post_message(&text.into());
        }
    }
}
