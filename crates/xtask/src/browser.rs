//! The browser that the end-to-end tests drive.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::run;

/// Finds chromedriver, or installs it with Chromium where that is possible without asking.
pub(crate) fn ensure_chromedriver() -> Result<PathBuf> {
    if let Some(driver) = env::var_os("CHROMEDRIVER") {
        return Ok(driver.into());
    }
    if let Some(driver) = find() {
        return Ok(driver);
    }
    if !can_apt_get() {
        return Err(missing());
    }
    println!("installing chromium and chromium-driver with apt-get");
    run::output(Command::new("apt-get").args(["update", "-qq"]))?;
    run::output(
        Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver"])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    find().ok_or_else(missing)
}

/// chromedriver counts only with a browser beside it.
fn find() -> Option<PathBuf> {
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    browsers.into_iter().find_map(on_path)?;
    on_path("chromedriver")
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

fn can_apt_get() -> bool {
    let user = run::output(Command::new("id").arg("-u")).unwrap_or_default();
    user.trim() == "0" && Path::new("/etc/debian_version").exists() && on_path("apt-get").is_some()
}

fn missing() -> Error {
    Error::Missing {
        what: "no Chromium with chromedriver on PATH".into(),
        fix: "install both (Debian: `apt-get install chromium chromium-driver`) or set CHROMEDRIVER".into(),
    }
}
