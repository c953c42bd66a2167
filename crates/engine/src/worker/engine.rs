use std::cell::RefCell;
use std::rc::Rc;

use artifact::Icon;
use upload::Order;
use wasm_bindgen::JsValue;
use web_sys::File;

use super::driver::{Driver, Event, Line};
use super::inspect::Failure;
use super::{inspect, page};
use crate::message::{Command, Report, TypedVersion};

/// One file at a time: what was inspected, and its upload.
#[derive(Default)]
pub(super) struct Engine {
    file: Option<File>,
    driver: Option<Rc<RefCell<Driver>>>,
    /// Uploads before, each kept until the server has been told to forget it.
    leaving: Vec<Rc<RefCell<Driver>>>,
}

impl Engine {
    /// A message from the page.
    pub(super) fn hear(&mut self, message: &JsValue) {
        match page::read(message) {
            Some((Command::Inspect { file: number }, Some(file))) => self.inspect(number, file),
            Some((Command::Upload { owner, app, version }, _)) => self.upload(owner, app, version),
            Some((Command::Cancel, _)) => self.tell(Event::Cancel),
            Some((Command::Retry, _)) => self.tell(Event::Retry),
            Some((Command::Inspect { .. }, None)) | None => {
                fail("expected a command of this version, with its file", "reload the page");
            }
        }
    }

    fn inspect(&mut self, number: u32, file: File) {
        self.leave();
        self.file = None;
        match inspect::inspect(&file) {
            Ok(artifact) => {
                self.file = Some(file);
                let icon = artifact.icon.as_ref().map(Icon::data_url);
                page::post(&Report::Inspected { file: number, artifact: Box::new(artifact), icon });
            }
            Err(Failure::Refused(refusal)) => page::post(&Report::Refused { file: number, refusal }),
            Err(Failure::NeedsFullBuild) => page::post(&Report::NeedsFullBuild { file: number }),
        }
    }

    fn upload(&mut self, owner: String, app: String, version: Option<TypedVersion>) {
        self.leave();
        let Some(file) = self.file.clone() else {
            return fail("expected a file that was inspected, got none", "choose the file again");
        };
        let content_type = Some(file.type_()).filter(|content_type| !content_type.is_empty());
        let file_size = file.size() as u64;
        let TypedVersion { version, build } = version.unwrap_or_default();
        let order = Order {
            owner,
            app,
            file_name: file.name(),
            file_size,
            content_type,
            build_version: Some(version).filter(|version| !version.is_empty()),
            build_number: Some(build).filter(|build| !build.is_empty()),
        };
        self.driver = Some(Driver::start(file, order));
    }

    fn tell(&self, event: Event) {
        if let Some(driver) = &self.driver {
            Line::to(driver).tell(event);
        }
    }

    fn leave(&mut self) {
        self.leaving.retain(|driver| !driver.borrow().is_over());
        let Some(driver) = self.driver.take() else { return };
        driver.borrow_mut().mute();
        Line::to(&driver).tell(Event::Cancel);
        self.leaving.push(driver);
    }
}

fn fail(message: &str, fix: &str) {
    page::post(&Report::Failed { message: message.to_owned(), fix: fix.to_owned(), can_retry: false });
}
