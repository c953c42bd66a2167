use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::Driver;
use super::event::DriverEvent;

/// How the browser's callbacks reach a driver, without keeping it alive.
#[derive(Clone)]
pub(in crate::worker) struct DriverHandle(pub(super) Weak<RefCell<Driver>>);

impl DriverHandle {
    pub(in crate::worker) fn of(driver: &Rc<RefCell<Driver>>) -> DriverHandle {
        DriverHandle(Rc::downgrade(driver))
    }

    /// Hands the event to the driver, unless that is gone.
    pub(in crate::worker) fn send(&self, event: DriverEvent) {
        if let Some(driver) = self.0.upgrade() {
            driver.borrow_mut().handle(event);
        }
    }
}
