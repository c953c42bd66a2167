//! Ctrl-C.

use crate::error::{CliError, ExitReason};

/// Ctrl-C, and the signal by which CI systems end a job.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
}

impl Interrupts {
    /// Listens from now on. The signals no longer end the process by themselves.
    pub(crate) fn listen() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let int = signal(SignalKind::interrupt());
            let signals = int.and_then(|int| Ok((int, signal(SignalKind::terminate())?)));
            Self { signals: signals.ok() }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Waits for the next interrupt.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        match &mut self.signals {
            Some((int, term)) => tokio::select! {
                _ = int.recv() => {}
                _ = term.recv() => {}
            },
            // Where signals cannot be handled, they end the process.
            None => std::future::pending().await,
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// The error of a command that was interrupted. An upload has its own, which says how far it got.
pub(crate) fn interrupted_error() -> CliError {
    let (title, message) = ("Interrupted by Ctrl-C", "the command was interrupted");
    CliError::new(ExitReason::Interrupted, "interrupted", title, message, "run the same command again")
}
