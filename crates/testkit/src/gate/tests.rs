use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::Receiver;
use crate::proxy::send;

const MIB: usize = 1 << 20;

async fn gate() -> (Gate, Receiver) {
    let receiver = Receiver::start(&[]).await;
    (Gate::start(receiver.url.trim_start_matches("http://")).await, receiver)
}

/// Posts a body; the status that comes back.
async fn post(gate: &Gate, path: &str, n_bytes: usize) -> u16 {
    let headers = [("content-length", n_bytes.to_string())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let body = Bytes::from(vec![b'x'; n_bytes]);
    send(gate.authority(), Method::POST, path, &headers, body).await.status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_pass_and_are_noted() {
    let (gate, mut receiver) = gate().await;
    gate.hash_bodies();
    assert_eq!(post(&gate, "/a?b=c", 3 * MIB).await, 200);
    assert_eq!(receiver.next().await.body.len(), 3 * MIB);
    let [passed] = &gate.passed("b=c")[..] else { panic!("one request") };
    assert_eq!((passed.method.as_str(), passed.path.as_str()), ("POST", "/a?b=c"));
    assert_eq!((passed.n_bytes, passed.status, passed.is_ours), (3 << 20, Some(200), false));
    assert_eq!(passed.header("content-length"), "3145728");
    assert_eq!(passed.md5, Some(<md5::Md5 as md5::Digest>::digest(vec![b'x'; 3 * MIB]).into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_on_its_way_before_all_of_it_has_come() {
    let server = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let gate = Gate::start(&server.local_addr().unwrap().to_string()).await;
    let mut client = TcpStream::connect(gate.authority()).await.unwrap();
    client.write_all(b"PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 8\r\n\r\nhalf").await.unwrap();
    let (mut server, _) = server.accept().await.unwrap();
    let mut heard = String::new();
    while !heard.ends_with("half") {
        heard.push(char::from(server.read_u8().await.unwrap()));
    }
    client.write_all(b"rest").await.unwrap();
    server.read_exact(&mut [0; 4]).await.unwrap();
    server.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    client.read_exact(&mut [0; 12]).await.unwrap();
    assert_eq!(gate.passed("/")[0].status, Some(201));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_still_sends_sees_the_answer_and_its_connection_lives() {
    let (gate, mut receiver) = gate().await;
    gate.answer_next("/a", Reply::new(503).after(2), 1);
    let mut client = TcpStream::connect(gate.authority()).await.unwrap();
    let head =
        format!("PUT /a HTTP/1.1\r\nhost: a\r\norigin: http://b\r\ncontent-length: {}\r\n\r\n", 8 * MIB);
    client.write_all(head.as_bytes()).await.unwrap();
    client.write_all(&vec![0; MIB]).await.unwrap();
    let answer = read_head(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: 2\r\n"), "{answer}");
    assert!(answer.contains("access-control-allow-origin: http://b\r\n"), "{answer}");
    client.write_all(&vec![0; 7 * MIB]).await.unwrap();
    client.write_all(b"GET /a HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(read_head(&mut client).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(receiver.next().await.method, "GET");
    let passed = gate.passed("/a");
    assert_eq!((passed[0].n_bytes, passed[0].is_ours, passed[1].is_ours), (8 << 20, true, false));
}

async fn read_head(client: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(client.read_u8().await.unwrap()));
    }
    head
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_come_as_the_seed_says() {
    let bursts = |seed| Bursts {
        seed,
        every: 2..5,
        length: 1..4,
        replies: vec![Reply::new(503).after(1), Reply::new(429)],
    };
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let (gate, _receiver) = gate().await;
        gate.bursts(bursts(seed));
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(post(&gate, "/", 10).await);
            let asked = send(gate.authority(), Method::GET, "/", &[], Bytes::new()).await;
            assert_eq!(asked.status(), 200, "only what has a body is turned away");
        }
        for status in [200, 429, 503] {
            assert!(statuses.contains(&status), "{statuses:?}");
        }
        gate.heal();
        assert_eq!(post(&gate, "/", 10).await, 200);
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_over_when_its_time_is() {
    let (gate, _receiver) = gate().await;
    let started = std::time::Instant::now();
    gate.outage(Reply::new(503), Duration::from_millis(50));
    assert_eq!(post(&gate, "/", 10).await, 503);
    while post(&gate, "/", 10).await == 503 {}
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_are_held_go_on_when_the_gate_is_healed() {
    let (gate, mut receiver) = gate().await;
    gate.hold(|request| request.path == "/held");
    let (status, ()) = tokio::join!(post(&gate, "/held", MIB), async {
        gate.until(|passed| passed.iter().any(|passed| passed.path == "/held")).await;
        assert_eq!(post(&gate, "/other", 1).await, 200);
        assert_eq!(receiver.next().await.body.len(), 1);
        gate.heal();
    });
    assert_eq!(status, 200);
    assert_eq!(receiver.next().await.body.len(), MIB);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_dropped_while_it_is_held_never_gets_to_the_server() {
    let (gate, mut receiver) = gate().await;
    gate.hold(|request| request.path == "/held");
    let mut client = TcpStream::connect(gate.authority()).await.unwrap();
    client.write_all(b"PUT /held HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody").await.unwrap();
    gate.until(|passed| passed.len() == 1).await;
    gate.drop_held();
    assert!(client.read(&mut [0; 1]).await.is_ok_and(|n_bytes| n_bytes == 0), "there is no answer");
    gate.heal();
    assert_eq!(post(&gate, "/held", 1).await, 200);
    assert_eq!(receiver.next().await.method, "POST");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_hears_all_of_a_body_before_it_answers() {
    let (gate, _receiver) = gate().await;
    gate.stand_in(
        |request| request.path.contains("/part"),
        |request| {
            Reply::json(&serde_json::json!({"length": request.n_bytes, "hashed": request.md5.is_some()}))
        },
    );
    let headers = [("content-length", "100000")];
    let body = Bytes::from(vec![0; 100_000]);
    let answer = send(gate.authority(), Method::POST, "/part?n=1", &headers, body).await;
    assert_eq!(answer.body().as_ref(), br#"{"hashed":true,"length":100000}"#);
    assert_eq!(post(&gate, "/other", 1).await, 200);
    assert_eq!(gate.passed("").iter().filter(|passed| passed.is_ours).count(), 1);
}
