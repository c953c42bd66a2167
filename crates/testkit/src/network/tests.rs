use std::io::ErrorKind;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::*;

const MIB: u64 = 1 << 20;

/// A server that sends back all that it gets; its `host:port`.
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

async fn network(profile: NetworkProfile) -> FaultyNetwork {
    FaultyNetwork::start(&echo().await, 7, profile)
}

async fn connect(network: &FaultyNetwork) -> TcpStream {
    TcpStream::connect(network.authority()).await.unwrap()
}

/// Sends that many bytes and reads what comes back, until the end or an error.
async fn exchange(stream: TcpStream, n_bytes: u64) -> (u64, Option<ErrorKind>) {
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
    // A socket reports a reset once: to the half that is used first.
    let sent = sending.await.unwrap();
    (n_read, error.or(sent.err().map(|error| error.kind())))
}

fn resetting() -> NetworkProfile {
    NetworkProfile {
        faults: vec![ConnectionFault::every(FaultKind::Reset, MIB..4 * MIB)],
        ..NetworkProfile::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_bytes_pass_and_are_counted() {
    let network = network(NetworkProfile::default()).await;
    assert_eq!(exchange(connect(&network).await, 32 * MIB + 1).await, (32 * MIB + 1, None));
    network.wait_until(|counts| counts.open == 0).await;
    let counts = network.counts();
    assert_eq!((counts.connections, counts.bytes_up, counts.bytes_down), (1, 32 * MIB + 1, 32 * MIB + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_holds_in_each_direction_and_while_connecting_and_limits_no_rate() {
    let delay = Duration::from_millis(40);
    let network = network(NetworkProfile { delay, ..NetworkProfile::default() }).await;
    let mut stream = connect(&network).await;
    for trips in [4, 2] {
        let started = Instant::now();
        stream.write_all(b"ping").await.unwrap();
        stream.read_exact(&mut [0; 4]).await.unwrap();
        assert!(started.elapsed() >= delay * trips, "{trips}: {:?}", started.elapsed());
    }
    assert_eq!(exchange(stream, 64 * MIB).await, (64 * MIB, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_share_the_rate() {
    let network = network(NetworkProfile { rate: Some(8 * MIB), ..NetworkProfile::default() }).await;
    let started = Instant::now();
    let mut exchanges = JoinSet::new();
    for _ in 0..4 {
        exchanges.spawn(exchange(connect(&network).await, MIB));
    }
    assert!(exchanges.join_all().await.iter().all(|outcome| *outcome == (MIB, None)));
    assert!(started.elapsed() >= Duration::from_millis(450), "{:?}", started.elapsed());
    network.set_profile(NetworkProfile::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_is_reset_after_a_number_of_bytes_that_the_seed_determines() {
    let server = echo().await;
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let network = FaultyNetwork::start(&server, seed, resetting());
        let mut after = Vec::new();
        for _ in 0..3 {
            let before = network.counts().bytes_up;
            let (_, error) = exchange(connect(&network).await, 5 * MIB).await;
            assert_eq!(error, Some(ErrorKind::ConnectionReset));
            after.push(network.counts().bytes_up - before);
        }
        assert_eq!(network.counts().resets, 3);
        assert!(after.iter().all(|n_bytes| (MIB..4 * MIB).contains(n_bytes)), "{after:?}");
        runs.push(after);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_connection_stays_open_and_moves_no_byte_until_it_is_reset() {
    let stall = ConnectionFault::every(FaultKind::Stall, 1000..1001);
    let network = network(NetworkProfile { faults: vec![stall], ..NetworkProfile::default() }).await;
    let mut stream = connect(&network).await;
    stream.write_all(&[0; 900]).await.unwrap();
    stream.read_exact(&mut [0; 900]).await.unwrap();
    stream.write_all(&[0; 5000]).await.unwrap();
    network.wait_until(|counts| counts.stalls == 1).await;
    let counts = network.counts();
    assert_eq!((counts.bytes_up, counts.bytes_down, counts.open), (1000, 900, 1));
    assert_eq!(stream.try_read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::WouldBlock);
    network.fail_open(FaultKind::Reset);
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_in_four_stalls() {
    let fault = ConnectionFault { kind: FaultKind::Stall, after: 10..20, one_in: 4 };
    let network = network(NetworkProfile { faults: vec![fault], ..NetworkProfile::default() }).await;
    let mut streams = JoinSet::new();
    for _ in 0..64 {
        streams.spawn(exchange(connect(&network).await, 100));
    }
    network.wait_until(|counts| counts.connections == 64 && counts.open == counts.stalls).await;
    let stalls = network.counts().stalls;
    assert!((8..=28).contains(&stalls), "{stalls} of 64");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_is_an_orderly_end_after_the_bytes_before_it() {
    let network = network(NetworkProfile::default()).await;
    network.fail_next(ConnectionFault::every(FaultKind::Close, MIB..MIB + 1));
    assert_eq!(exchange(connect(&network).await, MIB - 1).await, (MIB - 1, None), "not yet");
    network.fail_next(ConnectionFault::every(FaultKind::Close, MIB..MIB + 1));
    let (n_read, error) = exchange(connect(&network).await, 2 * MIB).await;
    assert!(n_read <= MIB && error.is_none(), "{n_read} {error:?}");
    assert_eq!(exchange(connect(&network).await, 2 * MIB).await, (2 * MIB, None), "only the next one");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_were_refused_connect_again_when_the_network_accepts() {
    let network = network(NetworkProfile::default()).await;
    let mut before = connect(&network).await;
    before.write_all(b"a").await.unwrap();
    before.read_exact(&mut [0]).await.unwrap();
    network.set_profile(NetworkProfile { is_refusing: true, ..NetworkProfile::default() });
    // The listener closes when its task has seen the new profile.
    loop {
        match TcpStream::connect(network.authority()).await {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => break,
            _ => tokio::task::yield_now().await,
        }
    }
    before.write_all(b"b").await.unwrap();
    before.read_exact(&mut [0]).await.unwrap();
    network.set_profile(NetworkProfile::default());
    while TcpStream::connect(network.authority()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_fault_is_called_off_stays_open() {
    let network = network(resetting()).await;
    let mut stream = connect(&network).await;
    stream.write_all(b"ping").await.unwrap();
    stream.read_exact(&mut [0; 4]).await.unwrap();
    network.set_profile(NetworkProfile::default());
    assert_eq!(exchange(stream, 8 * MIB).await, (8 * MIB, None));
}
