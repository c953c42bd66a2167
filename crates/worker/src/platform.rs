use service::Platform;
use service::platform::{
    Database, JobQueue, Ledgers, Mailer, NoConnector, ObjectStorage, Publisher, RateLimiter, WebhookSender,
};
use worker::{Env, Result};

use crate::database::D1;
use crate::job_queue::Queue;
use crate::ledgers::LedgerNamespace;
use crate::mailer::EmailSending;
use crate::object_storage::{R2, Stream};
use crate::rate_limiter::Limiter;
use crate::webhooks::FetchWebhooks;

/// Cloudflare, as the service sees it.
#[derive(Clone)]
pub(crate) struct Cloudflare {
    database: D1,
    object_storage: R2,
    ledgers: LedgerNamespace,
    job_queue: Queue,
    rate_limiter: Limiter,
    mailer: EmailSending,
    webhook_sender: FetchWebhooks,
    signing_key: String,
}

impl Cloudflare {
    /// Takes the bindings that wrangler.toml names.
    pub(crate) fn new(env: &Env) -> Result<Cloudflare> {
        Ok(Cloudflare {
            database: D1::new(env.d1("DB")?),
            object_storage: R2::new(env.bucket("PACKAGES")?),
            ledgers: LedgerNamespace::new(env.durable_object("LEDGERS")?),
            job_queue: Queue::new(env.queue("JOBS")?),
            rate_limiter: Limiter::new(env.rate_limiter("LIMITS")?),
            mailer: EmailSending::new(env.get_binding("MAIL")?, env.var("MAIL_FROM")?.to_string()),
            webhook_sender: FetchWebhooks::new(env.var("HOOKS_TO")?.to_string()),
            signing_key: env.secret("SIGNING_KEY")?.to_string(),
        })
    }
}

impl Platform for Cloudflare {
    type Stream = Stream;

    fn database(&self) -> &impl Database {
        &self.database
    }

    fn object_storage(&self) -> &impl ObjectStorage<Stream = Stream> {
        &self.object_storage
    }

    fn ledgers(&self) -> &impl Ledgers {
        &self.ledgers
    }

    fn job_queue(&self) -> &impl JobQueue {
        &self.job_queue
    }

    fn rate_limiter(&self) -> &impl RateLimiter {
        &self.rate_limiter
    }

    fn mailer(&self) -> &impl Mailer {
        &self.mailer
    }

    fn publisher(&self) -> &impl Publisher {
        &NoConnector
    }

    fn webhook_sender(&self) -> &impl WebhookSender {
        &self.webhook_sender
    }

    fn now(&self) -> i64 {
        i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX)
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        #[expect(clippy::expect_used, reason = "without randomness nothing here is safe: stop")]
        getrandom::fill(&mut bytes).expect("workerd has a random source");
        bytes
    }

    fn signing_key(&self) -> &[u8] {
        self.signing_key.as_bytes()
    }

    fn log(&self, line: &str) {
        worker::console_error!("{line}");
    }
}
