//! What the service sends: e-mails and webhooks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use service::platform::{Email, Mailer, PortError, WebhookRequest, WebhookSender};

use super::faults::{Faults, OperationEffect};
use super::lock;

/// All e-mails and webhook requests so far, and the next responses to webhooks.
pub(super) struct Outbox {
    emails: Mutex<Vec<Email>>,
    statuses: Mutex<VecDeque<u16>>,
    webhook_requests: Mutex<Vec<WebhookRequest>>,
    faults: Arc<Faults>,
}

impl Outbox {
    pub(super) fn new(faults: Arc<Faults>) -> Outbox {
        Outbox {
            emails: Mutex::default(),
            statuses: Mutex::default(),
            webhook_requests: Mutex::default(),
            faults,
        }
    }

    pub(super) fn emails(&self) -> Vec<Email> {
        lock(&self.emails).clone()
    }

    pub(super) fn webhook_requests(&self) -> Vec<WebhookRequest> {
        lock(&self.webhook_requests).clone()
    }

    pub(super) fn respond_to_webhooks(&self, statuses: &[u16]) {
        lock(&self.statuses).extend(statuses);
    }
}

impl Mailer for Outbox {
    async fn send(&self, email: &Email) -> Result<(), PortError> {
        self.faults.run("mailer", "mail", OperationEffect::Write, || {
            lock(&self.emails).push(email.clone());
            Ok(())
        })
    }
}

impl WebhookSender for Outbox {
    async fn post(&self, request: &WebhookRequest) -> Result<u16, PortError> {
        self.faults.run("webhook_sender", "post", OperationEffect::Write, || {
            lock(&self.webhook_requests).push(request.clone());
            Ok(lock(&self.statuses).pop_front().unwrap_or(200))
        })
    }
}
