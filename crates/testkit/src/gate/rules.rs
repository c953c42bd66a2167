//! Who is turned away.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Bursts, Passed, Reply};
use crate::draw::Draw;

type Test = Arc<dyn Fn(&Passed) -> bool + Send + Sync>;
type Replies = Arc<dyn Fn(&Passed) -> Reply + Send + Sync>;

/// What happens to a request.
pub(super) enum Turn {
    /// To the server.
    Pass,
    /// Nothing, until the gate is healed.
    Hold,
    /// Answered here, whatever it says.
    Answer(Reply),
    /// Answered here, by what it said.
    StandIn(Replies),
}

/// The rules in force.
#[derive(Default)]
pub(super) struct Rules {
    answers: Vec<Answers>,
    holds: Vec<Test>,
    outage: Option<(Reply, Instant)>,
    bursts: Option<Running>,
    stand_in: Option<(Test, Replies)>,
    pub(super) is_hashing: bool,
}

struct Answers {
    path: String,
    reply: Reply,
    times: usize,
}

/// Bursts, and where they are.
struct Running {
    bursts: Bursts,
    draw: Draw,
    /// How many requests pass before the burst that is next or on.
    passing: u64,
    /// How many are answered in it.
    answering: u64,
    reply: Reply,
}

impl Rules {
    pub(super) fn answer(&mut self, path: &str, reply: Reply, times: usize) {
        self.answers.push(Answers { path: path.to_owned(), reply, times });
    }

    pub(super) fn hold(&mut self, holds: Test) {
        self.holds.push(holds);
    }

    pub(super) fn outage(&mut self, reply: Reply, until: Instant) {
        self.outage = Some((reply, until));
    }

    pub(super) fn bursts(&mut self, bursts: Bursts) {
        self.bursts = Some(Running::new(bursts));
    }

    pub(super) fn stand_in(&mut self, takes: Test, replies: Replies) {
        self.stand_in = Some((takes, replies));
    }

    /// Forgets everything but the stand-in, which turns nobody away.
    pub(super) fn heal(&mut self) {
        *self = Rules { stand_in: self.stand_in.take(), is_hashing: self.is_hashing, ..Rules::default() };
    }

    /// What happens to this request.
    pub(super) fn turn(&mut self, request: &Passed, has_body: bool) -> Turn {
        if self.holds.iter().any(|holds| holds(request)) {
            return Turn::Hold;
        }
        if let Some(reply) = self.turned_away(request, has_body) {
            return Turn::Answer(reply);
        }
        match &self.stand_in {
            Some((takes, replies)) if takes(request) => Turn::StandIn(replies.clone()),
            _ => Turn::Pass,
        }
    }

    fn turned_away(&mut self, request: &Passed, has_body: bool) -> Option<Reply> {
        let answers = self.answers.iter_mut();
        let mut fitting = answers.filter(|rule| rule.times > 0 && request.path.contains(&rule.path));
        if let Some(rule) = fitting.next() {
            rule.times -= 1;
            return Some(rule.reply.clone());
        }
        if !has_body {
            return None;
        }
        if let Some((reply, until)) = &self.outage
            && Instant::now() < *until
        {
            return Some(reply.clone());
        }
        self.bursts.as_mut()?.next()
    }
}

impl Running {
    fn new(bursts: Bursts) -> Running {
        let draw = Draw::new(bursts.seed, 0);
        let reply = Reply::new(503);
        let mut running = Running { bursts, draw, passing: 0, answering: 0, reply };
        running.draw();
        running
    }

    /// What the next request gets, if it does not pass.
    fn next(&mut self) -> Option<Reply> {
        if self.passing > 0 {
            self.passing -= 1;
            return None;
        }
        let reply = self.reply.clone();
        self.answering = self.answering.saturating_sub(1);
        if self.answering == 0 {
            self.draw();
        }
        Some(reply)
    }

    fn draw(&mut self) {
        self.passing = self.draw.within(&self.bursts.every);
        self.answering = self.draw.within(&self.bursts.length);
        let which = self.draw.within(&(0..self.bursts.replies.len() as u64));
        if let Some(reply) = self.bursts.replies.get(which as usize) {
            self.reply = reply.clone();
        }
    }
}
