//! One connection: both directions, and what becomes of it.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;

use super::line::{Broken, Line, Way};
use super::{Fate, Shared, Strike};

/// Carries what both sides say until both are done, or something happens to the connection.
pub(super) async fn carry(mut client: TcpStream, shared: Arc<Shared>, fate: Option<Fate>) {
    let mut strikes = shared.strikes.subscribe();
    match TcpStream::connect(&shared.target).await {
        Ok(mut server) => {
            // Neither side may wait for what the other's system holds back.
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let broken = pass(&mut client, &mut server, &shared, fate, &mut strikes).await;
            end(client, server, broken, &shared, strikes).await;
        }
        Err(_) => reset(&client),
    }
    shared.count(|counts| counts.open -= 1);
}

async fn pass(
    client: &mut TcpStream,
    server: &mut TcpStream,
    shared: &Shared,
    fate: Option<Fate>,
    strikes: &mut watch::Receiver<Option<Strike>>,
) -> Option<Broken> {
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let up = async {
        // SYN and its answer; to the client on this machine the connection seems to be there at once.
        let delay = shared.profile.borrow().1.delay;
        if !delay.is_zero() {
            sleep(delay * 2).await;
        }
        Line { shared, way: Way::Up, fate }.carry(from_client, to_server).await
    };
    let down = Line { shared, way: Way::Down, fate: None }.carry(from_server, to_client);
    tokio::select! {
        both = async { tokio::try_join!(up, down) } => both.err(),
        strike = next_strike(strikes) => Some(Broken::Struck(strike)),
    }
}

async fn end(
    mut client: TcpStream,
    mut server: TcpStream,
    broken: Option<Broken>,
    shared: &Shared,
    mut strikes: watch::Receiver<Option<Strike>>,
) {
    let mut strike = match broken {
        None => return,
        Some(Broken::Lost) => return [&client, &server].into_iter().for_each(reset),
        Some(Broken::Struck(strike)) => strike,
    };
    while strike == Strike::Silence {
        shared.count(|counts| counts.silences += 1);
        strike = next_strike(&mut strikes).await;
    }
    if strike == Strike::Reset {
        shared.count(|counts| counts.resets += 1);
        return [&client, &server].into_iter().for_each(reset);
    }
    shared.count(|counts| counts.cuts += 1);
    tokio::join!(finish(&mut client), finish(&mut server));
}

async fn next_strike(strikes: &mut watch::Receiver<Option<Strike>>) -> Strike {
    loop {
        // The sender is as old as the wire.
        if strikes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        if let Some(strike) = *strikes.borrow_and_update() {
            return strike;
        }
    }
}

/// Lets the socket send RST in place of FIN when it is closed.
fn reset(stream: &TcpStream) {
    // A socket that its own side has reset already takes no options, and needs none.
    let _ = stream.set_zero_linger();
}

/// Says that nothing more comes, and hears the other side out: closed with unread bytes, a socket would send RST.
async fn finish(stream: &mut TcpStream) {
    let mut heard = vec![0; 64 * 1024];
    if stream.shutdown().await.is_ok() {
        while stream.read(&mut heard).await.is_ok_and(|n_bytes| n_bytes > 0) {}
    }
}
