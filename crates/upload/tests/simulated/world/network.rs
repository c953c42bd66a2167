//! What becomes of a request on its way, and of its answer on the way back.

use std::rc::Rc;

use serde_json::{Value, json};
use upload::{Body, HostError, RawResponse, Request, RequestId};

use super::luck::Luck;
use super::server::{Admission, Response, Stored};
use super::{Event, World};

/// How fast bytes travel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// Of all connections together, in bytes per second.
    pub(crate) total: u64,
    /// Of one connection at most, in bytes per second.
    pub(crate) each: u64,
    /// Longest way of a packet, in milliseconds.
    pub(crate) latency: u64,
}

impl Default for Link {
    fn default() -> Link {
        Link { total: 16 * 1024, each: 8 * 1024, latency: 100 }
    }
}

/// A request that is on its way or at the server.
pub(super) struct Transmission {
    id: RequestId,
    life: u32,
    request: Rc<Request>,
    bytes: Option<Rc<[u8]>>,
    luck: Luck,
    /// The bytes that went in, and what the server made of them so far.
    admission: Option<Admission>,
    stored: Option<Stored>,
    /// Whether the client still waits for the answer.
    is_heard: bool,
}

impl Transmission {
    pub(super) fn stop_listening(&mut self) {
        self.is_heard = false;
    }
}

/// An answer as it comes in.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) body: String,
    retry_after: Option<String>,
    date: Option<String>,
}

impl Heard {
    pub(super) fn answer(&self) -> RawResponse<'_> {
        RawResponse {
            status: self.status,
            body: &self.body,
            retry_after: self.retry_after.as_deref(),
            date: self.date.as_deref(),
        }
    }
}

