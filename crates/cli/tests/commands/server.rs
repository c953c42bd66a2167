//! A server whose responses the test chooses, one request after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A running server. Its thread ends with the test.
pub(crate) struct StubServer {
    /// Where it listens.
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<ReceivedRequest>>>,
}

/// A request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    headers: Vec<(String, String)>,
}

impl ReceivedRequest {
    /// The header, or an empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A response.
pub(crate) struct StubResponse {
    status: u16,
    headers: String,
    body: String,
}

impl StubResponse {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self { status, headers: String::new(), body: body.to_owned() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }
}

impl StubServer {
    /// Responds to the `n`th request, from 0, with `response(n)`.
    pub(crate) fn start(response: impl Fn(usize) -> StubResponse + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let received = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &received, &response);
            }
        });
        Self { url, requests }
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.lock().unwrap().clone()
    }
}

/// One request for each connection.
fn serve(
    mut stream: TcpStream,
    requests: &Mutex<Vec<ReceivedRequest>>,
    response: &impl Fn(usize) -> StubResponse,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let lines = (&mut reader).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let headers: Vec<_> = lines
        .skip(1)
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let request = ReceivedRequest { headers };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    let n_before = {
        let mut requests = requests.lock().unwrap();
        requests.push(request);
        requests.len() - 1
    };
    let StubResponse { status, headers, body } = response(n_before);
    let length = body.len();
    // A client that closed the connection needs no response.
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    );
}
