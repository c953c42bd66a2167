//! One bad day each, with what the upload makes of it. Most of them happened to somebody.

mod crash;
mod file;
mod network;
mod people;
mod server;
mod shown;
mod ticket;

use std::collections::BTreeMap;

use upload::{Body, Outcome, Request, Step, StepError};

use crate::world::luck::Luck;
use crate::world::server::RELEASE_ID;
use crate::world::{Sent, Setup, World};

const READY: Outcome = Outcome::Ready { release_id: RELEASE_ID };

/// Six chunks on a good day.
fn good(seed: u64) -> World<'static> {
    World::new(Setup::new(seed), |_, _| Luck::Good)
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

/// Method and path of each call.
fn words(requests: &[Sent]) -> Vec<String> {
    requests.iter().map(|sent| format!("{} {}", sent.request.method.as_str(), sent.request.path)).collect()
}

/// When a chunk was sent, in milliseconds.
fn times(requests: &[Sent], wanted: u32) -> Vec<u64> {
    requests.iter().filter(|sent| is_chunk(&sent.request, wanted)).map(|sent| sent.at).collect()
}

/// Bad luck for the first tries of one chunk, and good luck for all else.
fn unlucky(wanted: u32, n: u32, luck: Luck) -> impl FnMut(&Request, usize) -> Luck {
    let mut seen = 0;
    move |request, _| {
        seen += u32::from(is_chunk(request, wanted));
        if is_chunk(request, wanted) && seen <= n { luck } else { Luck::Good }
    }
}
