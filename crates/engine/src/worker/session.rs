use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::driver::Reporter;
use super::driver::{Driver, DriverEvent, DriverHandle, DriverSetup};
use super::file::fingerprint;
use super::page;
use super::saved_uploads::CheckpointWriter;
use super::saved_uploads::SavedUploads;
use super::saved_uploads::UploadDb;
use super::tabs::lock::{self, LockGuard, LockMode};
use super::tabs::{TabChannel, TabMessage, TabUploadState, UploadUpdate};
use crate::message::{EngineEvent, EnteredVersion};
use crate::saved_upload::UploadTask;

/// The lock of an upload.
pub(super) fn lock_name(key: &str) -> String {
    format!("slipway-upload:{key}")
}

/// A file that somebody chose.
#[derive(Clone)]
pub(super) struct ChosenFile {
    /// The page's number of it.
    pub(super) number: u32,
    pub(super) file: File,
    /// What opens it again, or undefined.
    pub(super) handle: JsValue,
}

/// Where an upload goes.
pub(super) struct UploadTarget {
    pub(super) owner: String,
    pub(super) app: String,
    pub(super) version: Option<EnteredVersion>,
}

/// An upload as the page asked for it: from looking for a saved one of the same file to its end.
pub(super) struct Session {
    channel: TabChannel,
    saved_uploads: Rc<SavedUploads>,
    state: RefCell<State>,
}

struct State {
    stage: SessionState,
    key: Option<String>,
    handle: JsValue,
    entries: Option<String>,
}

enum SessionState {
    /// It is being found out what there is to be done.
    Looking,
    /// Another tab does it, and how that one stands, as far as is known.
    Elsewhere(Option<TabUploadState>),
    /// This tab does it.
    Driving(Rc<RefCell<Driver>>),
    /// The page has given it up, or another tab has ended it.
    Left,
}

impl Session {
    pub(super) fn start(
        chosen: ChosenFile,
        target: UploadTarget,
        channel: TabChannel,
        saved_uploads: Rc<SavedUploads>,
    ) -> Rc<Session> {
        let state =
            State { stage: SessionState::Looking, key: None, handle: chosen.handle.clone(), entries: None };
        let session = Rc::new(Session { channel, saved_uploads, state: RefCell::new(state) });
        spawn_local(begin(Rc::clone(&session), chosen.file, target));
        session
    }

    /// Names the upload, once it is known.
    pub(super) fn key(&self) -> Option<String> {
        self.state.borrow().key.clone()
    }

    pub(super) fn tell(&self, event: DriverEvent) {
        if let Some(driver) = self.driver() {
            DriverHandle::to(&driver).tell(event);
        } else if matches!(event, DriverEvent::Cancel) {
            self.state.borrow_mut().stage = SessionState::Left;
            page::post(&EngineEvent::Cancelled);
        }
    }

    /// Ends it for this page: it is cancelled if it is this tab's.
    pub(super) fn leave(&self) {
        if let Some(driver) = self.driver() {
            driver.borrow_mut().mute();
            DriverHandle::to(&driver).tell(DriverEvent::Cancel);
        } else {
            self.state.borrow_mut().stage = SessionState::Left;
        }
    }

    /// Whether nothing more will be sent.
    pub(super) fn is_over(&self) -> bool {
        self.driver().is_none_or(|driver| driver.borrow().is_over())
    }

    pub(super) fn enter(&self, entries: String) {
        if let Some(driver) = self.driver() {
            driver.borrow().writer().enter(entries.clone());
        }
        self.state.borrow_mut().entries = Some(entries);
    }

    pub(super) fn open_by(&self, handle: JsValue) {
        if let Some(driver) = self.driver() {
            driver.borrow().writer().open_by(handle.clone());
        }
        self.state.borrow_mut().handle = handle;
    }

    /// Answers another tab that asks how far it is, if it is this tab's.
    pub(super) fn answer_others(&self) {
        if let Some(driver) = self.driver() {
            driver.borrow().answer_others();
        }
    }

