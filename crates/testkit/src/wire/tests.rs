use std::io::ErrorKind;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::*;

const MIB: u64 = 1 << 20;

/// A server that sends back whatever it gets; its `host:port`.
async fn echo() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    address
}

async fn wire(profile: Profile) -> Wire {
    Wire::start(&echo().await, 7, profile)
}

async fn connect(wire: &Wire) -> TcpStream {
    TcpStream::connect(wire.authority()).await.unwrap()
}

/// Sends that many bytes and reads what comes back, until the end or an error.
async fn converse(stream: TcpStream, n_bytes: u64) -> (u64, Option<ErrorKind>) {
    let (mut from, mut to) = stream.into_split();
    let sending = tokio::spawn(async move {
        let block = [b'x'; 64 * 1024];
        let mut left = n_bytes;
        while left > 0 {
            let now = left.min(block.len() as u64);
            to.write_all(&block[..now as usize]).await?;
            left -= now;
        }
        to.shutdown().await
    });
    let mut buffer = vec![0; 64 * 1024];
    let mut n_read = 0;
    let error = loop {
        match from.read(&mut buffer).await {
            Ok(0) => break None,
            Ok(n) => n_read += n as u64,
            Err(error) => break Some(error.kind()),
        }
    };
    // A socket tells of a reset once: to whichever side asks first.
    let sent = sending.await.unwrap();
    (n_read, error.or(sent.err().map(|error| error.kind())))
}

fn resetting() -> Profile {
    Profile { ends: vec![End::every(Strike::Reset, MIB..4 * MIB)], ..Profile::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_passes_and_is_counted() {
    let wire = wire(Profile::default()).await;
    assert_eq!(converse(connect(&wire).await, 32 * MIB + 1).await, (32 * MIB + 1, None));
    wire.until(|counts| counts.open == 0).await;
    let counts = wire.counts();
    assert_eq!((counts.connections, counts.bytes_up, counts.bytes_down), (1, 32 * MIB + 1, 32 * MIB + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_holds_for_each_way_and_for_connecting_and_limits_nothing_else() {
    let delay = Duration::from_millis(40);
    let wire = wire(Profile { delay, ..Profile::default() }).await;
    let mut stream = connect(&wire).await;
    for trips in [4, 2] {
        let started = Instant::now();
        stream.write_all(b"ping").await.unwrap();
        stream.read_exact(&mut [0; 4]).await.unwrap();
        assert!(started.elapsed() >= delay * trips, "{trips}: {:?}", started.elapsed());
    }
    assert_eq!(converse(stream, 64 * MIB).await, (64 * MIB, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_share_the_rate() {
    let wire = wire(Profile { rate: Some(8 * MIB), ..Profile::default() }).await;
    let started = Instant::now();
    let mut conversations = JoinSet::new();
    for _ in 0..4 {
        conversations.spawn(converse(connect(&wire).await, MIB));
    }
    assert!(conversations.join_all().await.iter().all(|outcome| *outcome == (MIB, None)));
    assert!(started.elapsed() >= Duration::from_millis(450), "{:?}", started.elapsed());
    wire.set(Profile::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_is_reset_after_bytes_that_the_seed_says() {
    let server = echo().await;
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let wire = Wire::start(&server, seed, resetting());
        let mut after = Vec::new();
        for _ in 0..3 {
            let before = wire.counts().bytes_up;
            let (_, error) = converse(connect(&wire).await, 5 * MIB).await;
            assert_eq!(error, Some(ErrorKind::ConnectionReset));
            after.push(wire.counts().bytes_up - before);
        }
        assert_eq!(wire.counts().resets, 3);
        assert!(after.iter().all(|n_bytes| (MIB..4 * MIB).contains(n_bytes)), "{after:?}");
        runs.push(after);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_falls_silent_stays_open_and_moves_nothing_until_it_is_reset() {
    let silent = End::every(Strike::Silence, 1000..1001);
    let wire = wire(Profile { ends: vec![silent], ..Profile::default() }).await;
    let mut stream = connect(&wire).await;
    stream.write_all(&[0; 900]).await.unwrap();
    stream.read_exact(&mut [0; 900]).await.unwrap();
    stream.write_all(&[0; 5000]).await.unwrap();
    wire.until(|counts| counts.silences == 1).await;
    let counts = wire.counts();
    assert_eq!((counts.bytes_up, counts.bytes_down, counts.open), (1000, 900, 1));
    assert_eq!(stream.try_read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::WouldBlock);
    wire.strike(Strike::Reset);
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_in_four_falls_silent() {
    let end = End { strike: Strike::Silence, after: 10..20, one_in: 4 };
    let wire = wire(Profile { ends: vec![end], ..Profile::default() }).await;
    let mut streams = JoinSet::new();
    for _ in 0..64 {
        streams.spawn(converse(connect(&wire).await, 100));
    }
    wire.until(|counts| counts.connections == 64 && counts.open == counts.silences).await;
    let silences = wire.counts().silences;
    assert!((8..=28).contains(&silences), "{silences} of 64");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_is_an_orderly_end_after_what_came_before_it() {
    let wire = wire(Profile::default()).await;
    wire.end_next(End::every(Strike::Cut, MIB..MIB + 1));
    assert_eq!(converse(connect(&wire).await, MIB - 1).await, (MIB - 1, None), "not yet");
    wire.end_next(End::every(Strike::Cut, MIB..MIB + 1));
    let (n_read, error) = converse(connect(&wire).await, 2 * MIB).await;
    assert!(n_read <= MIB && error.is_none(), "{n_read} {error:?}");
    assert_eq!(converse(connect(&wire).await, 2 * MIB).await, (2 * MIB, None), "only the next one");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_clients_get_in_again_when_it_is_over() {
    let wire = wire(Profile::default()).await;
    let mut before = connect(&wire).await;
    before.write_all(b"a").await.unwrap();
    before.read_exact(&mut [0]).await.unwrap();
    wire.set(Profile { is_refusing: true, ..Profile::default() });
    // The listener goes when its task has heard of it.
    loop {
        match TcpStream::connect(wire.authority()).await {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => break,
            _ => tokio::task::yield_now().await,
        }
    }
    before.write_all(b"b").await.unwrap();
    before.read_exact(&mut [0]).await.unwrap();
    wire.set(Profile::default());
    while TcpStream::connect(wire.authority()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn healed_before_they_were_struck_connections_live() {
    let wire = wire(resetting()).await;
    let mut stream = connect(&wire).await;
    stream.write_all(b"ping").await.unwrap();
    stream.read_exact(&mut [0; 4]).await.unwrap();
    wire.set(Profile::default());
    assert_eq!(converse(stream, 8 * MIB).await, (8 * MIB, None));
}
