use std::sync::Mutex;

use service::platform::PortError;

use super::lock;

/// Where in an operation a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nothing happens but the error.
    Before,
    /// Everything happens, and then the error.
    After,
    /// Everything happens, and then nothing more: whoever asked has ended, until [`super::Memory::revive`]. Dying before
    /// an operation is dying after the one before it.
    Death,
}

/// The next operations of one name fail.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Such as `put_part` or `batch`.
    pub operation: &'static str,
    /// Before or after it takes effect.
    pub when: When,
    /// How many times.
    pub times: u32,
}

/// The write that fails, by its number among all writes since it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    /// From 0.
    pub write: usize,
    /// Before or after it takes effect.
    pub when: When,
}

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Write,
}

#[derive(Default)]
struct Writes {
    /// The names of those since the last [`Faults::strike`].
    made: Vec<&'static str>,
    strike: Option<Strike>,
    is_dead: bool,
}

/// The faults that are to come.
#[derive(Default)]
pub(super) struct Faults {
    named: Mutex<Vec<Fault>>,
    writes: Mutex<Writes>,
}

impl Faults {
    pub(super) fn add(&self, fault: Fault) {
        lock(&self.named).push(fault);
    }

    /// Counts writes from here on, and fails the one of that number.
    pub(super) fn strike(&self, strike: Option<Strike>) {
        *lock(&self.writes) = Writes { strike, ..Writes::default() };
    }

    pub(super) fn revive(&self) {
        lock(&self.writes).is_dead = false;
    }

    pub(super) fn writes(&self) -> Vec<&'static str> {
        lock(&self.writes).made.clone()
    }

    /// Runs an operation, or fails it as commanded.
    pub(super) fn run<T>(
        &self,
        port: &'static str,
        operation: &'static str,
        effect: Effect,
        work: impl FnOnce() -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let error = || PortError::new(port, &format!("{operation} fails on command"));
        if lock(&self.writes).is_dead {
            return Err(error());
        }
        match self.take(operation).or_else(|| self.struck(operation, effect)) {
            None => work(),
            Some(When::Before) => Err(error()),
            Some(When::After | When::Death) => work().and(Err(error())),
        }
    }

    fn take(&self, operation: &'static str) -> Option<When> {
        let mut faults = lock(&self.named);
        let fault = faults.iter_mut().find(|fault| fault.operation == operation && fault.times > 0)?;
        fault.times -= 1;
        Some(fault.when)
    }

    fn struck(&self, operation: &'static str, effect: Effect) -> Option<When> {
        if effect == Effect::Read {
            return None;
        }
        let mut writes = lock(&self.writes);
        let number = writes.made.len();
        writes.made.push(operation);
        let strike = writes.strike.filter(|strike| strike.write == number)?;
        writes.is_dead = strike.when == When::Death;
        Some(strike.when)
    }
}
