//! The engine's Web Worker.

use std::{cell::RefCell, rc::Rc};

use engine::message::{Command, Report};
use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use leptos::web_sys::{HtmlLinkElement, MessageEvent, Worker, WorkerOptions, WorkerType};
use wasm_bindgen::{JsCast, JsValue};

use super::file;
use crate::wizard::PickedFile;

/// What comes from the engine.
pub(crate) enum EngineNews {
    /// It says something.
    Report(Report),
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
    worker: Worker,
    line: Rc<RefCell<Line>>,
    _listeners: [EventListener; 2],
}

/// Messages sent before the engine listens would be lost: a module Worker has no handler while it loads.
enum Line {
    Loading(Vec<JsValue>),
    Open,
}

impl Engine {
    /// Starts the Worker whose script the page names in a `<link>` of this kind's id.
    pub(crate) fn start(kind: EngineKind, hear: impl Fn(EngineNews) + 'static) -> Option<Engine> {
        let link: HtmlLinkElement =
            leptos::prelude::document().get_element_by_id(kind.id())?.unchecked_into();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&link.href(), &options).ok()?;

        let line = Rc::new(RefCell::new(Line::Loading(Vec::new())));
        let hear = Rc::new(hear);
        let on_message = EventListener::new(&worker, "message", {
            let (worker, line, hear) = (worker.clone(), Rc::clone(&line), Rc::clone(&hear));
            move |event| match report(event.unchecked_ref()) {
                Some(Report::Started) => open(&worker, &line),
                Some(report) => hear(EngineNews::Report(report)),
                None => hear(EngineNews::Lost),
            }
        });
        let on_error = EventListener::new(&worker, "error", move |_| hear(EngineNews::Lost));
        Some(Engine { worker, line, _listeners: [on_message, on_error] })
    }

    /// Tells the engine to do something.
    pub(crate) fn tell(&self, command: &Command) {
        self.send(&envelope(command, &JsValue::UNDEFINED));
    }

    /// Lets the engine read `picked`.
    pub(crate) fn inspect(&self, picked: &PickedFile) {
        if let Some(file) = file::handle(picked) {
            self.send(&envelope(&Command::Inspect { file: picked.id }, &file));
        }
    }

    fn send(&self, message: &JsValue) {
        match &mut *self.line.borrow_mut() {
            Line::Loading(queue) => queue.push(message.clone()),
            Line::Open => post(&self.worker, message),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn open(worker: &Worker, line: &RefCell<Line>) {
    if let Line::Loading(queue) = line.replace(Line::Open) {
        queue.iter().for_each(|message| post(worker, message));
    }
}

/// Only an object that cannot be cloned makes this fail, and commands and files can.
fn post(worker: &Worker, message: &JsValue) {
    let _ = worker.post_message(message);
}

/// `{command, file}`: a handle is no data, so it travels beside the command.
fn envelope(command: &Command, file: &JsValue) -> JsValue {
    let message = Object::new();
    // A command is made of strings and numbers: JSON has all of them.
    let command = serde_json::to_string(command).unwrap_or_default();
    let _ = Reflect::set(&message, &"command".into(), &command.into());
    let _ = Reflect::set(&message, &"file".into(), file);
    message.into()
}

fn report(event: &MessageEvent) -> Option<Report> {
    serde_json::from_str(&event.data().as_string()?).ok()
}
