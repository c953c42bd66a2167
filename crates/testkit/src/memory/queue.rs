//! The queue: jobs wait until a test runs them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use service::Job;
use service::platform::{JobQueue, PortError};

use super::faults::{Faults, OperationEffect};
use super::lock;

/// The queued jobs, and the faults of queueing.
pub(super) struct Queue {
    jobs: Mutex<VecDeque<Job>>,
    faults: Arc<Faults>,
}

impl Queue {
    pub(super) fn new(faults: Arc<Faults>) -> Queue {
        Queue { jobs: Mutex::default(), faults }
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.jobs).len()
    }

    pub(super) fn clear(&self) {
        lock(&self.jobs).clear();
    }

    pub(super) fn next(&self) -> Option<Job> {
        lock(&self.jobs).pop_front()
    }

    pub(super) fn push(&self, job: Job) {
        lock(&self.jobs).push_back(job);
    }

    pub(super) fn push_first(&self, job: Job) {
        lock(&self.jobs).push_front(job);
    }
}

impl JobQueue for Queue {
    async fn send(&self, job: Job) -> Result<(), PortError> {
        self.faults.run("job_queue", "send", OperationEffect::Write, || {
            self.push(job);
            Ok(())
        })
    }

    /// A test does not wait: the job only comes last.
    async fn send_later(&self, job: Job, _seconds: u32) -> Result<(), PortError> {
        self.send(job).await
    }
}
