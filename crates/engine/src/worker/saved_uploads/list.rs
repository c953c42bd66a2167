use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen_futures::spawn_local;

use super::db::{SavedUploadRow, UploadDb};
use crate::message::{EngineEvent, SavedUploadSummary};
use crate::worker::page;
use crate::worker::tabs::lock;
use crate::worker::tabs::{TabChannel, TabMessage, UploadUpdate};

/// The list of saved uploads, as the page shows it.
pub(in crate::worker) struct SavedUploads {
    tabs: TabChannel,
    /// Whether the page has asked for the list.
    is_shown: Cell<bool>,
    /// How often the database was read: only the newest reading counts.
    n_refreshes: Cell<u32>,
    list: RefCell<Vec<SavedUploadSummary>>,
    handles: RefCell<Array>,
    /// The key of the current upload, which is not in the list.
    current: RefCell<Option<String>>,
    /// Locks of other tabs that are waited for.
    watched: RefCell<Vec<String>>,
}

impl SavedUploads {
    pub(in crate::worker) fn new(tabs: TabChannel) -> Rc<SavedUploads> {
        Rc::new(SavedUploads {
            tabs,
            is_shown: Cell::default(),
            n_refreshes: Cell::default(),
            list: RefCell::default(),
            handles: RefCell::default(),
            current: RefCell::default(),
            watched: RefCell::default(),
        })
    }

    /// From now on the page hears of every change.
    pub(in crate::worker) fn show(self: &Rc<SavedUploads>) {
        self.is_shown.set(true);
        self.refresh();
    }

    /// Reads the database again, because something has changed.
    pub(in crate::worker) fn refresh(self: &Rc<SavedUploads>) {
        if self.is_shown.get() {
            spawn_local(refresh(Rc::clone(self)));
        }
    }

    /// Another tab says how far an upload is.
    pub(in crate::worker) fn on_update(&self, update: &UploadUpdate) {
        let mut list = self.list.borrow_mut();
        let Some(item) = list.iter_mut().find(|item| item.key == update.key) else { return };
        if std::mem::replace(&mut item.percent, update.percent) != update.percent {
            drop(list);
            self.post();
        }
    }

    /// Leaves the current upload out of the list.
    pub(in crate::worker) fn set_current(self: &Rc<SavedUploads>, key: Option<String>) {
        self.current.replace(key);
        self.refresh();
    }

    fn post(&self) {
        let event = EngineEvent::SavedUploads(self.list.borrow().clone());
        page::post_with_handles(&event, &self.handles.borrow());
    }

    /// Refreshes when the other tab releases the lock, also if that tab is closed and cannot say so.
    fn watch(self: &Rc<SavedUploads>, lock_name: String) {
        if self.watched.borrow().contains(&lock_name) {
            return;
        }
        self.watched.borrow_mut().push(lock_name.clone());
        let saved_uploads = Rc::clone(self);
        spawn_local(async move {
            lock::until_free(&lock_name).await;
            saved_uploads.watched.borrow_mut().retain(|other| *other != lock_name);
            saved_uploads.refresh();
        });
    }
}

async fn refresh(saved_uploads: Rc<SavedUploads>) {
    let refresh = saved_uploads.n_refreshes.get() + 1;
    saved_uploads.n_refreshes.set(refresh);
    let rows = match UploadDb::open().await {
        Some(db) => db.all().await,
        None => Vec::new(),
    };
    let held = lock::held_lock_names().await;
    let (mut list, handles) = (Vec::new(), Array::new());
    for SavedUploadRow { upload, handle } in rows {
        let key = upload.key();
        if saved_uploads.current.borrow().as_ref() == Some(&key) {
            continue;
        }
        let lock_name = lock::name_of(&key);
        let is_in_other_tab = held.contains(&lock_name);
        if is_in_other_tab {
            saved_uploads.watch(lock_name);
        }
        list.push(upload.summary(is_in_other_tab));
        handles.push(&handle);
    }
    // A refresh that began later sees more.
    if saved_uploads.n_refreshes.get() != refresh {
        return;
    }
    let has_other_tabs = list.iter().any(|item| item.is_in_other_tab);
    saved_uploads.list.replace(list);
    saved_uploads.handles.replace(handles);
    saved_uploads.post();
    if has_other_tabs {
        saved_uploads.tabs.send(&TabMessage::AskProgress);
    }
}
