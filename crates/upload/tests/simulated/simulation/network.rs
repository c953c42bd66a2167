//! What happens to a request in flight, and to its response on the way back.

use std::rc::Rc;

use serde_json::{Value, json};
use upload::{Body, HostError, RawResponse, Request, RequestId};

use super::request_fault::RequestFault;
use super::server::{Admission, Response, Stored};
use super::{Event, Simulation};

/// How fast bytes travel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// Of all connections together, in bytes per second.
    pub(crate) total: u64,
    /// Of one connection at most, in bytes per second.
    pub(crate) each: u64,
    /// The highest latency of a packet, in milliseconds.
    pub(crate) latency: u64,
}

impl Default for Link {
    fn default() -> Link {
        Link { total: 16 * 1024, each: 8 * 1024, latency: 100 }
    }
}

/// A request that is in flight or at the server.
pub(super) struct Transmission {
    id: RequestId,
    n_crashes: u32,
    request: Rc<Request>,
    bytes: Option<Rc<[u8]>>,
    fault: RequestFault,
    /// The bytes that went in, and what the server made of them so far.
    admission: Option<Admission>,
    stored: Option<Stored>,
    /// Whether the client still waits for the response.
    is_heard: bool,
}

impl Transmission {
    pub(super) fn stop_listening(&mut self) {
        self.is_heard = false;
    }
}

/// A response as it comes in.
#[derive(Clone, Debug, Default)]
pub(super) struct ReceivedResponse {
    pub(super) status: u16,
    pub(super) body: String,
    retry_after: Option<String>,
    date: Option<String>,
}

impl ReceivedResponse {
    pub(super) fn answer(&self) -> RawResponse<'_> {
        RawResponse {
            status: self.status,
            body: &self.body,
            retry_after: self.retry_after.as_deref(),
            date: self.date.as_deref(),
        }
    }
}

impl Simulation<'_> {
    /// Sends a request, and returns its number.
    pub(super) fn transmit(&mut self, id: RequestId, request: Request, bytes: Option<Rc<[u8]>>) -> u64 {
        let offline = RequestFault::CutRequest { at: 0, arrives: false };
        let fault = (self.fault_schedule)(&request, self.requests.len() - 1);
        let fault = if self.is_connected { fault } else { offline };
        let number = self.requests.len() as u64;
        let way = self.random.between(1, self.link.latency);
        let duration =
            if let RequestFault::Slow(duration) = fault { duration } else { self.duration(&request) };
        self.report_bytes(id, &request, way, duration, fault.leaves());
        let until_cut = way + duration * fault.leaves() / 1000;
        match fault {
            RequestFault::CutRequest { .. } => self.later(until_cut, Event::Fail(id, HostError::Network)),
            RequestFault::Timeout(after) => self.later(after, Event::Fail(id, HostError::Timeout)),
            _ => {}
        }
        let has_no_body = bytes.is_none();
        let request = Rc::new(request);
        let transmission = Transmission {
            id,
            n_crashes: self.n_crashes,
            request,
            bytes,
            fault,
            admission: None,
            stored: None,
            is_heard: true,
        };
        self.transmissions.insert(number, transmission);
        match fault.is_served() {
            // A request that breaks arrives as far as it came.
            false if has_no_body || fault.leaves() < 1000 && !self.random.chance(50) => {}
            _ => self.later(way, Event::Arrive(number)),
        }
        if fault.is_served() && !has_no_body {
            self.later(way + duration, Event::Stored(number));
        }
        if let RequestFault::Status { is_served: false, .. }
        | RequestFault::Html(_)
        | RequestFault::ErrorCode(_) = fault
        {
            let answered = way + self.random.below(duration + 1);
            let response = Response { status: 200, body: String::new() };
            self.transmissions.remove(&number);
            let received =
                self.shape(fault, &response, chunk_number(&self.requests[number as usize - 1].request));
            self.later(answered, Event::Respond(id, received));
        }
        number
    }

    /// How long a request's body takes, in milliseconds.
    fn duration(&mut self, request: &Request) -> u64 {
        let Body::Chunk { len, .. } = request.body else { return 0 };
        let share = self.link.total / self.host.n_chunks_in_flight().max(1);
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
        if transmission.fault == RequestFault::Corrupted {
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

    /// Sends the server's response back.
    fn reply(&mut self, number: u64, response: &Response) {
        let Some(transmission) = self.transmissions.remove(&number) else { return };
        let Transmission { id, fault, n_crashes, is_heard, .. } = transmission;
        let way = self.random.between(1, self.link.latency);
        // A response to an aborted request still comes now and then, and must change nothing.
        let is_stray = !is_heard && !self.random.chance(20);
        if is_stray || n_crashes != self.n_crashes {
            return;
        }
        let received = self.shape(fault, response, chunk_number(&transmission.request));
        match fault {
            RequestFault::CutResponse => self.later(way, Event::Fail(id, HostError::Network)),
            RequestFault::CutRequest { .. } | RequestFault::Stall { .. } | RequestFault::Timeout(_) => {}
            RequestFault::Late(more) => self.later(way + more, Event::Respond(id, received)),
            RequestFault::Duplicated => {
                self.later(way + 70, Event::Respond(id, received.clone()));
                self.later(way, Event::Respond(id, received));
            }
            _ => self.later(way, Event::Respond(id, received)),
        }
    }

    /// What the client gets of the server's response.
    fn shape(&mut self, fault: RequestFault, response: &Response, number: u32) -> ReceivedResponse {
        let Response { status, body } = response.clone();
        let received = ReceivedResponse { status, body, ..ReceivedResponse::default() };
        match fault {
            RequestFault::Status { status, wait, .. } => {
                let (retry_after, date) = wait.headers();
                let body = json!({"code": "simulated_fault", "message": "simulated fault"}).to_string();
                ReceivedResponse { status, body, retry_after, date }
            }
            RequestFault::Html(status) => ReceivedResponse {
                status,
                body: "<html>Please sign in</html>".into(),
                ..ReceivedResponse::default()
            },
            RequestFault::ErrorCode(code) => {
                let refusal =
                    json!({"error": true, "chunk_num": number, "error_code": code, "message": "not stored"});
                ReceivedResponse { status: 200, body: refusal.to_string(), ..ReceivedResponse::default() }
            }
            RequestFault::CutBody(at) => {
                let end = received.body.len() * at as usize / 1000;
                ReceivedResponse { body: received.body[..end].to_owned(), ..received }
            }
            RequestFault::WrongDigest => altered(received, "md5", json!("0123456789abcdef0123456789abcdef")),
            RequestFault::WrongChunk => altered(received, "chunk_num", json!(number + 1)),
            _ => received,
        }
    }

    /// The client has aborted a request: it breaks, or arrives all the same.
    pub(super) fn abandon(&mut self, number: u64) {
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

/// The response with another value of this key.
fn altered(received: ReceivedResponse, key: &str, value: Value) -> ReceivedResponse {
    let mut answer: Value = serde_json::from_str(&received.body).unwrap_or_default();
    if let Some(found) = answer.get_mut(key) {
        *found = value;
    }
    ReceivedResponse { body: answer.to_string(), ..received }
}
