//! The service Worker: gives Cloudflare's requests, messages and alarms to the `service` crate, and gives the
//! `service` crate Cloudflare's D1, R2, Durable Objects and Queues.
//!
//! Nothing is decided here.

mod convert;
mod database;
mod digest;
mod hooks;
mod jobs;
mod ledger;
mod limits;
mod mail;
mod objects;
mod platform;

use worker::{Context, Env, MessageBatch, MessageExt, Request, Response, Result, event};

use crate::platform::Cloudflare;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let router = service::router(Cloudflare::new(&env)?);
    convert::serve(router, request).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<service::Job>, env: Env, _: Context) -> Result<()> {
    let platform = Cloudflare::new(&env)?;
    let is_last_try = batch.queue() == jobs::DEAD_LETTERS;
    for message in batch.messages()? {
        match service::run(&platform, message.body().clone(), is_last_try).await {
            Err(error) if error.is_retryable() => {
                worker::console_error!("job: {error}; it will be tried again");
                message.retry();
            }
            Err(error) => {
                worker::console_error!("job: {error}; it is given up");
                message.ack();
            }
            Ok(()) => message.ack(),
        }
    }
    Ok(())
}
