//! Which requests get a response from the proxy, and which are held.

use std::sync::Arc;

use tokio::time::Instant;

use super::{ErrorBursts, RecordedRequest, StubResponse};
use crate::random::Random;

type Matches = Arc<dyn Fn(&RecordedRequest) -> bool + Send + Sync>;
type Respond = Arc<dyn Fn(&RecordedRequest) -> StubResponse + Send + Sync>;

/// What to do with a request.
pub(super) enum Action {
    /// Send it to the server.
    Forward,
    /// Wait until the faults are cleared.
    Hold,
    /// Respond without reading the body.
    Respond(StubResponse),
    /// Respond once the body is read.
    Stub(Respond),
}

/// The rules in force.
#[derive(Default)]
pub(super) struct Rules {
    responses: Vec<NextResponses>,
    holds: Vec<Matches>,
    outage: Option<(StubResponse, Instant)>,
    bursts: Option<BurstState>,
    stub: Option<(Matches, Respond)>,
    pub(super) is_hashing: bool,
}

struct NextResponses {
    path: String,
    response: StubResponse,
    times: usize,
}

/// Bursts, and the position in them.
struct BurstState {
    bursts: ErrorBursts,
    random: Random,
    /// How many requests are forwarded before the burst.
    n_before: u64,
    /// How many more requests of the burst get the response.
    n_left: u64,
    response: StubResponse,
}

impl Rules {
    pub(super) fn respond(&mut self, path: &str, response: StubResponse, times: usize) {
        self.responses.push(NextResponses { path: path.to_owned(), response, times });
    }

    pub(super) fn hold(&mut self, matches: Matches) {
        self.holds.push(matches);
    }

    pub(super) fn outage(&mut self, response: StubResponse, end: Instant) {
        self.outage = Some((response, end));
    }

    pub(super) fn bursts(&mut self, bursts: ErrorBursts) {
        self.bursts = Some(BurstState::new(bursts));
    }

    pub(super) fn stub(&mut self, matches: Matches, respond: Respond) {
        self.stub = Some((matches, respond));
    }

    /// Removes all rules but the stub, which is no fault.
    pub(super) fn clear_faults(&mut self) {
        *self = Rules { stub: self.stub.take(), is_hashing: self.is_hashing, ..Rules::default() };
    }

    /// What to do with this request.
    pub(super) fn action(&mut self, request: &RecordedRequest, has_body: bool) -> Action {
        if self.holds.iter().any(|matches| matches(request)) {
            return Action::Hold;
        }
        if let Some(response) = self.error_response(request, has_body) {
            return Action::Respond(response);
        }
        match &self.stub {
            Some((matches, respond)) if matches(request) => Action::Stub(respond.clone()),
            _ => Action::Forward,
        }
    }

    fn error_response(&mut self, request: &RecordedRequest, has_body: bool) -> Option<StubResponse> {
        let rules = self.responses.iter_mut();
        let mut matching = rules.filter(|rule| rule.times > 0 && request.path.contains(&rule.path));
        if let Some(rule) = matching.next() {
            rule.times -= 1;
            return Some(rule.response.clone());
        }
        if !has_body {
            return None;
        }
        if let Some((response, end)) = &self.outage
            && Instant::now() < *end
        {
            return Some(response.clone());
        }
        self.bursts.as_mut()?.next()
    }
}

impl BurstState {
    fn new(bursts: ErrorBursts) -> BurstState {
        let random = Random::new(bursts.seed, 0);
        let response = StubResponse::new(503);
        let mut state = BurstState { bursts, random, n_before: 0, n_left: 0, response };
        state.plan_burst();
        state
    }

    /// The response to the next request; none if it is forwarded.
    fn next(&mut self) -> Option<StubResponse> {
        if self.n_before > 0 {
            self.n_before -= 1;
            return None;
        }
        let response = self.response.clone();
        self.n_left = self.n_left.saturating_sub(1);
        if self.n_left == 0 {
            self.plan_burst();
        }
        Some(response)
    }

    fn plan_burst(&mut self) {
        self.n_before = self.random.within(&self.bursts.every);
        self.n_left = self.random.within(&self.bursts.length);
        let which = self.random.within(&(0..self.bursts.responses.len() as u64));
        if let Some(response) = self.bursts.responses.get(which as usize) {
            self.response = response.clone();
        }
    }
}
