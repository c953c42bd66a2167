use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use upload::FingerprintMatch;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::channel::{Channel, News, Word};
use super::driver::{Driver, Event, Line, Parts};
use super::keeper::Keeper;
use super::lock::{self, Ask};
use super::outlet::Outlet;
use super::session::lock_name;
use super::store::{Record, Store};
use super::{identity, page};
use crate::message::{EngineEvent, SavedUploadSummary};

/// The list of saved uploads, as the page shows it.
pub(super) struct Roster {
    channel: Channel,
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

impl Roster {
    pub(super) fn new(channel: Channel) -> Rc<Roster> {
        Rc::new(Roster {
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
    pub(super) fn show(self: &Rc<Roster>) {
        self.is_shown.set(true);
        self.refresh();
    }

    /// Something has changed: looks again.
    pub(super) fn refresh(self: &Rc<Roster>) {
        if self.is_shown.get() {
            spawn_local(refresh(Rc::clone(self)));
        }
    }

    /// What another tab says of an upload.
    pub(super) fn hear(&self, news: &News) {
        let mut list = self.list.borrow_mut();
        let Some(item) = list.iter_mut().find(|item| item.key == news.key) else { return };
        if std::mem::replace(&mut item.percent, news.percent) != news.percent {
            drop(list);
            self.post();
        }
    }

    /// Leaves the upload at hand out of the list.
    pub(super) fn set_own(self: &Rc<Roster>, key: Option<String>) {
        self.own.replace(key);
        self.refresh();
    }

    /// Forgets a saved upload, here and on the server.
    pub(super) fn forget(self: &Rc<Roster>, key: String) {
        spawn_local(forget(Rc::clone(self), key));
    }

    fn post(&self) {
        page::post_with(&EngineEvent::SavedUploads(self.list.borrow().clone()), &self.handles.borrow());
    }

    /// Looks again when the other tab lets go of its upload, also if it is closed and cannot say so.
    fn watch(self: &Rc<Roster>, name: String) {
        if self.watched.borrow().contains(&name) {
            return;
        }
        self.watched.borrow_mut().push(name.clone());
        let roster = Rc::clone(self);
        spawn_local(async move {
            lock::until_free(&name).await;
            roster.watched.borrow_mut().retain(|other| *other != name);
            roster.refresh();
        });
    }
}

/// Whether `file` is the one of the saved upload of this key; else why not, and what to do.
pub(super) async fn verify(file: &File, key: &str) -> Result<(), (String, &'static str)> {
    let record = match Store::open().await {
        Some(store) => store.get(key).await,
        None => None,
    };
    let Some(Record { saved, .. }) = record else {
        let why = "this upload is not there any more: it was finished, discarded or is too old".to_owned();
        return Err((why, "choose the file on the page of the apps to begin anew"));
    };
    let known = saved.job.file;
    let Ok(identity) = identity::identity(file).await else {
        return Err((
            "the file cannot be read".to_owned(),
            "choose it again, once whatever writes it is done",
        ));
    };
    if known.compare(&identity) != FingerprintMatch::Other {
        return Ok(());
    }
    let fix = "choose the file that the upload began with; what is uploaded of it stays for 24 hours";
    let why = if known.name == identity.name {
        format!(
            "this is another file of the same name: {} was changed since, or comes from elsewhere",
            known.name
        )
    } else {
        format!("this is another file: the upload began with {}", known.name)
    };
    Err((why, fix))
}

async fn refresh(roster: Rc<Roster>) {
    let look = roster.n_looks.get() + 1;
    roster.n_looks.set(look);
    let records = match Store::open().await {
        Some(store) => store.all().await,
        None => Vec::new(),
    };
    let held = lock::held().await;
    let (list, handles) = (RefCell::new(Vec::new()), Array::new());
    for Record { saved, handle } in records {
        let key = saved.key();
        if roster.own.borrow().as_ref() == Some(&key) {
            continue;
        }
        let name = lock_name(&key);
        let is_in_other_tab = held.contains(&name);
        if is_in_other_tab {
            roster.watch(name);
        }
        list.borrow_mut().push(saved.unfinished(is_in_other_tab));
        handles.push(&handle);
    }
    // Another look has begun since, and will see more.
    if roster.n_looks.get() != look {
        return;
    }
    roster.list.replace(list.into_inner());
    roster.handles.replace(handles);
    roster.post();
    if roster.list.borrow().iter().any(|item| item.is_in_other_tab) {
        roster.channel.say(&Word::Ask);
    }
}

async fn forget(roster: Rc<Roster>, key: String) {
    let lock = lock::take(&lock_name(&key), Ask::Now).await;
    let store = Store::open().await;
    // Another tab may have taken it up a moment ago: then it is that tab's.
    if let (Some(lock), Some(store)) = (lock, store)
        && let Some(Record { saved, handle }) = store.get(&key).await
    {
        store.delete(&key).await;
        let order = saved.job.order();
        let keeper = Keeper::new(None, roster.channel.clone(), saved.job, handle);
        let mut outlet = Outlet::new(key, roster.channel.clone());
        outlet.mute();
        let checkpoint = Some(saved.checkpoint);
        let driver = Driver::start(Parts { file: None, order, checkpoint, keeper, outlet, lock });
        Line::to(&driver).tell(Event::Cancel);
        let mut leaving = roster.leaving.borrow_mut();
        leaving.retain(|driver| !driver.borrow().is_over());
        leaving.push(driver);
    }
    roster.channel.say(&Word::SavedChanged);
    roster.refresh();
}
