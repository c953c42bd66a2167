//! The engine's Web Worker, and the port to it.

use std::{cell::RefCell, rc::Rc};

use engine::message::{Command, EngineEvent};
use engine::structured;
use gloo_events::EventListener;
use js_sys::{Array, Object, Reflect};
use leptos::{
    task::spawn_local,
    web_sys::{HtmlLinkElement, MessageEvent, Worker, WorkerOptions, WorkerType},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::file::{self, ChosenFile};
use crate::package::PickedFile;

/// What comes from the engine.
pub(crate) enum EngineMessage {
    /// An event of the engine.
    Event(EngineEvent),
    /// The Worker could not be loaded, or crashed.
    Lost,
}

/// A build of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EngineBuild {
    /// Reads packages of Android's and Apple's that are zip archives.
    Small,
    /// Reads all formats: Windows packages, disk images and installers, too.
    Full,
}

impl EngineBuild {
    fn link_id(self) -> &'static str {
        match self {
            EngineBuild::Small => "engine-worker",
            EngineBuild::Full => "full-engine-worker",
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

/// Whether the Worker listens. Messages sent earlier would be lost, because a module Worker has no handler while it loads:
/// they wait here until the engine reports that it has started.
enum PortState {
    Loading(Vec<JsValue>),
    Open,
}

impl Engine {
    /// Starts the Worker whose script `index.html` names in a `<link>` with the build's id.
    pub(crate) fn start(build: EngineBuild, on_message: impl Fn(EngineMessage) + 'static) -> Option<Engine> {
        let link: HtmlLinkElement =
            leptos::prelude::document().get_element_by_id(build.link_id())?.unchecked_into();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&link.href(), &options).ok()?;

        let port = Port { worker, state: Rc::new(RefCell::new(PortState::Loading(Vec::new()))) };
        let on_message = Rc::new(on_message);
        let message_listener = EventListener::new(&port.worker, "message", {
            let (port, on_message) = (port.clone(), Rc::clone(&on_message));
            move |event| match engine_event(event.unchecked_ref()) {
                Some(EngineEvent::Started) => port.open(),
                Some(event) => on_message(EngineMessage::Event(event)),
                // A tab with another version of the page sent this to the engine, which passed it on unread.
                None => {}
            }
        });
        let error_listener =
            EventListener::new(&port.worker, "error", move |_| on_message(EngineMessage::Lost));
        Some(Engine { port, listeners: vec![message_listener, error_listener] })
    }

    /// Stops listening to the Worker, which continues what it is doing.
    pub(crate) fn without_listeners(mut self) -> Engine {
        self.listeners.clear();
        self
    }

    /// Sends a command to the engine.
    pub(crate) fn send(&self, command: &Command) {
        self.port.send(command, &[]);
    }

    /// Lets the engine read `picked`, if it is the file of the saved upload of that key.
    pub(crate) fn inspect(&self, picked: &PickedFile, resume: Option<String>) {
        let Some(ChosenFile { file, handle, .. }) = file::chosen_objects(picked) else { return };
        let file_id = picked.id;
        self.port.send(&Command::Inspect { file: file_id, resume }, &[("file", &file)]);
        let Some(handle) = handle else { return };
        let port = self.port.clone();
        spawn_local(async move {
            // Without a handle the user has to choose the file again after a reload.
            let handle = JsFuture::from(handle).await.unwrap_or_default();
            if handle.is_object() {
                port.send(&Command::Handle { file: file_id }, &[("handle", &handle)]);
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

    /// This fails only for an object that cannot be cloned. Commands and handles can.
    fn post(&self, message: &JsValue) {
        let _ = self.worker.post_message(message);
    }
}

/// `{command, file, handle}`: handles are no data, so they travel beside the command.
fn envelope(command: &Command, beside: &[(&str, &JsValue)]) -> JsValue {
    let message = Object::new();
    // A command is made of strings and small numbers, all of which have a place in JavaScript.
    let command = structured::to_value(command).unwrap_or_default();
    for (name, value) in [("command", &command)].iter().chain(beside) {
        let _ = Reflect::set(&message, &JsValue::from_str(name), value);
    }
    message.into()
}

/// The event in `{event, handles}`; the handles stay here.
fn engine_event(message: &MessageEvent) -> Option<EngineEvent> {
    let data = message.data();
    let property = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
    let engine_event = structured::from_value(property("event"))?;
    if let EngineEvent::SavedUploads(list) = &engine_event {
        let handles = Array::from(&property("handles"));
        file::remember_saved_handles(list.iter().map(|upload| upload.key.clone()).zip(handles.iter()));
    }
    Some(engine_event)
}