impl World<'_> {
    /// Puts a request on its way, and says under which number.
    pub(super) fn travel(&mut self, id: RequestId, request: Request, bytes: Option<Rc<[u8]>>) -> u64 {
        let offline = Luck::CutRequest { at: 0, arrives: false };
        let luck = (self.fortune)(&request, self.requests.len() - 1);
        let luck = if self.is_connected { luck } else { offline };
        let number = self.requests.len() as u64;
        let way = self.random.between(1, self.link.latency);
        let duration = if let Luck::Slow(duration) = luck { duration } else { self.duration(&request) };
        self.report_bytes(id, &request, way, duration, luck.leaves());
        let until_cut = way + duration * luck.leaves() / 1000;
        match luck {
            Luck::CutRequest { .. } => self.later(until_cut, Event::Fail(id, HostError::Network)),
            Luck::Timeout(after) => self.later(after, Event::Fail(id, HostError::Timeout)),
            _ => {}
        }
        let has_no_body = bytes.is_none();
        let request = Rc::new(request);
        let transmission = Transmission {
            id,
            life: self.life,
            request,
            bytes,
            luck,
            admission: None,
            stored: None,
            is_heard: true,
        };
        self.transmissions.insert(number, transmission);
        match luck.is_served() {
            // What breaks off before its end arrives as far as it came.
            false if has_no_body || luck.leaves() < 1000 && !self.random.chance(50) => {}
            _ => self.later(way, Event::Arrive(number)),
        }
        if luck.is_served() && !has_no_body {
            self.later(way + duration, Event::Stored(number));
        }
        if let Luck::Status { is_served: false, .. } | Luck::Html(_) | Luck::Code(_) = luck {
            let answered = way + self.random.below(duration + 1);
            let response = Response { status: 200, body: String::new() };
            self.transmissions.remove(&number);
            let heard =
                self.shape(luck, &response, chunk_number(&self.requests[number as usize - 1].request));
            self.later(answered, Event::Respond(id, heard));
        }
        number
    }

    /// How long a call's body takes, in milliseconds.
    fn duration(&mut self, request: &Request) -> u64 {
        let Body::Chunk { len, .. } = request.body else { return 0 };
        let share = self.link.total / self.host.n_chunks_on_their_way().max(1);
        let speed = share.min(self.link.each).max(1);
        let even = len * 1000 / speed + 1;
        even * self.random.between(80, 120) / 100
    }

    fn report_bytes(&mut self, id: RequestId, request: &Request, way: u64, duration: u64, leaves: u64) {
        let Body::Chunk { len, .. } = request.body else { return };
        for at in (1..=8).map(|eighth| eighth * 125).chain([leaves]).filter(|at| *at <= leaves && *at > 0) {
            self.later(way + duration * at / 1000, Event::Sent(id, len * at / 1000));
        }
    }

    pub(super) fn arrive(&mut self, number: u64) {
        let Some(transmission) = self.transmissions.get_mut(&number) else { return };
        if transmission.bytes.is_none() {
            let response = self.server.respond(&transmission.request, self.now);
            return self.reply(number, &response);
        }
        match self.server.admit(&transmission.request, self.now) {
            Ok(admission) => transmission.admission = Some(admission),
            Err(response) => self.reply(number, &response),
        }
    }

    pub(super) fn store(&mut self, number: u64) {
        let Some(transmission) = self.transmissions.get_mut(&number) else { return };
        let (Some(admission), Some(sent)) = (&transmission.admission, &transmission.bytes) else { return };
        let mut bytes = Rc::clone(sent);
        if transmission.luck == Luck::Corrupted {
            let mut flipped = sent.to_vec();
            flipped[sent.len() / 2] ^= 1;
            bytes = flipped.into();
        }
        let stated = transmission.request.content_md5.as_deref();
        match self.server.put(admission, &bytes, stated) {
            Ok(stored) => {
                transmission.stored = Some(stored);
                let delay = self.random.between(1, 30);
                self.later(delay, Event::Recorded(number));
            }
            Err(response) => self.reply(number, &response),
        }
    }

    pub(super) fn record(&mut self, number: u64) {
        let Some(transmission) = self.transmissions.get(&number) else { return };
        let (Some(admission), Some(stored)) = (&transmission.admission, &transmission.stored) else { return };
        let response = self.server.record(admission, stored);
        self.reply(number, &response);
    }

    /// Sends the server's answer back.
    fn reply(&mut self, number: u64, response: &Response) {
        let Some(transmission) = self.transmissions.remove(&number) else { return };
        let Transmission { id, luck, life, is_heard, .. } = transmission;
        let way = self.random.between(1, self.link.latency);
        // An answer to a call that was given up still comes now and then, and must change nothing.
        let is_stray = !is_heard && !self.random.chance(20);
        if is_stray || life != self.life {
            return;
        }
        let heard = self.shape(luck, response, chunk_number(&transmission.request));
        match luck {
            Luck::CutAnswer => self.later(way, Event::Fail(id, HostError::Network)),
            Luck::CutRequest { .. } | Luck::Silence { .. } | Luck::Timeout(_) => {}
            Luck::Late(more) => self.later(way + more, Event::Respond(id, heard)),
            Luck::Twice => {
                self.later(way + 70, Event::Respond(id, heard.clone()));
                self.later(way, Event::Respond(id, heard));
            }
            _ => self.later(way, Event::Respond(id, heard)),
        }
    }

    /// What the client gets of the server's answer.
    fn shape(&mut self, luck: Luck, response: &Response, number: u32) -> Heard {
        let Response { status, body } = response.clone();
        let heard = Heard { status, body, ..Heard::default() };
        match luck {
            Luck::Status { status, wait, .. } => {
                let (retry_after, date) = wait.headers();
                let body = json!({"code": "no_luck", "message": "no luck"}).to_string();
                Heard { status, body, retry_after, date }
            }
            Luck::Html(status) => {
                Heard { status, body: "<html>Please sign in</html>".into(), ..Heard::default() }
            }
            Luck::Code(code) => {
                let refusal =
                    json!({"error": true, "chunk_num": number, "error_code": code, "message": "not stored"});
                Heard { status: 200, body: refusal.to_string(), ..Heard::default() }
            }
            Luck::CutBody(at) => {
                let end = heard.body.len() * at as usize / 1000;
                Heard { body: heard.body[..end].to_owned(), ..heard }
            }
            Luck::WrongDigest => altered(heard, "md5", json!("0123456789abcdef0123456789abcdef")),
            Luck::Mixed => altered(heard, "chunk_num", json!(number + 1)),
            _ => heard,
        }
    }

    /// A request whose client has gone: it breaks off, or comes to its end all the same.
    pub(super) fn leave(&mut self, number: u64) {
        if let Some(transmission) = self.transmissions.get_mut(&number) {
            transmission.is_heard = false;
            if self.random.chance(50) {
                self.transmissions.remove(&number);
            }
        }
    }
}

fn chunk_number(request: &Request) -> u32 {
    if let Body::Chunk { number, .. } = request.body { number } else { 0 }
}

/// The answer with another word in place of one that it has.
fn altered(heard: Heard, key: &str, value: Value) -> Heard {
    let mut answer: Value = serde_json::from_str(&heard.body).unwrap_or_default();
    if let Some(word) = answer.get_mut(key) {
        *word = value;
    }
    Heard { body: answer.to_string(), ..heard }
}
