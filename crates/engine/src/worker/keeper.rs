use std::cell::RefCell;
use std::rc::Rc;

use upload::Checkpoint;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::channel::{Channel, Word};
use super::page;
use super::store::{Record, Store};
use crate::message::EngineEvent;
use crate::saved::{Job, Saved};

/// Keeps one upload saved. One write at a time: while it runs, only the newest of what comes counts, so that a quick
/// upload, or a quick typist, writes no more often than the disk can.
pub(super) struct Keeper {
    store: Option<Store>,
    channel: Channel,
    state: RefCell<State>,
}

struct State {
    job: Job,
    checkpoint: Option<Checkpoint>,
    entries: Option<String>,
    handle: JsValue,
    begun_at: u64,
    is_writing: bool,
    /// Whether something changed since the last write began.
    is_dirty: bool,
    /// Whether there is a row of it.
    is_saved: bool,
    is_muted: bool,
}

impl Keeper {
    /// A keeper of an upload that is not saved yet.
    pub(super) fn new(store: Option<Store>, channel: Channel, job: Job, handle: JsValue) -> Rc<Keeper> {
        let state = State {
            job,
            checkpoint: None,
            entries: None,
            handle,
            begun_at: page::today(),
            is_writing: false,
            is_dirty: false,
            is_saved: false,
            is_muted: false,
        };
        Rc::new(Keeper { store, channel, state: RefCell::new(state) })
    }

    /// Goes on with what was saved. A handle that was saved is as good as a new one.
    pub(super) fn take_over(&self, record: Record) {
        let mut state = self.state.borrow_mut();
        state.begun_at = record.saved.begun_at;
        state.entries = record.saved.entries;
        state.checkpoint = Some(record.saved.checkpoint);
        state.is_saved = true;
        if state.handle.is_undefined() {
            state.handle = record.handle;
        }
    }

    /// Whether it can be gone on with after a reload.
    pub(super) fn is_saved(&self) -> bool {
        self.state.borrow().is_saved
    }

    /// From now on the page hears nothing of it.
    pub(super) fn mute(&self) {
        self.state.borrow_mut().is_muted = true;
    }

    pub(super) fn save(self: &Rc<Keeper>, checkpoint: Checkpoint) {
        self.change(|state| {
            let before = state.checkpoint.as_ref().map(|before| &before.upload);
            if before.is_some_and(|before| *before != checkpoint.upload) {
                // The server had lost that one, and keeps this one for a day of its own.
                state.begun_at = page::today();
            }
            state.checkpoint = Some(checkpoint);
        });
    }

    pub(super) fn enter(self: &Rc<Keeper>, entries: String) {
        self.change(|state| state.entries = Some(entries));
    }

    pub(super) fn open_by(self: &Rc<Keeper>, handle: JsValue) {
        self.change(|state| state.handle = handle);
    }

    pub(super) fn forget(self: &Rc<Keeper>) {
        self.change(|state| state.checkpoint = None);
    }

    fn change(self: &Rc<Keeper>, change: impl FnOnce(&mut State)) {
        let mut state = self.state.borrow_mut();
        change(&mut state);
        state.is_dirty = true;
        if self.store.is_some() && !std::mem::replace(&mut state.is_writing, true) {
            spawn_local(write(Rc::clone(self)));
        }
    }

    fn next(&self) -> Option<Next> {
        let mut state = self.state.borrow_mut();
        let is_dirty = std::mem::take(&mut state.is_dirty);
        let next = match (&state.checkpoint, state.is_saved) {
            _ if !is_dirty => None,
            (Some(checkpoint), _) => Some(Next::Put(Box::new(state.record(checkpoint.clone())))),
            (None, true) => Some(Next::Delete(state.job.key())),
            (None, false) => None,
        };
        state.is_writing = next.is_some();
        next
    }

    fn wrote(&self, is_saved: bool) {
        let mut state = self.state.borrow_mut();
        if std::mem::replace(&mut state.is_saved, is_saved) == is_saved {
            return;
        }
        if is_saved && !state.is_muted {
            page::post(&EngineEvent::Saved);
        }
        self.channel.say(&Word::SavedChanged);
    }
}

impl State {
    fn record(&self, checkpoint: Checkpoint) -> Record {
        let saved = Saved {
            job: self.job.clone(),
            checkpoint,
            entries: self.entries.clone(),
            begun_at: self.begun_at,
            saved_at: page::today(),
        };
        Record { saved, handle: self.handle.clone() }
    }
}

enum Next {
    Put(Box<Record>),
    Delete(String),
}

async fn write(keeper: Rc<Keeper>) {
    let Some(store) = &keeper.store else { return };
    while let Some(next) = keeper.next() {
        let is_saved = match next {
            // The row before is still there, and as good: what the server has is what counts.
            Next::Put(record) => store.put(&record).await || keeper.is_saved(),
            Next::Delete(key) => {
                store.delete(&key).await;
                false
            }
        };
        keeper.wrote(is_saved);
    }
}
