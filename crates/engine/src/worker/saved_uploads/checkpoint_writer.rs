use std::cell::RefCell;
use std::rc::Rc;

use upload::Checkpoint;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::db::{SavedUploadRow, UploadDb};
use crate::message::EngineEvent;
use crate::saved_upload::{SavedUpload, UploadTask};
use crate::worker::page;
use crate::worker::tabs::{TabChannel, TabMessage};

/// Keeps one upload saved. One write at a time: while it runs, only the newest of what comes counts, so that a quick
/// upload, or a quick typist, writes no more often than the disk can.
pub(in crate::worker) struct CheckpointWriter {
    db: Option<UploadDb>,
    channel: TabChannel,
    state: RefCell<State>,
}

struct State {
    task: UploadTask,
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

impl CheckpointWriter {
    /// A writer of an upload that is not saved yet.
    pub(in crate::worker) fn new(
        db: Option<UploadDb>,
        channel: TabChannel,
        task: UploadTask,
        handle: JsValue,
    ) -> Rc<CheckpointWriter> {
        let state = State {
            task,
            checkpoint: None,
            entries: None,
            handle,
            begun_at: page::today(),
            is_writing: false,
            is_dirty: false,
            is_saved: false,
            is_muted: false,
        };
        Rc::new(CheckpointWriter { db, channel, state: RefCell::new(state) })
    }

    /// Goes on with what was saved. A handle that was saved is as good as a new one.
    pub(in crate::worker) fn take_over(&self, row: SavedUploadRow) {
        let mut state = self.state.borrow_mut();
        state.begun_at = row.saved.begun_at;
        state.entries = row.saved.entries;
        state.checkpoint = Some(row.saved.checkpoint);
        state.is_saved = true;
        if state.handle.is_undefined() {
            state.handle = row.handle;
        }
    }

    /// Whether it can be gone on with after a reload.
    pub(in crate::worker) fn is_saved(&self) -> bool {
        self.state.borrow().is_saved
    }

    /// From now on the page hears nothing of it.
    pub(in crate::worker) fn mute(&self) {
        self.state.borrow_mut().is_muted = true;
    }

    pub(in crate::worker) fn save(self: &Rc<CheckpointWriter>, checkpoint: Checkpoint) {
        self.change(|state| {
            let before = state.checkpoint.as_ref().map(|before| &before.upload);
            if before.is_some_and(|before| *before != checkpoint.upload) {
                // The server had lost that one, and keeps this one for a day of its own.
                state.begun_at = page::today();
            }
            state.checkpoint = Some(checkpoint);
        });
    }

    pub(in crate::worker) fn enter(self: &Rc<CheckpointWriter>, entries: String) {
        self.change(|state| state.entries = Some(entries));
    }

    pub(in crate::worker) fn open_by(self: &Rc<CheckpointWriter>, handle: JsValue) {
        self.change(|state| state.handle = handle);
    }

    pub(in crate::worker) fn forget(self: &Rc<CheckpointWriter>) {
        self.change(|state| state.checkpoint = None);
    }

    fn change(self: &Rc<CheckpointWriter>, change: impl FnOnce(&mut State)) {
        let mut state = self.state.borrow_mut();
        change(&mut state);
        state.is_dirty = true;
        if self.db.is_some() && !std::mem::replace(&mut state.is_writing, true) {
            spawn_local(write(Rc::clone(self)));
        }
    }

    fn next(&self) -> Option<Next> {
        let mut state = self.state.borrow_mut();
        let is_dirty = std::mem::take(&mut state.is_dirty);
        let next = match (&state.checkpoint, state.is_saved) {
            _ if !is_dirty => None,
            (Some(checkpoint), _) => Some(Next::Put(Box::new(state.row(checkpoint.clone())))),
            (None, true) => Some(Next::Delete(state.task.key())),
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
        self.channel.say(&TabMessage::SavedUploadsChanged);
    }
}

impl State {
    fn row(&self, checkpoint: Checkpoint) -> SavedUploadRow {
        let saved = SavedUpload {
            task: self.task.clone(),
            checkpoint,
            entries: self.entries.clone(),
            begun_at: self.begun_at,
            saved_at: page::today(),
        };
        SavedUploadRow { saved, handle: self.handle.clone() }
    }
}

enum Next {
    Put(Box<SavedUploadRow>),
    Delete(String),
}

async fn write(writer: Rc<CheckpointWriter>) {
    let Some(db) = &writer.db else { return };
    while let Some(next) = writer.next() {
        let is_saved = match next {
            // The row before is still there, and as good: what the server has is what counts.
            Next::Put(row) => db.put(&row).await || writer.is_saved(),
            Next::Delete(key) => {
                db.delete(&key).await;
                false
            }
        };
        writer.wrote(is_saved);
    }
}
