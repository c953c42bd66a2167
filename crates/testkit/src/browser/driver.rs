//! Starts the programs that control browsers over WebDriver.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::interval;

use super::{BrowserKind, TIMEOUT_MS};
use crate::processes::descendants;

/// How many attempts a driver gets that ends before it prints its port, because another program took the port.
const ATTEMPTS: usize = 10;

/// A running driver. It ends when dropped, with all processes that it has started.
pub(super) struct Driver {
    pub(super) process: Child,
    pub(super) port: String,
    /// The screen of a browser that needs one.
    _screen: Option<Child>,
}

impl Driver {
    pub(super) async fn start(kind: BrowserKind) -> Driver {
        for _ in 0..ATTEMPTS {
            let started = match kind {
                BrowserKind::Chromium => chromedriver().await,
                BrowserKind::Firefox => geckodriver().await,
                BrowserKind::WebKit => webkit_driver().await,
            };
            if let Some(driver) = started {
                return driver;
            }
        }
        panic!("the driver of {kind:?} ended {ATTEMPTS} times before it listened");
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A driver that is killed leaves its browser running, which would never end after a failed test.
        let started = self.process.id().map(descendants).unwrap_or_default();
        let started = started.iter().map(|(id, _)| id.to_string());
        let _ = self.process.start_kill();
        let _ = std::process::Command::new("kill").arg("-KILL").args(started).stderr(Stdio::null()).status();
    }
}

/// What a new window of that browser must be.
pub(super) fn capabilities(kind: BrowserKind) -> Map<String, Value> {
    let (name, options) = match kind {
        BrowserKind::Chromium => ("goog:chromeOptions", json!({"args": CHROMIUM_ARGS})),
        BrowserKind::Firefox => {
            ("moz:firefoxOptions", json!({"args": ["-headless", "-width", "1280", "-height", "900"]}))
        }
        BrowserKind::WebKit => {
            ("webkitgtk:browserOptions", json!({"binary": mini_browser(), "args": ["--automation"]}))
        }
    };
    let mut capabilities = Map::new();
    capabilities.insert(name.into(), options);
    capabilities.insert("timeouts".into(), json!({"script": TIMEOUT_MS}));
    capabilities.insert("unhandledPromptBehavior".into(), "accept".into());
    capabilities
}

const CHROMIUM_ARGS: [&str; 9] = [
    "--headless",
    // Chromium refuses its sandbox to root, and tests in containers run as root.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// It looks for a port that is free for IPv4 and then takes it for IPv6 too; when another program has taken that one,
/// it ends at once.
async fn chromedriver() -> Option<Driver> {
    let mut process = spawn(program("SLIPWAY_CHROMEDRIVER", "chromedriver").arg("--port=0"));
    let port = printed_after(process.stdout.take(), "successfully on port ").await?;
    Some(Driver { process, port: port.trim_end_matches('.').to_owned(), _screen: None })
}

async fn geckodriver() -> Option<Driver> {
    let mut driver = program("SLIPWAY_GECKODRIVER", "geckodriver");
    let mut process = spawn(driver.args(["--port=0", "--websocket-port=0"]));
    let port = printed_after(process.stdout.take(), "Listening on 127.0.0.1:").await?;
    Some(Driver { process, port, _screen: None })
}

/// It chooses no port by itself, does not print when it listens, and its browser has no headless mode.
async fn webkit_driver() -> Option<Driver> {
    let mut screen = Command::new("Xvfb");
    let mut screen = spawn(screen.args(["-displayfd", "1", "-screen", "0", "1280x900x24"]));
    let display = printed_after(screen.stdout.take(), "").await?;
    let port = free_port().await;
    let mut driver = program("SLIPWAY_WEBKITDRIVER", "WebKitWebDriver");
    let mut process = spawn(driver.arg(format!("--port={port}")).env("DISPLAY", format!(":{display}")));
    let mut ticks = interval(Duration::from_millis(20));
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if process.try_wait().ok()?.is_some() {
            return None;
        }
        ticks.tick().await;
    }
    Some(Driver { process, port: port.to_string(), _screen: Some(screen) })
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

/// The program that the variable names, or else the one on `PATH`.
fn program(variable: &str, name: &str) -> Command {
    Command::new(std::env::var_os(variable).unwrap_or_else(|| name.into()))
}

fn spawn(command: &mut Command) -> Child {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn();
    child.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

/// What a program prints after a text, once it does; nothing if it ends first.
async fn printed_after(
    output: Option<impl AsyncRead + Unpin + Send + 'static>,
    text: &str,
) -> Option<String> {
    let mut lines = BufReader::new(output?).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, value)) = line.split_once(text) {
            let value = value.trim().to_owned();
            // Later output must be read, too, or the program would block.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(value);
        }
    }
    None
}

/// The small browser that comes with `WebKitGTK`, outside of `PATH`.
fn mini_browser() -> PathBuf {
    if let Some(program) = std::env::var_os("SLIPWAY_MINIBROWSER") {
        return program.into();
    }
    let libraries = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let programs = libraries.map(|library| library.path().join("webkit2gtk-4.1/MiniBrowser"));
    programs.into_iter().find(|program| program.is_file()).expect("WebKitGTK 4.1 is installed")
}
