//! The browsers that tests drive.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::process;
use crate::workspace::Workspace;

/// Which browsers a run of the tests is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrowserChoice {
    /// Chromium, and of the others those that are there.
    Installed,
    /// All three; those that are missing are installed.
    All,
}

/// The programs that drive browsers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Browsers {
    chromedriver: PathBuf,
    geckodriver: Option<PathBuf>,
    webkit: Option<WebKit>,
}

#[derive(Debug, PartialEq, Eq)]
struct WebKit {
    driver: PathBuf,
    mini_browser: PathBuf,
}

impl Browsers {
    /// Sets the variables by which tests find the browsers.
    pub(crate) fn set_variables(&self, tests: &mut Command) {
        let mut names = vec!["chromium"];
        tests.env("SLIPWAY_CHROMEDRIVER", &self.chromedriver);
        if let Some(geckodriver) = &self.geckodriver {
            names.push("firefox");
            tests.env("SLIPWAY_GECKODRIVER", geckodriver);
        }
        if let Some(webkit) = &self.webkit {
            names.push("webkit");
            tests.env("SLIPWAY_WEBKITDRIVER", &webkit.driver);
            tests.env("SLIPWAY_MINIBROWSER", &webkit.mini_browser);
        }
        tests.env("SLIPWAY_BROWSERS", names.join(","));
    }
}

/// Finds the browsers, and for `All` installs the missing ones where that is possible without asking.
pub(crate) fn ensure(workspace: &Workspace, choice: BrowserChoice) -> Result<Browsers> {
    let chromedriver = ensure_chromedriver()?;
    if choice == BrowserChoice::All {
        ensure_firefox(workspace)?;
        ensure_webkit()?;
    }
    Ok(Browsers { chromedriver, geckodriver: find_firefox(workspace), webkit: find_webkit() })
}

/// Finds chromedriver, or installs it with Chromium where that is possible without asking.
pub(crate) fn ensure_chromedriver() -> Result<PathBuf> {
    if let Some(driver) = env::var_os("CHROMEDRIVER") {
        return Ok(driver.into());
    }
    if let Some(driver) = find_chromedriver() {
        return Ok(driver);
    }
    let missing = || Error::Missing {
        what: "no Chromium with chromedriver on PATH".into(),
        fix: "install both (Debian: `apt-get install chromium chromium-driver`) or set CHROMEDRIVER".into(),
    };
    apt_get(&["chromium", "chromium-driver"], missing)?;
    find_chromedriver().ok_or_else(missing)
}

fn ensure_firefox(workspace: &Workspace) -> Result<()> {
    let missing = || Error::Missing {
        what: "no Firefox with geckodriver".into(),
        fix: "install both (Debian: `apt-get install firefox-esr`; `cargo install geckodriver --locked`)"
            .into(),
    };
    if find_firefox(workspace).is_some() {
        return Ok(());
    }
    if firefox().is_none() {
        apt_get(&["firefox-esr"], missing)?;
    }
    if find_geckodriver(workspace).is_none() {
        println!("installing geckodriver with cargo");
        let mut install = workspace.cargo();
        install
            .args(["install", "geckodriver", "--locked", "--debug", "--root"])
            .arg(tools_folder(workspace));
        // Beside the workspace's own, because its lock file is another.
        install.env("CARGO_TARGET_DIR", tools_folder(workspace).join("target"));
        process::run(&mut install)?;
    }
    find_firefox(workspace).map(drop).ok_or_else(missing)
}

fn ensure_webkit() -> Result<()> {
    let missing = || Error::Missing {
        what: "no WebKitGTK 4.1 with its driver, and Xvfb".into(),
        fix: "install them (Debian: `apt-get install webkit2gtk-driver xvfb`)".into(),
    };
    if find_webkit().is_some() {
        return Ok(());
    }
    apt_get(&["webkit2gtk-driver", "xvfb"], missing)?;
    find_webkit().map(drop).ok_or_else(missing)
}

/// chromedriver counts only with a browser beside it.
fn find_chromedriver() -> Option<PathBuf> {
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    browsers.into_iter().find_map(on_path)?;
    on_path("chromedriver")
}

/// geckodriver, with a browser beside it.
fn find_firefox(workspace: &Workspace) -> Option<PathBuf> {
    firefox()?;
    find_geckodriver(workspace)
}

/// By the name that geckodriver looks for.
fn firefox() -> Option<PathBuf> {
    on_path("firefox")
}

fn find_geckodriver(workspace: &Workspace) -> Option<PathBuf> {
    let installed = tools_folder(workspace).join("bin/geckodriver");
    on_path("geckodriver").or_else(|| installed.is_file().then_some(installed))
}

/// The driver and its browser, which is outside of PATH and needs a screen.
fn find_webkit() -> Option<WebKit> {
    on_path("Xvfb")?;
    let libraries = std::fs::read_dir("/usr/lib").ok()?.flatten();
    let mut programs = libraries.map(|library| library.path().join("webkit2gtk-4.1/MiniBrowser"));
    let mini_browser = programs.find(|program| program.is_file())?;
    Some(WebKit { driver: on_path("WebKitWebDriver")?, mini_browser })
}

fn tools_folder(workspace: &Workspace) -> PathBuf {
    workspace.built().join("tools")
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Installs packages as root on Debian; anywhere else they are missing.
fn apt_get(packages: &[&str], missing: impl FnOnce() -> Error) -> Result<()> {
    if !can_apt_get() {
        return Err(missing());
    }
    println!("installing {} with apt-get", packages.join(" and "));
    process::output(Command::new("apt-get").args(["update", "-qq"]))?;
    let mut install = Command::new("apt-get");
    install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
    process::output(install.env("DEBIAN_FRONTEND", "noninteractive")).map(drop)
}

fn can_apt_get() -> bool {
    let user = process::output(Command::new("id").arg("-u")).unwrap_or_default();
    user.trim() == "0" && Path::new("/etc/debian_version").exists() && on_path("apt-get").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(browsers: &Browsers) -> Vec<(String, String)> {
        let mut tests = Command::new("tests");
        browsers.set_variables(&mut tests);
        let text = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
        tests.get_envs().filter_map(|(name, value)| Some((text(name), text(value?)))).collect()
    }

    #[test]
    fn tests_get_the_browsers_that_are_there() {
        let alone = Browsers { chromedriver: "c".into(), geckodriver: None, webkit: None };
        let expected = [("SLIPWAY_BROWSERS", "chromium"), ("SLIPWAY_CHROMEDRIVER", "c")];
        assert_eq!(variables(&alone), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));

        let webkit = Some(WebKit { driver: "w".into(), mini_browser: "m".into() });
        let all = Browsers { geckodriver: Some("g".into()), webkit, ..alone };
        let variables = variables(&all);
        assert!(
            variables.contains(&("SLIPWAY_BROWSERS".into(), "chromium,firefox,webkit".into())),
            "{variables:?}"
        );
        assert!(variables.contains(&("SLIPWAY_MINIBROWSER".into(), "m".into())), "{variables:?}");
    }
}
