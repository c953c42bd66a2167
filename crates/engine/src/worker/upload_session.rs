//! An upload as the page asked for it, whichever tab drives it.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::driver::{Driver, DriverEvent, DriverHandle, DriverSetup, Reporter};
use super::file::fingerprint;
use super::page;
use super::saved_uploads::{CheckpointWriter, SavedUploads, UploadDb};
use super::tabs::lock::{self, LockGuard, LockMode};
use super::tabs::{TabChannel, TabMessage, TabUploadState, UploadUpdate};
use crate::message::{DraftFields, EngineEvent, EnteredVersion};
use crate::saved_upload::UploadTask;

/// The file that the user chose.
#[derive(Clone)]
pub(super) struct ChosenFile {
    /// The page's number of it.
    pub(super) number: u32,
    pub(super) file: File,
    /// Opens it again after a reload, or undefined.
    pub(super) handle: JsValue,
}

/// Where an upload goes.
pub(super) struct UploadTarget {
    pub(super) owner: String,
    pub(super) app: String,
    pub(super) version: Option<EnteredVersion>,
}

/// An upload as the page asked for it: from looking for a saved one of the same file to its end.
pub(super) struct UploadSession {
    tabs: TabChannel,
    saved_uploads: Rc<SavedUploads>,
    state: RefCell<SessionState>,
}

struct SessionState {
    stage: SessionStage,
    key: Option<String>,
    handle: JsValue,
    fields: Option<DraftFields>,
}

enum SessionStage {
    /// The file is identified, and its saved upload looked up.
    LookingUp,
    /// Another tab drives the upload; the last state that it reported, if any.
    InOtherTab(Option<TabUploadState>),
    /// This tab drives the upload.
    Driving(Rc<RefCell<Driver>>),
    /// The page has abandoned the upload, or another tab has ended it.
    Ended,
}

impl UploadSession {
    pub(super) fn start(
        chosen: ChosenFile,
        target: UploadTarget,
        tabs: TabChannel,
        saved_uploads: Rc<SavedUploads>,
    ) -> Rc<UploadSession> {
        let ChosenFile { file, handle, .. } = chosen;
        let state =
            RefCell::new(SessionState { stage: SessionStage::LookingUp, key: None, handle, fields: None });
        let session = Rc::new(UploadSession { tabs, saved_uploads, state });
        spawn_local(run(Rc::clone(&session), file, target));
        session
    }

    /// Names the upload, once it is known.
    pub(super) fn key(&self) -> Option<String> {
        self.state.borrow().key.clone()
    }

    /// Hands the event to the driver, if this tab has one. Without one there is only the waiting to cancel.
    pub(super) fn send(&self, event: DriverEvent) {
        if let Some(driver) = self.driver() {
            DriverHandle::of(&driver).send(event);
        } else if matches!(event, DriverEvent::Cancel) {
            self.state.borrow_mut().stage = SessionStage::Ended;
            page::post(&EngineEvent::Cancelled);
        }
    }

    /// Ends the upload for this page. It is cancelled if this tab drives it.
    pub(super) fn abandon(&self) {
        if let Some(driver) = self.driver() {
            driver.borrow_mut().mute();
            DriverHandle::of(&driver).send(DriverEvent::Cancel);
        } else {
            self.state.borrow_mut().stage = SessionStage::Ended;
        }
    }

    /// Whether nothing more will be sent.
    pub(super) fn is_over(&self) -> bool {
        self.driver().is_none_or(|driver| driver.borrow().is_over())
    }

    pub(super) fn set_fields(&self, fields: DraftFields) {
        if let Some(driver) = self.driver() {
            driver.borrow().writer().set_fields(fields.clone());
        }
        self.state.borrow_mut().fields = Some(fields);
    }

    pub(super) fn set_handle(&self, handle: JsValue) {
        if let Some(driver) = self.driver() {
            driver.borrow().writer().set_handle(handle.clone());
        }
        self.state.borrow_mut().handle = handle;
    }

    /// Answers another tab that asks for progress, if this tab drives the upload.
    pub(super) fn answer_other_tabs(&self) {
        if let Some(driver) = self.driver() {
            driver.borrow().answer_other_tabs();
        }
    }

