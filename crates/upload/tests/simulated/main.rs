//! Uploads against a simulated disk, host, network, server and clock: each takes a few milliseconds, and every seed is
//! another one.
//!
//! - `simulation`: the parts of a simulated upload, and the invariants that are checked after every event.
//! - `scenarios`: one fault or a few of them each, by name.
//! - `random_faults`: thousands of uploads with a fault schedule from a seed.
//! - `window`: the adaptive window.
//! - `odd_responses`: lists of chunks and responses as no server should send them.

mod odd_responses;
mod random_faults;
mod scenarios;
mod simulation;
mod window;
