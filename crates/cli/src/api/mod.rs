//! The client of Slipway's API.
//!
//! `client` makes the calls and repeats those that failed, `error` says what a failed call means. `session` decides which
//! server and which token count; `server` is an address, `token` an API token, `config` the file that keeps both between
//! runs.

mod client;
mod config;
mod error;
mod server;
mod session;
mod token;

pub(crate) use client::{ApiClient, header_text, random_seed};
pub(crate) use config::Config;
pub(crate) use error::root_cause;
pub(crate) use server::ServerUrl;
pub(crate) use session::{Session, has_token_variable, require_encryption, server_url, token_argument};
pub(crate) use token::ApiToken;
