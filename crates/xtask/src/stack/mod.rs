//! Both Workers in one workerd on this machine, with D1, R2, Queues and Durable Objects kept in a folder.
//!
//! - here: starting and ending wrangler, which runs workerd;
//! - `database`: the D1 database, here or at Cloudflare, and `sql` for its statements;
//! - `secrets`: the keys of a stack; `api_token`: new API tokens;
//! - `emails`: what the service sends is kept as files.

pub(crate) mod api_token;
pub(crate) mod database;
mod emails;
pub(crate) mod secrets;
pub(crate) mod sql;

use std::fs::{self, File};
use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::process;
use crate::tools::npm;
use crate::workspace::Workspace;
use api_token::ApiToken;
use database::DEVELOPER;
use emails::{EmailLog, SavedEmail};
use secrets::Secrets;

/// Runs wrangler for as long as this process runs, see the file.
const SUPERVISE: &str = include_str!("../js/supervise.mjs");

/// workerd starts in 4 s on two cores; a machine that compiles at the same time needs more.
const START_LIMIT: Duration = Duration::from_secs(90);

/// Where a stack keeps its data unless told otherwise, relative to the project's root.
pub(crate) const DEFAULT_DATA: &str = ".slipway";

/// Where a stack listens and keeps its data.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StackConfig {
    /// The edge's port on 127.0.0.1; 0 takes a free one.
    pub(crate) port: u16,
    /// Relative to the project's root.
    pub(crate) data: PathBuf,
    /// What gets all webhooks in place of their own addresses, which lead away from this machine.
    pub(crate) hooks_to: Option<String>,
    /// How long an unfinished upload is kept, in milliseconds; as at Cloudflare if absent.
    pub(crate) upload_lifetime: Option<u32>,
}

/// A running stack. Ends when dropped, and when this process ends in any way.
pub(crate) struct Stack {
    pub(crate) url: String,
    /// For the developer's command line, if the data are new: only its hash is stored.
    pub(crate) first_token: Option<ApiToken>,
    supervisor: Child,
    /// Closing it ends wrangler.
    supervisor_stdin: Option<ChildStdin>,
}

impl Stack {
    /// Brings the database up to date, starts what is built and waits until it answers.
    pub(crate) fn start(workspace: &Workspace, config: &StackConfig) -> Result<Self> {
        let data = workspace.root.join(&config.data);
        let secrets = Secrets::load_or_make(&data)?;
        let first_token = database::prepare(workspace, &data, &secrets)?;
        let port = if config.port == 0 { free_port()? } else { config.port };
        ensure_free(port)?;
        let mut command = supervised_wrangler(workspace, config, &data, port, &secrets);
        let mut child = command.spawn().map_err(process::start_error(&command))?;
        let supervisor_stdin = child.stdin.take();
        let log = data.join("wrangler.log");
        let file = File::create(&log).map_err(Error::file("create", &log))?;
        if let Some(output) = child.stdout.take() {
            let file = file.try_clone().map_err(Error::file("write", &log))?;
            let emails = EmailLog::new(data.join("mail"));
            thread::spawn(move || follow(BufReader::new(output), file, emails));
        }
        if let Some(output) = child.stderr.take() {
            let emails = EmailLog::new(data.join("mail"));
            thread::spawn(move || follow(BufReader::new(output), file, emails));
        }
        let url = format!("http://127.0.0.1:{port}");
        let mut stack = Self { url, first_token, supervisor: child, supervisor_stdin };
        stack.wait_until_it_answers(port, &log)?;
        Ok(stack)
    }

    /// Whether wrangler has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.supervisor.try_wait(), Ok(None))
    }

    fn wait_until_it_answers(&mut self, port: u16, log: &Path) -> Result<()> {
        let started = Instant::now();
        while !answers(port) {
            if self.has_ended() {
                let log_text = fs::read_to_string(log).unwrap_or_default();
                eprint!("{log_text}");
                return Err(stack_error("the local stack ended before it answered", log));
            }
            if started.elapsed() > START_LIMIT {
                return Err(stack_error("the local stack does not answer", log));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        drop(self.supervisor_stdin.take());
        let _ = self.supervisor.wait();
    }
}

fn supervised_wrangler(
    workspace: &Workspace,
    config: &StackConfig,
    data: &Path,
    port: u16,
    secrets: &Secrets,
) -> Command {
    let mut command = npm::tool(workspace, "node");
    command
        .args(["--input-type=module", "--eval", SUPERVISE, "--", "wrangler", "dev"])
        .args(["-c", "wrangler.toml", "-c", "crates/worker/wrangler.toml"])
        .args(["--ip", "127.0.0.1", "--port", &port.to_string(), "--inspector-port", "0"])
        .args(["--show-interactive-dev-session=false", "--var", &format!("DEV_ACCOUNT:{DEVELOPER}")])
        .arg("--persist-to")
        .arg(data.join("state"))
        // What wrangler records of every call, in a database of its own, takes longer than most calls themselves.
        .env("X_LOCAL_OBSERVABILITY", "false")
        // Other stacks on this machine use the same names.
        .env("WRANGLER_REGISTRY_PATH", data.join("registry"))
        // Each Worker takes from its surroundings the secrets that its wrangler.toml lists in [secrets], and no other.
        .env("SLIPWAY_API_TOKEN", &secrets.api_token)
        .env("SESSION_KEY", &secrets.session_key)
        .env("SIGNING_KEY", &secrets.signing_key)
        // So it does with what it lists in [vars], and `--var` is for the first Worker only.
        .env("HOOKS_TO", config.hooks_to.as_deref().unwrap_or_default())
        .env("UPLOAD_LIFETIME_MS", config.upload_lifetime.map(|ms| ms.to_string()).unwrap_or_default())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Whatever ends our process group, Ctrl-C or worse, must leave the supervisor alive to clean up.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Copies wrangler's output to its log, and its errors to the terminal. Names the e-mails there too.
fn follow(output: impl std::io::BufRead, mut log: File, mut emails: EmailLog) {
    let mut is_error = false;
    for line in output.lines().map_while(std::result::Result::ok) {
        let _ = writeln!(log, "{line}");
        match emails.take(&line) {
            None => {}
            Some(Ok(SavedEmail { to, path })) => println!("e-mail to {to}: {}", path.display()),
            Some(Err(error)) => error.report(),
        }
        is_error = line.contains("[ERROR]") || (is_error && !line.trim().is_empty());
        if is_error {
            eprintln!("{line}");
        }
    }
}

/// Whether the portal's page comes.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let request = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let mut status = [0; "HTTP/1.1 200".len()];
    // A stack that takes the connection and does not respond is asked again.
    let exchange = stream.set_read_timeout(Some(Duration::from_secs(10))).and_then(|()| {
        stream.write_all(request.as_bytes())?;
        stream.read_exact(&mut status)
    });
    exchange.is_ok() && &status == b"HTTP/1.1 200"
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| Error::Stack {
        what: format!("no free port on 127.0.0.1: {error}"),
        fix: "name one with --port".into(),
    })
}

pub(crate) fn ensure_free(port: u16) -> Result<()> {
    TcpListener::bind(("127.0.0.1", port)).map(drop).map_err(|error| Error::Stack {
        what: format!("cannot listen on port {port}: {error}"),
        fix: "end what uses it, or choose another with --port".into(),
    })
}

fn stack_error(what: &str, log: &Path) -> Error {
    Error::Stack { what: what.into(), fix: format!("read {}", log.display()) }
}
