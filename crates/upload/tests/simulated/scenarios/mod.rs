//! One fault or a few of them each, and what the upload does then. Most were reported by users of other uploaders.

mod crash;
mod credentials;
mod file;
mod network;
mod progress;
mod server;
mod user;

use std::collections::BTreeMap;

use upload::{Body, Outcome, Request, Step, StepError};

use crate::simulation::request_fault::RequestFault;
use crate::simulation::server::RELEASE_ID;
use crate::simulation::{Sent, Setup, Simulation};

const READY: Outcome = Outcome::Ready { release_id: RELEASE_ID };

/// Six chunks, and no failure.
fn fault_free(seed: u64) -> Simulation<'static> {
    Simulation::new(Setup::new(seed), |_, _| RequestFault::None)
}

fn is_chunk(request: &Request, wanted: u32) -> bool {
    chunk(request) == Some(wanted)
}

fn chunk(request: &Request) -> Option<u32> {
    if let Body::Chunk { number, .. } = request.body { Some(number) } else { None }
}

fn failure(outcome: Outcome) -> (Step, StepError, bool) {
    match outcome {
        Outcome::Failed(error) => (error.step, error.error.clone(), error.can_retry()),
        other => panic!("expected a failure, got {other:?}"),
    }
}

/// How often each chunk was sent.
fn sends(requests: &[Sent]) -> BTreeMap<u32, u32> {
    let mut sends = BTreeMap::new();
    for number in requests.iter().filter_map(|sent| chunk(&sent.request)) {
        *sends.entry(number).or_default() += 1;
    }
    sends
}

/// Method and path of each request.
fn request_lines(requests: &[Sent]) -> Vec<String> {
    requests.iter().map(|sent| format!("{} {}", sent.request.method.as_str(), sent.request.path)).collect()
}

/// When a chunk was sent, in milliseconds.
fn times(requests: &[Sent], wanted: u32) -> Vec<u64> {
    requests.iter().filter(|sent| is_chunk(&sent.request, wanted)).map(|sent| sent.at).collect()
}

/// This fault for the first `n` attempts of one chunk, and none for all other requests.
fn faulty_chunk(wanted: u32, n: u32, fault: RequestFault) -> impl FnMut(&Request, usize) -> RequestFault {
    let mut seen = 0;
    move |request, _| {
        seen += u32::from(is_chunk(request, wanted));
        if is_chunk(request, wanted) && seen <= n { fault } else { RequestFault::None }
    }
}
