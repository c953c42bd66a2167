//! One bad day each, with what the upload makes of it. Most of them happened to somebody.

mod crash;
mod file;
mod network;
mod people;
mod server;
mod shown;
mod ticket;

use std::collections::BTreeMap;

use upload::{Body, Call, Fault, Outcome, Step};

use crate::world::luck::Luck;
use crate::world::server::RELEASE_ID;
use crate::world::{Sent, Setup, World};

const READY: Outcome = Outcome::Ready { release_id: RELEASE_ID };

/// Six chunks on a good day.
fn good(seed: u64) -> World<'static> {
    World::new(Setup::new(seed), |_, _| Luck::Good)
}

fn is_chunk(call: &Call, wanted: u32) -> bool {
    chunk(call) == Some(wanted)
}

fn chunk(call: &Call) -> Option<u32> {
    if let Body::Chunk { number, .. } = call.body { Some(number) } else { None }
}

fn fault(outcome: Outcome) -> (Step, Fault, bool) {
    match outcome {
        Outcome::Failed(error) => (error.step, error.fault.clone(), error.can_retry()),
        other => panic!("expected a failure, got {other:?}"),
    }
}

/// How often each chunk was sent.
fn sends(calls: &[Sent]) -> BTreeMap<u32, u32> {
    let mut sends = BTreeMap::new();
    for number in calls.iter().filter_map(|sent| chunk(&sent.call)) {
        *sends.entry(number).or_default() += 1;
    }
    sends
}

/// Method and path of each call.
fn words(calls: &[Sent]) -> Vec<String> {
    calls.iter().map(|sent| format!("{} {}", sent.call.method.as_str(), sent.call.path)).collect()
}

/// When a chunk was sent, in milliseconds.
fn times(calls: &[Sent], wanted: u32) -> Vec<u64> {
    calls.iter().filter(|sent| is_chunk(&sent.call, wanted)).map(|sent| sent.at).collect()
}

/// Bad luck for the first tries of one chunk, and good luck for all else.
fn unlucky(wanted: u32, n: u32, luck: Luck) -> impl FnMut(&Call, usize) -> Luck {
    let mut seen = 0;
    move |call, _| {
        seen += u32::from(is_chunk(call, wanted));
        if is_chunk(call, wanted) && seen <= n { luck } else { Luck::Good }
    }
}
