//! Processes and their memory, as Linux's `/proc` shows them.

use std::process::{Command, Stdio};

/// All processes below a process, with their arguments.
pub fn descendants(process: u32) -> Vec<(u32, String)> {
    let mut all: Vec<(u32, u32)> = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name in parentheses may hold anything; state and parent come after it.
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
        all.extend(parent.map(|parent| (id, parent)));
    }
    let mut found = vec![process];
    let mut at = 0;
    while let Some(&parent) = found.get(at) {
        found.extend(all.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        at += 1;
    }
    let arguments = |id: u32| {
        let bytes = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace('\0', " ")
    };
    found.into_iter().skip(1).map(|id| (id, arguments(id))).collect()
}

/// Memory that a process has for itself, in KiB: its own pages and its share of those that others have too (`Pss`). 0
/// for one that has ended.
pub fn memory_kb(process: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Kills a process with all that it has started.
pub fn kill_tree(process: u32) {
    let ids = descendants(process).into_iter().map(|(id, _)| id).chain([process]);
    let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
    // Some may have ended meanwhile.
    let _ = Command::new("kill").arg("-KILL").args(ids).stderr(Stdio::null()).status();
}
