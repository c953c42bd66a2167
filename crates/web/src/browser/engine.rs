//! The engine's Web Worker.

use std::{cell::RefCell, rc::Rc};

use engine::message::{Command, EngineEvent};
use gloo_events::EventListener;
use js_sys::{Array, Object, Reflect};
use leptos::{
    task::spawn_local,
    web_sys::{HtmlLinkElement, MessageEvent, Worker, WorkerOptions, WorkerType},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::file::{self, Chosen};
use crate::package::PickedFile;

/// What comes from the engine.
pub(crate) enum EngineMessage {
    /// It says something.
    Event(EngineEvent),
    /// It could not be loaded, or broke.
    Lost,
}

/// Which build of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EngineKind {
    /// Reads packages of Android's and Apple's that are zip archives.
    Small,
    /// Reads the others too: Windows packages, disk images and installers.
    Full,
}

impl EngineKind {
    fn id(self) -> &'static str {
        match self {
            EngineKind::Small => "engine-worker",
            EngineKind::Full => "full-engine-worker",
        }
    }
}

/// A running engine. Dropping it ends its Worker.
pub(crate) struct Engine {
    port: Port,
    listeners: Vec<EventListener>,
}

/// The way to the Worker.
#[derive(Clone)]
struct Port {
    worker: Worker,
    state: Rc<RefCell<PortState>>,
}

/// Messages sent before the engine listens would be lost: a module Worker has no handler while it loads.
enum PortState {
    Loading(Vec<JsValue>),
    Open,
}

impl Engine {
    /// Starts the Worker whose script the page names in a `<link>` of this kind's id.
    pub(crate) fn start(kind: EngineKind, hear: impl Fn(EngineMessage) + 'static) -> Option<Engine> {
        let link: HtmlLinkElement =
            leptos::prelude::document().get_element_by_id(kind.id())?.unchecked_into();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&link.href(), &options).ok()?;

        let port = Port { worker, state: Rc::new(RefCell::new(PortState::Loading(Vec::new()))) };
        let hear = Rc::new(hear);
        let on_message = EventListener::new(&port.worker, "message", {
            let (port, hear) = (port.clone(), Rc::clone(&hear));
            move |event| match engine_event(event.unchecked_ref()) {
                Some(EngineEvent::Started) => port.open(),
                Some(event) => hear(EngineMessage::Event(event)),
                // What a tab with another version of the page said to the engine, which passed it on unread.
                None => {}
            }
        });
        let on_error = EventListener::new(&port.worker, "error", move |_| hear(EngineMessage::Lost));
        Some(Engine { port, listeners: vec![on_message, on_error] })
    }

    /// Hears nothing more of the Worker, which goes on with what it is at.
    pub(crate) fn muted(mut self) -> Engine {
        self.listeners.clear();
        self
    }

    /// Tells the engine to do something.
    pub(crate) fn tell(&self, command: &Command) {
        self.port.send(command, &[]);
    }

    /// Lets the engine read `picked`, if it is the file of the saved upload of that key.
    pub(crate) fn inspect(&self, picked: &PickedFile, resume: Option<String>) {
        let Some(Chosen { file, handle, .. }) = file::chosen(picked) else { return };
        let number = picked.id;
        self.port.send(&Command::Inspect { file: number, resume }, &[("file", &file)]);
        let Some(handle) = handle else { return };
        let port = self.port.clone();
        spawn_local(async move {
            // Without one the file has to be chosen again after a reload.
            let handle = JsFuture::from(handle).await.unwrap_or_default();
            if handle.is_object() {
                port.send(&Command::Handle { file: number }, &[("handle", &handle)]);
            }
        });
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.port.worker.terminate();
    }
}

impl Port {
    fn send(&self, command: &Command, beside: &[(&str, &JsValue)]) {
        let message = envelope(command, beside);
        match &mut *self.state.borrow_mut() {
            PortState::Loading(queue) => queue.push(message),
            PortState::Open => self.post(&message),
        }
    }

    fn open(&self) {
        if let PortState::Loading(queue) = self.state.replace(PortState::Open) {
            queue.iter().for_each(|message| self.post(message));
        }
    }

    /// Only an object that cannot be cloned makes this fail, and commands and handles can.
    fn post(&self, message: &JsValue) {
        let _ = self.worker.post_message(message);
    }
}

/// `{command, file, handle}`: handles are no data, so they travel beside the command.
fn envelope(command: &Command, beside: &[(&str, &JsValue)]) -> JsValue {
    let message = Object::new();
    // A command is made of strings and numbers: JSON has all of them.
    let command = serde_json::to_string(command).unwrap_or_default().into();
    for (name, value) in [("command", &command)].iter().chain(beside) {
        let _ = Reflect::set(&message, &JsValue::from_str(name), value);
    }
    message.into()
}

/// An event as text, or in an object with handles beside it, which stay here.
fn engine_event(event: &MessageEvent) -> Option<EngineEvent> {
    let data = event.data();
    let field = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
    let text = data.as_string().or_else(|| field("report").as_string())?;
    let engine_event = serde_json::from_str(&text).ok()?;
    if let EngineEvent::SavedUploads(list) = &engine_event {
        let handles = Array::from(&field("handles"));
        file::keep_saved(list.iter().map(|upload| upload.key.clone()).zip(handles.iter()));
    }
    Some(engine_event)
}
