use std::future::Future;
use std::rc::Rc;

use service::Job;
use service::platform::{JobQueue, PortError};
use worker::MessageBuilder;
use worker::send::{IntoSendFuture, SendWrapper};

/// The queue to which Cloudflare moves jobs that failed as often as wrangler.toml allows; each gets one last try there.
pub(crate) const DEAD_LETTER_QUEUE: &str = "slipway-jobs-dead";

/// Cloudflare Queues.
#[derive(Clone)]
pub(crate) struct Queue(SendWrapper<Rc<worker::Queue>>);

impl Queue {
    pub(crate) fn new(queue: worker::Queue) -> Queue {
        Queue(SendWrapper(Rc::new(queue)))
    }
}

impl JobQueue for Queue {
    fn send(&self, job: Job) -> impl Future<Output = Result<(), PortError>> + Send {
        async move { self.0.send(job).await.map_err(|error| PortError::new("job_queue", &error)) }.into_send()
    }

    fn send_later(&self, job: Job, seconds: u32) -> impl Future<Output = Result<(), PortError>> + Send {
        let message = MessageBuilder::new(job).delay_seconds(seconds).build();
        async move { self.0.send(message).await.map_err(|error| PortError::new("job_queue", &error)) }
            .into_send()
    }
}
