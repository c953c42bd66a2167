//! Saved uploads that the user discarded: each is deleted here and cancelled on the server.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::driver::{Driver, DriverEvent, DriverHandle, DriverSetup, Reporter};
use super::saved_uploads::{CheckpointWriter, SavedUploadRow, SavedUploads, UploadDb};
use super::tabs::lock::{self, LockMode};
use super::tabs::{TabChannel, TabMessage};

/// Discards saved uploads.
pub(super) struct SavedUploadDiscarder {
    tabs: TabChannel,
    saved_uploads: Rc<SavedUploads>,
    /// Kept until the server has confirmed the cancel.
    cancelling: RefCell<Vec<Rc<RefCell<Driver>>>>,
}

impl SavedUploadDiscarder {
    pub(super) fn new(tabs: TabChannel, saved_uploads: Rc<SavedUploads>) -> Rc<SavedUploadDiscarder> {
        Rc::new(SavedUploadDiscarder { tabs, saved_uploads, cancelling: RefCell::default() })
    }

    /// Deletes the saved upload of this key, and cancels it on the server.
    pub(super) fn discard(self: &Rc<SavedUploadDiscarder>, key: String) {
        spawn_local(discard(Rc::clone(self), key));
    }

    /// Cancels on the server what was deleted here.
    fn cancel(&self, driver: Rc<RefCell<Driver>>) {
        DriverHandle::of(&driver).send(DriverEvent::Cancel);
        let mut cancelling = self.cancelling.borrow_mut();
        cancelling.retain(|driver| !driver.borrow().is_over());
        cancelling.push(driver);
    }
}

async fn discard(discards: Rc<SavedUploadDiscarder>, key: String) {
    let lock = lock::take(&lock::name_of(&key), LockMode::IfFree).await;
    let db = UploadDb::open().await;
    // Another tab may have continued it a moment ago: then it is that tab's.
    if let (Some(lock), Some(db)) = (lock, db)
        && let Some(SavedUploadRow { upload, handle }) = db.get(&key).await
    {
        db.delete(&key).await;
        let spec = upload.task.spec();
        let writer = CheckpointWriter::new(None, discards.tabs.clone(), upload.task, handle);
        let mut reporter = Reporter::new(key, discards.tabs.clone());
        reporter.mute();
        let checkpoint = Some(upload.checkpoint);
        let setup = DriverSetup { file: None, spec, checkpoint, writer, reporter, lock };
        discards.cancel(Driver::start(setup));
    }
    discards.tabs.send(&TabMessage::SavedUploadsChanged);
    discards.saved_uploads.refresh();
}
