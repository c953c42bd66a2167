//! The service's platform in memory, whose operations fail when a test wants it.
//!
//! `database` is SQLite with the real migrations, `object_storage` follows R2's rules, `ledgers` are loaded and stored
//! at every request, `queue` keeps jobs until a test runs them, `outbox` records e-mails and webhooks. The clock moves
//! only when a test moves it. `faults` decides which operation fails, and whether it fails before or after it persists.

mod database;
mod faults;
mod ledgers;
mod object_storage;
mod outbox;
mod queue;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use service::platform::{
    Database, Email, JobQueue, Ledgers, Mailer, NoConnector, ObjectStorage, PortError, Publisher,
    RateLimiter, WebhookRequest, WebhookSender,
};
use service::{Job, Platform};
use sha2::{Digest, Sha256};

pub use database::SqliteDatabase;
use faults::Faults;
pub use faults::{Fault, When, WriteFault};
pub use ledgers::StoredLedgers;
pub use object_storage::MemoryObjectStorage;
use outbox::Outbox;
use queue::Queue;

struct State {
    database: SqliteDatabase,
    object_storage: MemoryObjectStorage,
    ledgers: StoredLedgers,
    jobs: Queue,
    outbox: Outbox,
    /// How many more calls the rate limit admits.
    n_admitted: AtomicI64,
    clock: AtomicI64,
    seed: AtomicU64,
    log: Mutex<Vec<String>>,
    faults: Arc<Faults>,
}

/// The platform. A clone shares its state.
#[derive(Clone)]
pub struct MemoryPlatform(Arc<State>);

impl MemoryPlatform {
    /// An empty platform with all migrations applied.
    pub fn new() -> MemoryPlatform {
        let faults = Arc::new(Faults::default());
        MemoryPlatform(Arc::new(State {
            database: SqliteDatabase::new(faults.clone()),
            object_storage: MemoryObjectStorage::new(faults.clone()),
            ledgers: StoredLedgers::new(faults.clone()),
            jobs: Queue::new(faults.clone()),
            outbox: Outbox::new(faults.clone()),
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
    pub fn count_writes(&self, fault: Option<WriteFault>) {
        self.0.faults.count_writes(fault);
    }

    /// The names of the operations that wrote since the last [`Self::count_writes`].
    pub fn writes(&self) -> Vec<&'static str> {
        self.0.faults.writes()
    }

    /// Ends the crash of [`When::Crash`]: operations take effect again.
    pub fn restart(&self) {
        self.0.faults.restart();
    }

    /// Lets every upload expire, as the ledgers' alarms do.
    pub async fn expire_uploads(&self) {
        for (asset_id, multipart) in self.0.ledgers.cancel_all() {
            let expired = service::expire_upload(self, &asset_id, &multipart).await;
            if expired.expect("no operation has a fault") {
                self.0.ledgers.delete(&asset_id);
            }
        }
    }

    /// Sets how many more calls the rate limit admits.
    pub fn limit_calls(&self, n_calls: i64) {
        self.0.n_admitted.store(n_calls, Ordering::Relaxed);
    }

    /// Moves the clock.
    pub fn advance(&self, ms: i64) {
        self.0.clock.fetch_add(ms, Ordering::Relaxed);
    }

    /// The SQL database, to read and to fill.
    pub fn sqlite(&self) -> &SqliteDatabase {
        &self.0.database
    }

    /// The object storage, to read.
    pub fn object_storage(&self) -> &MemoryObjectStorage {
        &self.0.object_storage
    }

    /// The lines of the log.
    pub fn log_lines(&self) -> Vec<String> {
        lock(&self.0.log).clone()
    }

    /// The e-mails that were sent.
    pub fn emails(&self) -> Vec<Email> {
        self.0.outbox.emails()
    }

    /// The webhook requests that were sent.
    pub fn webhook_requests(&self) -> Vec<WebhookRequest> {
        self.0.outbox.webhook_requests()
    }

    /// Sets the statuses of the next responses to webhooks; after them it is 200.
    pub fn respond_to_webhooks(&self, statuses: &[u16]) {
        self.0.outbox.respond_to_webhooks(statuses);
    }

    /// How many jobs are queued.
    pub fn n_jobs(&self) -> usize {
        self.0.jobs.len()
    }

    /// Loses the queued jobs.
    pub fn lose_jobs(&self) {
        self.0.jobs.clear();
    }

    /// Runs the queued jobs as the real queue does: a job that fails gets 4 attempts, and a last one as a dead letter.
    pub async fn run_jobs(&self) {
        const ATTEMPTS: u32 = 4;
        while let Some(job) = self.0.jobs.next() {
            for n in 1..=ATTEMPTS + 1 {
                let outcome = service::run(self, job.clone(), n > ATTEMPTS).await;
                self.restart();
                match outcome {
                    Err(error) if error.is_retryable() => {}
                    _ => break,
                }
            }
        }
    }

    /// Runs the next job once; one that fails is queued again.
    pub async fn run_next_job(&self) {
        let Some(job) = self.0.jobs.next() else { return };
        let outcome = service::run(self, job.clone(), false).await;
        self.restart();
        if outcome.is_err_and(|error| error.is_retryable()) {
            self.0.jobs.push(job);
        }
    }

    /// Runs one job now, before the queued ones.
    pub async fn run_job(&self, job: Job) {
        self.0.jobs.push_first(job);
        self.run_jobs().await;
    }
}

impl Default for MemoryPlatform {
    fn default() -> MemoryPlatform {
        MemoryPlatform::new()
    }
}

impl Platform for MemoryPlatform {
    type Stream = Bytes;

    fn database(&self) -> &impl Database {
        &self.0.database
    }

    fn object_storage(&self) -> &impl ObjectStorage<Stream = Bytes> {
        &self.0.object_storage
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

    fn publisher(&self) -> &impl Publisher {
        &NoConnector
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

impl RateLimiter for MemoryPlatform {
    async fn admit(&self, _key: &str) -> Result<bool, PortError> {
        Ok(self.0.n_admitted.fetch_sub(1, Ordering::Relaxed) > 0)
    }
}

/// A test that panicked while it held the lock has failed already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
