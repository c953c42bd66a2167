//! Runs programs that may hang, print without end, or take all memory.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use testkit::processes;

/// How long a program may take: the slowest peer needs some seconds for a large package.
const MAX_TIME: Duration = Duration::from_secs(60);

/// Bytes that it may print. A peer prints some kilobytes; one wrote 43 GB of log about one small file.
const MAX_OUTPUT: u64 = 4 << 20;

/// Memory it may have, in KiB: 6 GiB.
const MAX_MEMORY_KB: u64 = 6 << 20;

/// How often its memory is measured. The time does not depend on it.
const LOOK: Duration = Duration::from_millis(2);

/// How a program ended.
pub(crate) struct ProcessOutput {
    /// Standard output, if it succeeded.
    pub(crate) output: Result<Vec<u8>, String>,
    /// From the start to the end.
    pub(crate) seconds: f64,
    /// The peak of the resident memory as measured; 0 for a program that was too quick.
    pub(crate) peak_kb: u64,
}

/// Runs a program within the limits. Standard error is dropped.
pub(crate) fn run(command: &mut Command) -> ProcessOutput {
    let started = Instant::now();
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let child = match spawned {
        Ok(child) => child,
        Err(error) => {
            let program = command.get_program().to_string_lossy();
            return ProcessOutput { output: Err(format!("{program}: {error}")), seconds: 0.0, peak_kb: 0 };
        }
    };
    let process = child.id();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // The receiver is gone if it took too long.
        let _ = sender.send(outcome(child));
    });
    let mut peak_kb = 0;
    let output = loop {
        match receiver.recv_timeout(LOOK) {
            Ok(outcome) => break outcome,
            Err(RecvTimeoutError::Disconnected) => break Err("its output ended oddly".into()),
            Err(RecvTimeoutError::Timeout) => {
                if let Err(limit) = look(process, started, &mut peak_kb) {
                    processes::kill_tree(process);
                    break Err(limit);
                }
            }
        }
    };
    ProcessOutput { output, seconds: started.elapsed().as_secs_f64(), peak_kb }
}

/// Waits for the end of its output, and for its own end, which may come much later.
fn outcome(mut child: Child) -> Result<Vec<u8>, String> {
    let stdout = child.stdout.take().ok_or("no standard output")?;
    let mut output = Vec::new();
    let read = stdout.take(MAX_OUTPUT + 1).read_to_end(&mut output);
    let is_too_long = output.len() as u64 > MAX_OUTPUT;
    if is_too_long || read.is_err() {
        // It may have ended by itself meanwhile.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    read.map_err(|error: io::Error| error.to_string())?;
    if is_too_long {
        return Err(format!("printed more than {MAX_OUTPUT} bytes"));
    }
    if status.success() { Ok(output) } else { Err(status.to_string()) }
}

fn look(process: u32, started: Instant, peak_kb: &mut u64) -> Result<(), String> {
    *peak_kb = (*peak_kb).max(self::peak_kb(process).unwrap_or(0));
    if *peak_kb > MAX_MEMORY_KB {
        return Err(format!("took more than {MAX_MEMORY_KB} KiB of memory"));
    }
    if started.elapsed() > MAX_TIME {
        return Err(format!("still running after {} s", MAX_TIME.as_secs()));
    }
    Ok(())
}

/// The most resident memory that a process has had so far, in KiB (`VmHWM`).
pub(crate) fn peak_kb(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
