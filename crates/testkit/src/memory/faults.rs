//! Failures of the platform, by the name of an operation or by the number of a write.

use std::sync::Mutex;

use service::platform::PortError;

use super::lock;

/// When an operation fails.
///
/// Every operation can fail before and after it persists, because a caller cannot tell the two apart: a database that
/// does not respond may have committed or not. Code that repeats the operation must be right in both cases. If it
/// persisted, the repetition must not store a chunk twice or make a second release; if it did not, nothing may be
/// missing. A fault that only ever comes before the write would test neither duplicate nor half-done work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nothing is persisted, and the caller gets the error.
    Before,
    /// Everything is persisted, and then the caller gets the error.
    After,
    /// Everything is persisted, and then the caller's process ends: all that it does fails until
    /// [`super::MemoryPlatform::restart`]. A crash before an operation is a crash after the one before it.
    Crash,
}

/// A fault of the next operations of one name.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Such as `put_part` or `batch`.
    pub operation: &'static str,
    /// Before or after it persists.
    pub when: When,
    /// How many times.
    pub times: u32,
}

/// A fault of one write, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteFault {
    /// The number among all writes from the moment the fault was set, from 0.
    pub write: usize,
    /// Before or after it persists.
    pub when: When,
}

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperationEffect {
    Read,
    Write,
}

#[derive(Default)]
struct WriteCounter {
    /// The names of the writes since the last [`Faults::count_writes`].
    made: Vec<&'static str>,
    fault: Option<WriteFault>,
    has_crashed: bool,
}

/// The faults that tests have set.
#[derive(Default)]
pub(super) struct Faults {
    named: Mutex<Vec<Fault>>,
    writes: Mutex<WriteCounter>,
}

impl Faults {
    pub(super) fn add(&self, fault: Fault) {
        lock(&self.named).push(fault);
    }

    /// Counts writes from here on, and makes one of them fail.
    pub(super) fn count_writes(&self, fault: Option<WriteFault>) {
        *lock(&self.writes) = WriteCounter { fault, ..WriteCounter::default() };
    }

    pub(super) fn restart(&self) {
        lock(&self.writes).has_crashed = false;
    }

    pub(super) fn writes(&self) -> Vec<&'static str> {
        lock(&self.writes).made.clone()
    }

    /// Runs an operation, with the fault that a test has set for it.
    pub(super) fn run<T>(
        &self,
        port: &'static str,
        operation: &'static str,
        effect: OperationEffect,
        work: impl FnOnce() -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let error = || PortError::new(port, &format!("{operation} fails on command"));
        if lock(&self.writes).has_crashed {
            return Err(error());
        }
        match self.named_fault(operation).or_else(|| self.write_fault(operation, effect)) {
            None => work(),
            Some(When::Before) => Err(error()),
            Some(When::After | When::Crash) => work().and(Err(error())),
        }
    }

    fn named_fault(&self, operation: &'static str) -> Option<When> {
        let mut faults = lock(&self.named);
        let fault = faults.iter_mut().find(|fault| fault.operation == operation && fault.times > 0)?;
        fault.times -= 1;
        Some(fault.when)
    }

    fn write_fault(&self, operation: &'static str, effect: OperationEffect) -> Option<When> {
        if effect == OperationEffect::Read {
            return None;
        }
        let mut writes = lock(&self.writes);
        let number = writes.made.len();
        writes.made.push(operation);
        let fault = writes.fault.filter(|fault| fault.write == number)?;
        writes.has_crashed = fault.when == When::Crash;
        Some(fault.when)
    }
}