    /// What another tab says of the same upload.
    pub(super) fn hear(&self, update: &UploadUpdate) {
        let mut state = self.state.borrow_mut();
        let SessionState::Elsewhere(known) = &mut state.stage else { return };
        *known = Some(update.state);
        page::post_text(&update.report);
        if update.state == TabUploadState::Over {
            state.stage = SessionState::Left;
        }
    }

    fn driver(&self) -> Option<Rc<RefCell<Driver>>> {
        if let SessionState::Driving(driver) = &self.state.borrow().stage {
            Some(Rc::clone(driver))
        } else {
            None
        }
    }

    fn is_left(&self) -> bool {
        matches!(self.state.borrow().stage, SessionState::Left)
    }

    /// The lock, or nothing if there is nothing to be done any more.
    async fn turn(&self, key: &str) -> Option<LockGuard> {
        let name = lock_name(key);
        if let Some(held) = lock::take(&name, LockMode::Now).await {
            return Some(held).filter(|_| !self.is_left());
        }
        if self.is_left() {
            return None;
        }
        self.state.borrow_mut().stage = SessionState::Elsewhere(None);
        page::post(&EngineEvent::InOtherTab(None));
        self.channel.say(&TabMessage::AskProgress);
        lock::take(&name, LockMode::Wait).await.filter(|_| !self.is_left())
    }

    /// Whether another tab was seen to be so far that the server knew of the upload.
    fn was_elsewhere(&self) -> bool {
        let state = self.state.borrow();
        matches!(state.stage, SessionState::Elsewhere(Some(TabUploadState::Known)))
    }
}

async fn begin(session: Rc<Session>, file: File, target: UploadTarget) {
    let UploadTarget { owner, app, version } = target;
    let Ok(fingerprint) = fingerprint::fingerprint(&file).await else {
        return fail_unreadable(&session);
    };
    let content_type = Some(file.type_()).filter(|content_type| !content_type.is_empty());
    let task = UploadTask { owner, app, version, content_type, file: fingerprint };
    let key = task.key();
    if session.is_left() {
        return;
    }
    session.state.borrow_mut().key = Some(key.clone());
    session.saved_uploads.set_own(Some(key.clone()));
    let Some(lock) = session.turn(&key).await else { return };
    let db = UploadDb::open().await;
    let row = match &db {
        Some(db) => db.get(&key).await,
        None => None,
    };
    if session.is_left() {
        return;
    }
    // Where nothing can be kept, that nothing was says nothing.
    if db.is_some() && row.is_none() && session.was_elsewhere() {
        // The other tab has ended it a moment ago, and its word is still on its way. To begin anew would be against the
        // will of whoever did that.
        session.tell(DriverEvent::Cancel);
        return;
    }
    let mut state = session.state.borrow_mut();
    let writer = CheckpointWriter::new(db, session.channel.clone(), task.clone(), state.handle.clone());
    let mut checkpoint = None;
    if let Some(row) = row {
        page::post(&EngineEvent::Resumed(row.saved.entries.clone()));
        page::post(&EngineEvent::Saved);
        checkpoint = Some(row.saved.checkpoint.clone());
        writer.take_over(row);
    }
    // What was kept counts until the page has seen it.
    if let Some(entries) = state.entries.clone().filter(|_| checkpoint.is_none()) {
        writer.enter(entries);
    }
    let reporter = Reporter::new(key, session.channel.clone());
    let parts = DriverSetup { file: Some(file), order: task.order(), checkpoint, writer, reporter, lock };
    state.stage = SessionState::Driving(Driver::start(parts));
}

fn fail_unreadable(session: &Session) {
    if !session.is_left() {
        page::post(&EngineEvent::Failed {
            title: "The file cannot be read".to_owned(),
            message: "the file cannot be read: it was changed, moved or removed".to_owned(),
            fix: "choose it again, once whatever writes it is done".to_owned(),
            can_retry: false,
        });
    }
}
