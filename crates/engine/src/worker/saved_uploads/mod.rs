mod checkpoint_writer;
mod db;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use upload::FingerprintMatch;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use crate::message::{EngineEvent, SavedUploadSummary};
use crate::worker::driver::Reporter;
use crate::worker::driver::{Driver, DriverEvent, DriverHandle, DriverSetup};
use crate::worker::file::fingerprint;
use crate::worker::page;
use crate::worker::session::lock_name;
use crate::worker::tabs::lock::{self, LockMode};
use crate::worker::tabs::{TabChannel, TabMessage, UploadUpdate};
pub(in crate::worker) use checkpoint_writer::CheckpointWriter;
pub(in crate::worker) use db::{SavedUploadRow, UploadDb};

/// The list of saved uploads, as the page shows it.
pub(in crate::worker) struct SavedUploads {
    channel: TabChannel,
    /// Whether the page wants to know.
    is_shown: Cell<bool>,
    /// How often it was looked what is saved.
    n_looks: Cell<u32>,
    list: RefCell<Vec<SavedUploadSummary>>,
    handles: RefCell<Array>,
    /// The upload at hand, which is not in the list.
    own: RefCell<Option<String>>,
    /// Locks of other tabs, which are waited for.
    watched: RefCell<Vec<String>>,
    /// Uploads that are being cancelled on the server.
    leaving: RefCell<Vec<Rc<RefCell<Driver>>>>,
}

impl SavedUploads {
    pub(in crate::worker) fn new(channel: TabChannel) -> Rc<SavedUploads> {
        Rc::new(SavedUploads {
            channel,
            is_shown: Cell::default(),
            n_looks: Cell::default(),
            list: RefCell::default(),
            handles: RefCell::default(),
            own: RefCell::default(),
            watched: RefCell::default(),
            leaving: RefCell::default(),
        })
    }

    /// From now on the page hears of every change.
    pub(in crate::worker) fn show(self: &Rc<SavedUploads>) {
        self.is_shown.set(true);
        self.refresh();
    }

    /// Something has changed: looks again.
    pub(in crate::worker) fn refresh(self: &Rc<SavedUploads>) {
        if self.is_shown.get() {
            spawn_local(refresh(Rc::clone(self)));
        }
    }

    /// What another tab says of an upload.
    pub(in crate::worker) fn hear(&self, update: &UploadUpdate) {
        let mut list = self.list.borrow_mut();
        let Some(item) = list.iter_mut().find(|item| item.key == update.key) else { return };
        if std::mem::replace(&mut item.percent, update.percent) != update.percent {
            drop(list);
            self.post();
        }
    }

    /// Leaves the upload at hand out of the list.
    pub(in crate::worker) fn set_own(self: &Rc<SavedUploads>, key: Option<String>) {
        self.own.replace(key);
        self.refresh();
    }

    /// Forgets a saved upload, here and on the server.
    pub(in crate::worker) fn forget(self: &Rc<SavedUploads>, key: String) {
        spawn_local(forget(Rc::clone(self), key));
    }

    fn post(&self) {
        page::post_with(&EngineEvent::SavedUploads(self.list.borrow().clone()), &self.handles.borrow());
    }

    /// Looks again when the other tab lets go of its upload, also if it is closed and cannot say so.
    fn watch(self: &Rc<SavedUploads>, name: String) {
        if self.watched.borrow().contains(&name) {
            return;
        }
        self.watched.borrow_mut().push(name.clone());
        let saved_uploads = Rc::clone(self);
        spawn_local(async move {
            lock::until_free(&name).await;
            saved_uploads.watched.borrow_mut().retain(|other| *other != name);
            saved_uploads.refresh();
        });
    }
}

/// Whether `file` is the one of the saved upload of this key; else why not, and what to do.
pub(in crate::worker) async fn verify(file: &File, key: &str) -> Result<(), (String, &'static str)> {
    let row = match UploadDb::open().await {
        Some(db) => db.get(key).await,
        None => None,
    };
    let Some(SavedUploadRow { saved, .. }) = row else {
        let why = "this upload is not there any more: it was finished, discarded or is too old".to_owned();
        return Err((why, "choose the file on the page of the apps to begin anew"));
    };
    let known = saved.task.file;
    let Ok(fingerprint) = fingerprint::fingerprint(file).await else {
        return Err((
            "the file cannot be read".to_owned(),
            "choose it again, once whatever writes it is done",
        ));
    };
    if known.compare(&fingerprint) != FingerprintMatch::Other {
        return Ok(());
    }
    let fix = "choose the file that the upload began with; what is uploaded of it stays for 24 hours";
    let why = if known.name == fingerprint.name {
        format!(
            "this is another file of the same name: {} was changed since, or comes from elsewhere",
            known.name
        )
    } else {
        format!("this is another file: the upload began with {}", known.name)
    };
    Err((why, fix))
}

async fn refresh(saved_uploads: Rc<SavedUploads>) {
    let look = saved_uploads.n_looks.get() + 1;
    saved_uploads.n_looks.set(look);
    let records = match UploadDb::open().await {
        Some(db) => db.all().await,
        None => Vec::new(),
    };
    let held = lock::held().await;
    let (list, handles) = (RefCell::new(Vec::new()), Array::new());
    for SavedUploadRow { saved, handle } in records {
        let key = saved.key();
        if saved_uploads.own.borrow().as_ref() == Some(&key) {
            continue;
        }
        let name = lock_name(&key);
        let is_in_other_tab = held.contains(&name);
        if is_in_other_tab {
            saved_uploads.watch(name);
        }
        list.borrow_mut().push(saved.unfinished(is_in_other_tab));
        handles.push(&handle);
    }
    // Another look has begun since, and will see more.
    if saved_uploads.n_looks.get() != look {
        return;
    }
    saved_uploads.list.replace(list.into_inner());
    saved_uploads.handles.replace(handles);
    saved_uploads.post();
    if saved_uploads.list.borrow().iter().any(|item| item.is_in_other_tab) {
        saved_uploads.channel.say(&TabMessage::AskProgress);
    }
}

async fn forget(saved_uploads: Rc<SavedUploads>, key: String) {
    let lock = lock::take(&lock_name(&key), LockMode::Now).await;
    let db = UploadDb::open().await;
    // Another tab may have taken it up a moment ago: then it is that tab's.
    if let (Some(lock), Some(db)) = (lock, db)
        && let Some(SavedUploadRow { saved, handle }) = db.get(&key).await
    {
        db.delete(&key).await;
        let order = saved.task.order();
        let writer = CheckpointWriter::new(None, saved_uploads.channel.clone(), saved.task, handle);
        let mut reporter = Reporter::new(key, saved_uploads.channel.clone());
        reporter.mute();
        let checkpoint = Some(saved.checkpoint);
        let driver = Driver::start(DriverSetup { file: None, order, checkpoint, writer, reporter, lock });
        DriverHandle::to(&driver).tell(DriverEvent::Cancel);
        let mut leaving = saved_uploads.leaving.borrow_mut();
        leaving.retain(|driver| !driver.borrow().is_over());
        leaving.push(driver);
    }
    saved_uploads.channel.say(&TabMessage::SavedUploadsChanged);
    saved_uploads.refresh();
}
