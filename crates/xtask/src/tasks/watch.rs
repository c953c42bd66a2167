//! Noticing that a source file changed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::error::Result;
use crate::files;
use crate::workspace::Workspace;

/// The folders hold some hundred files: asking each costs 2 ms and works on every system and file share.
const INTERVAL: Duration = Duration::from_millis(300);

/// The sources as they were when last looked at.
pub(crate) struct Sources {
    folders: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, Option<SystemTime>>,
}

impl Sources {
    pub(crate) fn of(workspace: &Workspace) -> Result<Self> {
        let folders = vec![workspace.root.join("crates"), workspace.root.join("www")];
        let mut sources = Self { folders, seen: BTreeMap::new() };
        sources.changed_files()?;
        Ok(sources)
    }

    /// Files that came, went or changed since the last call.
    pub(crate) fn changed_files(&mut self) -> Result<Vec<PathBuf>> {
        let mut now = BTreeMap::new();
        for folder in &self.folders {
            now.append(&mut files::list(folder)?);
        }
        let came_or_changed = now.iter().filter(|(path, time)| self.seen.get(*path) != Some(time));
        let went = self.seen.iter().filter(|(path, _)| !now.contains_key(*path));
        let changed = came_or_changed.chain(went).map(|(path, _)| path.clone()).collect();
        self.seen = now;
        Ok(changed)
    }

    /// Waits one interval, and longer while files go on changing: an editor or a checkout writes several.
    pub(crate) fn wait(&mut self) -> Result<Vec<PathBuf>> {
        thread::sleep(INTERVAL);
        let mut all = self.changed_files()?;
        while !all.is_empty() {
            thread::sleep(INTERVAL);
            let more = self.changed_files()?;
            if more.is_empty() {
                break;
            }
            all.extend(more);
        }
        Ok(all)
    }
}
