//! Slipway's command line, as a script calls it.

use std::path::PathBuf;
use std::process::{Command as Ask, Stdio};
use std::time::{Duration, Instant};

use testkit::TempFolder;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use super::Turn;
use crate::attempt::{Trouble, Uploaded};
use crate::environment::Environment;
use crate::stores::Slipway;

/// What it says when it tells the server what is to come.
const BEGINS: &str = "announcing the file";

/// What it says when the server has confirmed every part.
const CONFIRMED: &str = "finishing the file";

/// How long the rest may take: the release that is made of the package.
const TO_PROCESS: Duration = Duration::from_mins(2);

/// The program.
pub(super) struct CommandLine {
    program: PathBuf,
}

impl CommandLine {
    /// If it is built and knows how to upload.
    pub(super) fn find(environment: &Environment) -> Result<CommandLine, String> {
        let program = environment.cli.clone();
        match Ask::new(&program).args(["distribute", "release", "--help"]).output() {
            Err(error) => Err(format!("{}: {error}", program.display())),
            Ok(answer) if !answer.status.success() => Err("this `slipway` does not upload yet".to_owned()),
            Ok(_) => Ok(CommandLine { program }),
        }
    }

    /// Timed as the portal: by what it says of its phases.
    pub(super) async fn upload(&self, turn: &Turn<'_>) -> Result<Uploaded, Trouble> {
        // It must remember nothing from one turn to the next.
        let home = TempFolder::new("bench-home");
        let mut command = Command::new(&self.program);
        command
            .args(["distribute", "release", "--app", &Slipway::app(), "--group", "Collaborators", "--silent"])
            .args(["--server", &format!("http://{}", turn.authority), "--file"])
            .arg(&turn.payload.path)
            .env("SLIPWAY_TOKEN", turn.stores.slipway.token())
            .env("HOME", home.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_STATE_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| Trouble::Fails(error.to_string()))?;
        let mut said = BufReader::new(child.stderr.take().expect("its standard error is piped")).lines();
        let confirmed = timeout(turn.limit, until_confirmed(&mut said)).await;
        let seconds = confirmed.map_err(|_| Trouble::Hangs(turn.limit))??;
        let ended = timeout(TO_PROCESS, to_the_end(&mut child, &mut said)).await;
        ended.map_err(|_| Trouble::Hangs(TO_PROCESS))??;
        Ok(Uploaded { seconds, stored: String::new() })
    }
}

type Said = Lines<BufReader<ChildStderr>>;

/// The seconds from one of the two words to the other.
async fn until_confirmed(said: &mut Said) -> Result<f64, Trouble> {
    let (mut begun, mut last) = (Instant::now(), String::new());
    while let Ok(Some(line)) = said.next_line().await {
        if line.ends_with(BEGINS) {
            begun = Instant::now();
        }
        if line.ends_with(CONFIRMED) {
            return Ok(begun.elapsed().as_secs_f64());
        }
        last = line;
    }
    Err(Trouble::Fails(last.chars().take(200).collect()))
}

/// Until the release is made and distributed.
async fn to_the_end(child: &mut Child, said: &mut Said) -> Result<(), Trouble> {
    let mut last = String::new();
    while let Ok(Some(line)) = said.next_line().await {
        last = line;
    }
    match child.wait().await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(Trouble::Fails(format!("{status}: {}", last.chars().take(200).collect::<String>())))
        }
        Err(error) => Err(Trouble::Fails(error.to_string())),
    }
}
