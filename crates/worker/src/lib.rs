//! The service Worker: passes Cloudflare's requests, messages and alarms to the `service` crate, and implements that
//! crate's ports on Cloudflare's D1, R2, Durable Objects, Queues, rate limiting and e-mail. One file for each port.
//!
//! It decides nothing. Cloudflare's dead-letter queue has this Worker as its consumer, too: see [`queue`].

mod database;
mod digest;
mod http;
mod job_queue;
mod ledgers;
mod mailer;
mod object_storage;
mod platform;
mod rate_limiter;
mod upload_ledger;
mod webhooks;

use std::cell::OnceCell;

use axum::Router;
use worker::{Context, Env, MessageBatch, MessageExt, Request, Response, Result, event};

use crate::platform::Cloudflare;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    http::serve(router(&env)?, request).await
}

/// The router of this instance. Building one for each request would cost more than most requests themselves. The bindings
/// in it are those of the deployment, the same for all requests.
fn router(env: &Env) -> Result<Router> {
    thread_local! {
        static ROUTER: OnceCell<Router> = const { OnceCell::new() };
    }
    ROUTER.with(|made| match made.get() {
        Some(router) => Ok(router.clone()),
        None => {
            let router = service::router(Cloudflare::new(env)?);
            Ok(made.get_or_init(|| router).clone())
        }
    })
}

#[event(queue)]
async fn queue(batch: MessageBatch<service::Job>, env: Env, _: Context) -> Result<()> {
    let platform = Cloudflare::new(&env)?;
    let is_last_try = batch.queue() == job_queue::DEAD_LETTER_QUEUE;
    for message in batch.messages()? {
        match service::run(&platform, message.body().clone(), is_last_try).await {
            Err(error) if error.is_retryable() => {
                worker::console_error!("job failed, will be tried again: {error}");
                message.retry();
            }
            Err(error) => {
                worker::console_error!("job failed for good, no repetition would help: {error}");
                message.ack();
            }
            Ok(()) => message.ack(),
        }
    }
    Ok(())
}
