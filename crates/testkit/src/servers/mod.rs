//! Small servers of the tests' own.
//!
//! `webhook_receiver` is a site that gets webhooks, `static_files` serves pages that a test or bench brings along.

pub mod static_files;
mod webhook_receiver;

pub use webhook_receiver::{ReceivedRequest, WebhookReceiver};
