use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::clients::http::send;
use crate::servers::WebhookReceiver;

const MIB: usize = 1 << 20;

async fn start() -> (StreamingProxy, WebhookReceiver) {
    let receiver = WebhookReceiver::start(&[]).await;
    (StreamingProxy::start(receiver.url.trim_start_matches("http://")).await, receiver)
}

/// Posts a body; the status of the response.
async fn post(proxy: &StreamingProxy, path: &str, n_bytes: usize) -> u16 {
    let headers = [("content-length", n_bytes.to_string())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let body = Bytes::from(vec![b'x'; n_bytes]);
    send(proxy.authority(), Method::POST, path, &headers, body).await.status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_forwarded_and_recorded() {
    let (proxy, mut receiver) = start().await;
    proxy.hash_bodies();
    assert_eq!(post(&proxy, "/a?b=c", 3 * MIB).await, 200);
    assert_eq!(receiver.next().await.body.len(), 3 * MIB);
    let [request] = &proxy.requests("b=c")[..] else { panic!("one request") };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/a?b=c"));
    assert_eq!((request.n_bytes, request.status, request.is_stubbed), (3 << 20, Some(200), false));
    assert_eq!(request.header("content-length"), "3145728");
    assert_eq!(request.md5, Some(<md5::Md5 as md5::Digest>::digest(vec![b'x'; 3 * MIB]).into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_forwarded_before_it_is_complete() {
    let server = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let proxy = StreamingProxy::start(&server.local_addr().unwrap().to_string()).await;
    let mut client = TcpStream::connect(proxy.authority()).await.unwrap();
    client.write_all(b"PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 8\r\n\r\nhalf").await.unwrap();
    let (mut server, _) = server.accept().await.unwrap();
    let mut received = String::new();
    while !received.ends_with("half") {
        received.push(char::from(server.read_u8().await.unwrap()));
    }
    client.write_all(b"rest").await.unwrap();
    server.read_exact(&mut [0; 4]).await.unwrap();
    server.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    client.read_exact(&mut [0; 12]).await.unwrap();
    assert_eq!(proxy.requests("/")[0].status, Some(201));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_still_sends_sees_the_response_and_keeps_its_connection() {
    let (proxy, mut receiver) = start().await;
    proxy.respond_next("/a", StubResponse::new(503).retry_after(2), 1);
    let mut client = TcpStream::connect(proxy.authority()).await.unwrap();
    let head =
        format!("PUT /a HTTP/1.1\r\nhost: a\r\norigin: http://b\r\ncontent-length: {}\r\n\r\n", 8 * MIB);
    client.write_all(head.as_bytes()).await.unwrap();
    client.write_all(&vec![0; MIB]).await.unwrap();
    let head = read_head(&mut client).await;
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert!(head.contains("retry-after: 2\r\n"), "{head}");
    assert!(head.contains("access-control-allow-origin: http://b\r\n"), "{head}");
    client.write_all(&vec![0; 7 * MIB]).await.unwrap();
    client.write_all(b"GET /a HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(read_head(&mut client).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(receiver.next().await.method, "GET");
    // The body is counted by a task of its own, which may be later than the next request.
    proxy.wait_until(|requests| requests[0].n_bytes == 8 << 20).await;
    let requests = proxy.requests("/a");
    assert_eq!((requests[0].n_bytes, requests[0].is_stubbed, requests[1].is_stubbed), (8 << 20, true, false));
}

async fn read_head(client: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(client.read_u8().await.unwrap()));
    }
    head
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seed_determines_the_bursts() {
    let bursts = |seed| ErrorBursts {
        seed,
        every: 2..5,
        length: 1..4,
        responses: vec![StubResponse::new(503).retry_after(1), StubResponse::new(429)],
    };
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let (proxy, _receiver) = start().await;
        proxy.error_bursts(bursts(seed));
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(post(&proxy, "/", 10).await);
            let response = send(proxy.authority(), Method::GET, "/", &[], Bytes::new()).await;
            assert_eq!(response.status(), 200, "only requests with a body get errors");
        }
        for status in [200, 429, 503] {
            assert!(statuses.contains(&status), "{statuses:?}");
        }
        proxy.clear_faults();
        assert_eq!(post(&proxy, "/", 10).await, 200);
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_ends_after_its_duration() {
    let (proxy, _receiver) = start().await;
    let started = std::time::Instant::now();
    proxy.outage(StubResponse::new(503), Duration::from_millis(50));
    assert_eq!(post(&proxy, "/", 10).await, 503);
    while post(&proxy, "/", 10).await == 503 {}
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_request_is_forwarded_when_the_faults_are_cleared() {
    let (proxy, mut receiver) = start().await;
    proxy.hold(|request| request.path == "/held");
    let (status, ()) = tokio::join!(post(&proxy, "/held", MIB), async {
        proxy.wait_until(|requests| requests.iter().any(|request| request.path == "/held")).await;
        assert_eq!(post(&proxy, "/other", 1).await, 200);
        assert_eq!(receiver.next().await.body.len(), 1);
        proxy.clear_faults();
    });
    assert_eq!(status, 200);
    assert_eq!(receiver.next().await.body.len(), MIB);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_dropped_while_it_is_held_never_reaches_the_server() {
    let (proxy, mut receiver) = start().await;
    proxy.hold(|request| request.path == "/held");
    let mut client = TcpStream::connect(proxy.authority()).await.unwrap();
    client.write_all(b"PUT /held HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody").await.unwrap();
    proxy.wait_until(|requests| requests.len() == 1).await;
    proxy.drop_held();
    assert!(client.read(&mut [0; 1]).await.is_ok_and(|n_bytes| n_bytes == 0), "there is no response");
    proxy.clear_faults();
    assert_eq!(post(&proxy, "/held", 1).await, 200);
    assert_eq!(receiver.next().await.method, "POST");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stub_reads_all_of_a_body_before_it_responds() {
    let (proxy, _receiver) = start().await;
    proxy.stub(
        |request| request.path.contains("/part"),
        |request| {
            StubResponse::json(
                &serde_json::json!({"length": request.n_bytes, "hashed": request.md5.is_some()}),
            )
        },
    );
    let headers = [("content-length", "100000")];
    let body = Bytes::from(vec![0; 100_000]);
    let response = send(proxy.authority(), Method::POST, "/part?n=1", &headers, body).await;
    assert_eq!(response.body().as_ref(), br#"{"hashed":true,"length":100000}"#);
    assert_eq!(post(&proxy, "/other", 1).await, 200);
    assert_eq!(proxy.requests("").iter().filter(|request| request.is_stubbed).count(), 1);
}
