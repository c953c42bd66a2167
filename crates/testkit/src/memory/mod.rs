//! The service's platform in memory, which fails on command.
//!
//! SQLite with the real migrations, an object store with R2's rules, ledgers that are stored and loaded at every
//! request, a queue that waits, and a clock that stands.

mod database;
mod faults;
mod ledgers;
mod objects;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use service::platform::{
    Database, Email, JobQueue, Ledgers, Mailer, ObjectStorage, PortError, RateLimiter, WebhookRequest,
    WebhookSender,
};
use service::{Job, Platform};
use sha2::{Digest, Sha256};

pub use database::SqliteDatabase;
use faults::{Effect, Faults};
pub use faults::{Fault, Strike, When};
pub use ledgers::StoredLedgers;
pub use objects::MemoryObjects;

struct World {
    database: SqliteDatabase,
    objects: MemoryObjects,
    ledgers: StoredLedgers,
    jobs: Queue,
    outbox: Outbox,
    /// How many calls more are admitted.
    n_admitted: AtomicI64,
    clock: AtomicI64,
    seed: AtomicU64,
    log: Mutex<Vec<String>>,
    faults: Arc<Faults>,
}

/// The platform. A clone is the same world.
#[derive(Clone)]
pub struct Memory(Arc<World>);

impl Memory {
    /// An empty world with all migrations applied.
    pub fn new() -> Memory {
        let faults = Arc::new(Faults::default());
        Memory(Arc::new(World {
            database: SqliteDatabase::new(faults.clone()),
            objects: MemoryObjects::new(faults.clone()),
            ledgers: StoredLedgers::new(faults.clone()),
            jobs: Queue { jobs: Mutex::default(), faults: faults.clone() },
            outbox: Outbox {
                mail: Mutex::default(),
                answers: Mutex::default(),
                hooks: Mutex::default(),
                faults: faults.clone(),
            },
            n_admitted: AtomicI64::new(i64::MAX),
            clock: AtomicI64::new(1_767_225_600_000),
            seed: AtomicU64::new(1),
            log: Mutex::default(),
            faults,
        }))
    }

    /// Makes operations fail.
    pub fn fail(&self, fault: Fault) {
        self.0.faults.add(fault);
    }

    /// Counts the writes from here on, and makes one of them fail.
    pub fn strike(&self, strike: Option<Strike>) {
        self.0.faults.strike(strike);
    }

    /// What was written since the last [`Self::strike`]: the names of the operations.
    pub fn writes(&self) -> Vec<&'static str> {
        self.0.faults.writes()
    }

    /// Lets a service that died go on.
    pub fn revive(&self) {
        self.0.faults.revive();
    }

    /// Lets the time of every upload be over, as the ledgers' alarms do.
    pub async fn expire_uploads(&self) {
        for (asset_id, multipart) in self.0.ledgers.cancelled() {
            let expired = service::expire_upload(self, &asset_id, &multipart).await;
            if expired.expect("nothing fails any more") {
                self.0.ledgers.forget(&asset_id);
            }
        }
    }

    /// Admits so many calls more, and then no other.
    pub fn limit_calls(&self, n_calls: i64) {
        self.0.n_admitted.store(n_calls, Ordering::Relaxed);
    }

    /// Lets time pass.
    pub fn advance(&self, ms: i64) {
        self.0.clock.fetch_add(ms, Ordering::Relaxed);
    }

    /// The SQL database, to look into and to seed.
    pub fn sqlite(&self) -> &SqliteDatabase {
        &self.0.database
    }

    /// The object store, to look into.
    pub fn stored(&self) -> &MemoryObjects {
        &self.0.objects
    }

    /// What was logged.
    pub fn logged(&self) -> Vec<String> {
        lock(&self.0.log).clone()
    }

    /// The letters that were sent.
    pub fn mail(&self) -> Vec<Email> {
        lock(&self.0.outbox.mail).clone()
    }

    /// The requests that were sent to other sites.
    pub fn hooked(&self) -> Vec<WebhookRequest> {
        lock(&self.0.outbox.hooks).clone()
    }

    /// What other sites will answer.
    pub fn answer_hooks(&self, statuses: &[u16]) {
        lock(&self.0.outbox.answers).extend(statuses);
    }

    /// How many jobs wait.
    pub fn n_jobs(&self) -> usize {
        lock(&self.0.jobs.jobs).len()
    }

    /// Loses the waiting jobs.
    pub fn lose_jobs(&self) {
        lock(&self.0.jobs.jobs).clear();
    }

    /// Runs the waiting jobs as the queue does: a job that fails is tried 4 times, and then once for the last time.
    pub async fn run_jobs(&self) {
        const TRIES: u32 = 4;
        while let Some(job) = self.next_job() {
            for n in 1..=TRIES + 1 {
                let outcome = service::run(self, job.clone(), n > TRIES).await;
                self.revive();
                match outcome {
                    Err(error) if error.is_retryable() => {}
                    _ => break,
                }
            }
        }
    }

    /// Runs the next job once; one that fails waits again.
    pub async fn try_job(&self) {
        let Some(job) = self.next_job() else { return };
        let outcome = service::run(self, job.clone(), false).await;
        self.revive();
        if outcome.is_err_and(|error| error.is_retryable()) {
            lock(&self.0.jobs.jobs).push_back(job);
        }
    }

    /// Runs one job now, before those that wait.
    pub async fn run_job(&self, job: Job) {
        lock(&self.0.jobs.jobs).push_front(job);
        self.run_jobs().await;
    }

    fn next_job(&self) -> Option<Job> {
        lock(&self.0.jobs.jobs).pop_front()
    }
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::new()
    }
}

