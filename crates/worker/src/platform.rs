use service::Platform;
use service::platform::{Database, Hooks, Jobs, Ledgers, Limits, Mailer, Objects};
use worker::send::SendWrapper;
use worker::{Env, Result, web_sys};

use crate::database::D1;
use crate::hooks::Outside;
use crate::jobs::Queue;
use crate::ledger::LedgerObjects;
use crate::limits::Limiter;
use crate::mail::Post;
use crate::objects::R2;

/// A body that workerd holds; passing it on copies nothing.
pub(crate) type Stream = SendWrapper<web_sys::ReadableStream>;

/// Cloudflare, as the service sees it.
#[derive(Clone)]
pub(crate) struct Cloudflare {
    database: D1,
    objects: R2,
    ledgers: LedgerObjects,
    jobs: Queue,
    limits: Limiter,
    mail: Post,
    hooks: Outside,
    signing_key: String,
}

impl Cloudflare {
    /// Takes the bindings that wrangler.toml names.
    pub(crate) fn new(env: &Env) -> Result<Cloudflare> {
        Ok(Cloudflare {
            database: D1::new(env.d1("DB")?),
            objects: R2::new(env.bucket("PACKAGES")?),
            ledgers: LedgerObjects::new(env.durable_object("LEDGERS")?),
            jobs: Queue::new(env.queue("JOBS")?),
            limits: Limiter::new(env.rate_limiter("LIMITS")?),
            mail: Post::new(env.get_binding("MAIL")?, env.var("MAIL_FROM")?.to_string()),
            hooks: Outside::new(env.var("HOOKS_TO")?.to_string()),
            signing_key: env.secret("SIGNING_KEY")?.to_string(),
        })
    }
}

impl Platform for Cloudflare {
    type Stream = Stream;

    fn database(&self) -> &impl Database {
        &self.database
    }

    fn objects(&self) -> &impl Objects<Stream = Stream> {
        &self.objects
    }

    fn ledgers(&self) -> &impl Ledgers {
        &self.ledgers
    }

    fn jobs(&self) -> &impl Jobs {
        &self.jobs
    }

    fn limits(&self) -> &impl Limits {
        &self.limits
    }

    fn mail(&self) -> &impl Mailer {
        &self.mail
    }

    fn hooks(&self) -> &impl Hooks {
        &self.hooks
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
