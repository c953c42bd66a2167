//! Slipway's command line, as a script calls it.

use std::path::PathBuf;
use std::process::{Command as Ask, Stdio};
use std::time::{Duration, Instant};

use testkit::TempFolder;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use super::UploadRun;
use crate::environment::Environment;
use crate::outcome::{UploadError, UploadResult};
use crate::servers::Slipway;

/// Its line for the phase `Preparing`.
const BEGINS: &str = "preparing the upload";

/// Its line for the phase `Finishing`: the server has confirmed every chunk.
const CONFIRMED: &str = "completing the upload";

/// How long the server may take to make the release.
const MAX_TIME_TO_PROCESS: Duration = Duration::from_mins(2);

/// The program.
pub(super) struct CommandLine {
    program: PathBuf,
}

impl CommandLine {
    /// Finds the program, if it is built and can upload.
    pub(super) fn find(environment: &Environment) -> Result<CommandLine, String> {
        let program = environment.cli.clone();
        match Ask::new(&program).args(["distribute", "release", "--help"]).output() {
            Err(error) => Err(format!("{}: {error}", program.display())),
            Ok(response) if !response.status.success() => {
                Err("this `slipway` does not upload yet".to_owned())
            }
            Ok(_) => Ok(CommandLine { program }),
        }
    }

    /// Timed as the portal: by the lines for its phases.
    pub(super) async fn upload(&self, run: &UploadRun<'_>) -> Result<UploadResult, UploadError> {
        // A home folder of its own: it must keep nothing from one run to the next.
        let home = TempFolder::new("bench-home");
        let mut command = Command::new(&self.program);
        command
            .args(["distribute", "release", "--app", &Slipway::app(), "--group", "Collaborators", "--silent"])
            .args(["--server", &format!("http://{}", run.authority), "--file"])
            .arg(&run.payload.path)
            .env("SLIPWAY_TOKEN", run.servers.slipway.token())
            .env("HOME", home.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_STATE_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| UploadError::Failed(error.to_string()))?;
        let mut output = BufReader::new(child.stderr.take().expect("its standard error is piped")).lines();
        let confirmed = timeout(run.limit, until_confirmed(&mut output)).await;
        let seconds = confirmed.map_err(|_| UploadError::TimedOut(run.limit))??;
        let ended = timeout(MAX_TIME_TO_PROCESS, to_the_end(&mut child, &mut output)).await;
        ended.map_err(|_| UploadError::TimedOut(MAX_TIME_TO_PROCESS))??;
        Ok(UploadResult { seconds, stored: String::new() })
    }
}

type OutputLines = Lines<BufReader<ChildStderr>>;

/// The seconds between both lines.
async fn until_confirmed(output: &mut OutputLines) -> Result<f64, UploadError> {
    let (mut started, mut last) = (Instant::now(), String::new());
    while let Ok(Some(line)) = output.next_line().await {
        if line.ends_with(BEGINS) {
            started = Instant::now();
        }
        if line.ends_with(CONFIRMED) {
            return Ok(started.elapsed().as_secs_f64());
        }
        last = line;
    }
    Err(UploadError::Failed(last.chars().take(200).collect()))
}

/// Waits until the release is made and distributed.
async fn to_the_end(child: &mut Child, output: &mut OutputLines) -> Result<(), UploadError> {
    let mut last = String::new();
    while let Ok(Some(line)) = output.next_line().await {
        last = line;
    }
    match child.wait().await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(UploadError::Failed(format!("{status}: {}", last.chars().take(200).collect::<String>())))
        }
        Err(error) => Err(UploadError::Failed(error.to_string())),
    }
}