    /// Another tab says how far this upload is.
    pub(super) fn on_update(&self, update: &UploadUpdate) {
        let mut state = self.state.borrow_mut();
        let SessionStage::InOtherTab(known) = &mut state.stage else { return };
        *known = Some(update.state);
        page::post_value(&update.event);
        if update.state == TabUploadState::Ended {
            state.stage = SessionStage::Ended;
        }
    }

    fn driver(&self) -> Option<Rc<RefCell<Driver>>> {
        if let SessionStage::Driving(driver) = &self.state.borrow().stage {
            Some(Rc::clone(driver))
        } else {
            None
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self.state.borrow().stage, SessionStage::Ended)
    }

    /// Waits until this tab may drive the upload; none if there is nothing left to do by then.
    async fn take_lock(&self, key: &str) -> Option<LockGuard> {
        let name = lock::name_of(key);
        if let Some(lock) = lock::take(&name, LockMode::IfFree).await {
            return Some(lock).filter(|_| !self.has_ended());
        }
        if self.has_ended() {
            return None;
        }
        self.state.borrow_mut().stage = SessionStage::InOtherTab(None);
        page::post(&EngineEvent::InOtherTab(None));
        self.tabs.send(&TabMessage::AskProgress);
        lock::take(&name, LockMode::Wait).await.filter(|_| !self.has_ended())
    }

    /// Whether another tab got so far with the upload that the server knew of it.
    fn was_created_by_other_tab(&self) -> bool {
        matches!(self.state.borrow().stage, SessionStage::InOtherTab(Some(TabUploadState::Created)))
    }
}

async fn run(session: Rc<UploadSession>, file: File, target: UploadTarget) {
    let UploadTarget { owner, app, version } = target;
    let Ok(fingerprint) = fingerprint(&file).await else {
        return fail_unreadable(&session);
    };
    let content_type = Some(file.type_()).filter(|content_type| !content_type.is_empty());
    let task = UploadTask { owner, app, version, content_type, file: fingerprint };
    let key = task.key();
    if session.has_ended() {
        return;
    }
    session.state.borrow_mut().key = Some(key.clone());
    session.saved_uploads.set_current(Some(key.clone()));
    let Some(lock) = session.take_lock(&key).await else { return };
    let db = UploadDb::open().await;
    let row = match &db {
        Some(db) => db.get(&key).await,
        None => None,
    };
    if session.has_ended() {
        return;
    }
    // Locks and messages between tabs are separate ways, and the browser may grant the lock before it delivers the message
    // that the other tab sent first. If the user cancelled the upload in that tab, this one would then upload the whole
    // file again. The database decides: the other tab deletes the row when the upload ends, and leaves it when the tab is
    // only closed. So an upload that the server knew of and that has no row any more has ended, and how is said by the
    // message that is still on its way. Where there is no database, a missing row says nothing.
    if db.is_some() && row.is_none() && session.was_created_by_other_tab() {
        session.send(DriverEvent::Cancel);
        return;
    }
    let mut state = session.state.borrow_mut();
    let writer = CheckpointWriter::new(db, session.tabs.clone(), task.clone(), state.handle.clone());
    let mut checkpoint = None;
    if let Some(row) = row {
        page::post(&EngineEvent::Resumed(row.upload.fields.clone()));
        page::post(&EngineEvent::Saved);
        checkpoint = Some(row.upload.checkpoint.clone());
        writer.adopt(row);
    }
    // The saved fields count until the page has seen them.
    if let Some(fields) = state.fields.clone().filter(|_| checkpoint.is_none()) {
        writer.set_fields(fields);
    }
    let reporter = Reporter::new(key, session.tabs.clone());
    let setup = DriverSetup { file: Some(file), spec: task.spec(), checkpoint, writer, reporter, lock };
    state.stage = SessionStage::Driving(Driver::start(setup));
}

fn fail_unreadable(session: &UploadSession) {
    if !session.has_ended() {
        page::post(&EngineEvent::Failed {
            title: "The file cannot be read".to_owned(),
            message: "the file cannot be read: it was changed, moved or removed".to_owned(),
            fix: "choose it again, once the program that writes it is done".to_owned(),
            can_retry: false,
        });
    }
}