impl Platform for Memory {
    type Stream = Bytes;

    fn database(&self) -> &impl Database {
        &self.0.database
    }

    fn object_storage(&self) -> &impl ObjectStorage<Stream = Bytes> {
        &self.0.objects
    }

    fn ledgers(&self) -> &impl Ledgers {
        &self.0.ledgers
    }

    fn job_queue(&self) -> &impl JobQueue {
        &self.0.jobs
    }

    fn rate_limiter(&self) -> &impl RateLimiter {
        self
    }

    fn mailer(&self) -> &impl Mailer {
        &self.0.outbox
    }

    fn webhook_sender(&self) -> &impl WebhookSender {
        &self.0.outbox
    }

    fn now(&self) -> i64 {
        self.0.clock.load(Ordering::Relaxed)
    }

    fn random(&self) -> [u8; 32] {
        let seed = self.0.seed.fetch_add(1, Ordering::Relaxed);
        Sha256::digest(seed.to_le_bytes()).into()
    }

    fn signing_key(&self) -> &[u8] {
        b"a key for tests"
    }

    fn log(&self, line: &str) {
        lock(&self.0.log).push(line.to_owned());
    }
}

impl RateLimiter for Memory {
    async fn admit(&self, _key: &str) -> Result<bool, PortError> {
        Ok(self.0.n_admitted.fetch_sub(1, Ordering::Relaxed) > 0)
    }
}

struct Queue {
    jobs: Mutex<VecDeque<Job>>,
    faults: Arc<Faults>,
}

impl JobQueue for Queue {
    async fn send(&self, job: Job) -> Result<(), PortError> {
        self.faults.run("job_queue", "send", Effect::Write, || {
            lock(&self.jobs).push_back(job);
            Ok(())
        })
    }

    /// Nobody waits in a test: the job only comes last.
    async fn send_later(&self, job: Job, _seconds: u32) -> Result<(), PortError> {
        self.send(job).await
    }
}

/// What left the world. Other sites answer as they were told to, and else 200.
struct Outbox {
    mail: Mutex<Vec<Email>>,
    answers: Mutex<VecDeque<u16>>,
    hooks: Mutex<Vec<WebhookRequest>>,
    faults: Arc<Faults>,
}

impl Mailer for Outbox {
    async fn send(&self, mail: &Email) -> Result<(), PortError> {
        self.faults.run("mailer", "mail", Effect::Write, || {
            lock(&self.mail).push(mail.clone());
            Ok(())
        })
    }
}

impl WebhookSender for Outbox {
    async fn post(&self, request: &WebhookRequest) -> Result<u16, PortError> {
        self.faults.run("webhook_sender", "post", Effect::Write, || {
            lock(&self.hooks).push(request.clone());
            Ok(lock(&self.answers).pop_front().unwrap_or(200))
        })
    }
}

/// A test that panicked while it held the lock has failed already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
