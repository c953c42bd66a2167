//! One connection: both directions, and its fault.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;

use super::pipe::{Direction, Interruption, Pipe};
use super::{FaultKind, NetworkState, PlannedFault};

/// Carries the bytes of both sides until both have ended, or the connection has its fault.
pub(super) async fn carry(mut client: TcpStream, shared: Arc<NetworkState>, fault: Option<PlannedFault>) {
    let mut now = shared.now.subscribe();
    match TcpStream::connect(&shared.target).await {
        Ok(mut server) => {
            // Nagle's algorithm would add a delay that the profile does not have.
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let interruption = carry_both_ways(&mut client, &mut server, &shared, fault, &mut now).await;
            end(client, server, interruption, &shared, now).await;
        }
        Err(_) => reset(&client),
    }
    shared.count(|counts| counts.open -= 1);
}

async fn carry_both_ways(
    client: &mut TcpStream,
    server: &mut TcpStream,
    shared: &NetworkState,
    fault: Option<PlannedFault>,
    now: &mut watch::Receiver<Option<FaultKind>>,
) -> Option<Interruption> {
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let up = async {
        // SYN and SYN-ACK; for the client on this machine the connection is established at once.
        let delay = shared.profile.borrow().1.delay;
        if !delay.is_zero() {
            sleep(delay * 2).await;
        }
        Pipe { shared, direction: Direction::ToServer, fault }.carry(from_client, to_server).await
    };
    let down = Pipe { shared, direction: Direction::ToClient, fault: None }.carry(from_server, to_client);
    tokio::select! {
        both = async { tokio::try_join!(up, down) } => both.err(),
        kind = next_fault(now) => Some(Interruption::Fault(kind)),
    }
}

async fn end(
    mut client: TcpStream,
    mut server: TcpStream,
    interruption: Option<Interruption>,
    shared: &NetworkState,
    mut now: watch::Receiver<Option<FaultKind>>,
) {
    let mut kind = match interruption {
        None => return,
        Some(Interruption::ConnectionLost) => return [&client, &server].into_iter().for_each(reset),
        Some(Interruption::Fault(kind)) => kind,
    };
    while kind == FaultKind::Stall {
        shared.count(|counts| counts.stalls += 1);
        kind = next_fault(&mut now).await;
    }
    if kind == FaultKind::Reset {
        shared.count(|counts| counts.resets += 1);
        return [&client, &server].into_iter().for_each(reset);
    }
    shared.count(|counts| counts.closes += 1);
    tokio::join!(finish(&mut client), finish(&mut server));
}

async fn next_fault(now: &mut watch::Receiver<Option<FaultKind>>) -> FaultKind {
    loop {
        // The sender ends with the network, and this connection with it.
        if now.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        if let Some(kind) = *now.borrow_and_update() {
            return kind;
        }
    }
}

/// Makes the socket send RST in place of FIN when it is closed.
fn reset(stream: &TcpStream) {
    // A socket that its own side has reset already takes no options, and needs none.
    let _ = stream.set_zero_linger();
}

/// Sends FIN and reads the other side to its end: a socket that is closed with unread bytes would send RST.
async fn finish(stream: &mut TcpStream) {
    let mut unread = vec![0; 64 * 1024];
    if stream.shutdown().await.is_ok() {
        while stream.read(&mut unread).await.is_ok_and(|n_bytes| n_bytes > 0) {}
    }
}
