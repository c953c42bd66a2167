use std::cell::RefCell;
use std::rc::Rc;

use upload::Checkpoint;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::db::{SavedUploadRow, UploadDb};
use crate::message::{DraftFields, EngineEvent};
use crate::saved_upload::{SavedUpload, UploadTask};
use crate::worker::page;
use crate::worker::scope::unix_ms;
use crate::worker::tabs::{TabChannel, TabMessage};

/// Keeps one upload saved, with at most one write at a time.
///
/// Chunks are confirmed and keys are typed faster than a slow disk commits. Writes that started at every change would queue
/// up behind each other: each is out of date before it runs, and the one that counts comes last, so a crash would lose the
/// minutes for which the queue lags behind. Here a change during a write only marks the state as changed, and the next
/// write takes the newest state. It also keeps the order: a deletion cannot be overtaken by a write that was begun
/// before it and leave a row of an upload that has ended.
pub(in crate::worker) struct CheckpointWriter {
    db: Option<UploadDb>,
    tabs: TabChannel,
    state: RefCell<WriterState>,
}

struct WriterState {
    task: UploadTask,
    checkpoint: Option<Checkpoint>,
    fields: Option<DraftFields>,
    handle: JsValue,
    begun_at: u64,
    is_writing: bool,
    /// Whether something changed since the last write began.
    is_changed: bool,
    /// Whether there is a row of it.
    is_saved: bool,
    is_muted: bool,
}

impl CheckpointWriter {
    /// A writer for an upload that is not saved yet.
    pub(in crate::worker) fn new(
        db: Option<UploadDb>,
        tabs: TabChannel,
        task: UploadTask,
        handle: JsValue,
    ) -> Rc<CheckpointWriter> {
        let state = WriterState {
            task,
            checkpoint: None,
            fields: None,
            handle,
            begun_at: unix_ms(),
            is_writing: false,
            is_changed: false,
            is_saved: false,
            is_muted: false,
        };
        Rc::new(CheckpointWriter { db, tabs, state: RefCell::new(state) })
    }

    /// Continues with the row of the upload. A handle that was saved is as good as a new one.
    pub(in crate::worker) fn adopt(&self, row: SavedUploadRow) {
        let mut state = self.state.borrow_mut();
        state.begun_at = row.upload.begun_at;
        state.fields = row.upload.fields;
        state.checkpoint = Some(row.upload.checkpoint);
        state.is_saved = true;
        if state.handle.is_undefined() {
            state.handle = row.handle;
        }
    }

    /// From now on the page hears nothing of it.
    pub(in crate::worker) fn mute(&self) {
        self.state.borrow_mut().is_muted = true;
    }

    pub(in crate::worker) fn save(self: &Rc<CheckpointWriter>, checkpoint: Checkpoint) {
        self.change(|state| {
            let before = state.checkpoint.as_ref().map(|before| &before.upload);
            if before.is_some_and(|before| *before != checkpoint.upload) {
                // The server had lost that upload, and keeps the new one for its own 24 hours.
                state.begun_at = unix_ms();
            }
            state.checkpoint = Some(checkpoint);
        });
    }

    pub(in crate::worker) fn set_fields(self: &Rc<CheckpointWriter>, fields: DraftFields) {
        self.change(|state| state.fields = Some(fields));
    }

    pub(in crate::worker) fn set_handle(self: &Rc<CheckpointWriter>, handle: JsValue) {
        self.change(|state| state.handle = handle);
    }

    /// Deletes the row.
    pub(in crate::worker) fn delete(self: &Rc<CheckpointWriter>) {
        self.change(|state| state.checkpoint = None);
    }

    fn change(self: &Rc<CheckpointWriter>, change: impl FnOnce(&mut WriterState)) {
        let mut state = self.state.borrow_mut();
        change(&mut state);
        state.is_changed = true;
        if self.db.is_some() && !std::mem::replace(&mut state.is_writing, true) {
            spawn_local(write_changes(Rc::clone(self)));
        }
    }

    fn next_write(&self) -> Option<PendingWrite> {
        let mut state = self.state.borrow_mut();
        let is_changed = std::mem::take(&mut state.is_changed);
        let next = match (&state.checkpoint, state.is_saved) {
            _ if !is_changed => None,
            (Some(checkpoint), _) => Some(PendingWrite::Put(Box::new(state.row(checkpoint.clone())))),
            (None, true) => Some(PendingWrite::Delete(state.task.key())),
            (None, false) => None,
        };
        state.is_writing = next.is_some();
        next
    }

    fn is_saved(&self) -> bool {
        self.state.borrow().is_saved
    }

    fn set_saved(&self, is_saved: bool) {
        let mut state = self.state.borrow_mut();
        if std::mem::replace(&mut state.is_saved, is_saved) == is_saved {
            return;
        }
        if is_saved && !state.is_muted {
            page::post(&EngineEvent::Saved);
        }
        self.tabs.send(&TabMessage::SavedUploadsChanged);
    }
}

impl WriterState {
    fn row(&self, checkpoint: Checkpoint) -> SavedUploadRow {
        let upload = SavedUpload {
            task: self.task.clone(),
            checkpoint,
            fields: self.fields.clone(),
            begun_at: self.begun_at,
            saved_at: unix_ms(),
        };
        SavedUploadRow { upload, handle: self.handle.clone() }
    }
}

enum PendingWrite {
    Put(Box<SavedUploadRow>),
    Delete(String),
}

async fn write_changes(writer: Rc<CheckpointWriter>) {
    let Some(db) = &writer.db else { return };
    while let Some(write) = writer.next_write() {
        let is_saved = match write {
            // If this fails, the row before is still there, and as good: what the server has is what counts.
            PendingWrite::Put(row) => db.put(&row).await || writer.is_saved(),
            PendingWrite::Delete(key) => {
                db.delete(&key).await;
                false
            }
        };
        writer.set_saved(is_saved);
    }
}
