//! Being told to stop.

use crate::trouble::{Exit, Trouble};

/// Ctrl-C, or the wish of a CI system that ends a job.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
}

impl Interrupts {
    /// Listens from now on: the system's own way to end the program is off.
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

    /// The next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        match &mut self.signals {
            Some((int, term)) => tokio::select! {
                _ = int.recv() => {}
                _ = term.recv() => {}
            },
            // Without signals the system ends us in its own way.
            None => std::future::pending().await,
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// What is said of it, where nothing has to be said of an upload.
pub(crate) fn trouble() -> Trouble {
    Trouble::new(Exit::Interrupted, "interrupted", "interrupted", "give the same command again")
}
