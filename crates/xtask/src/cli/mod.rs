//! The command line.

mod bench;

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;

use crate::bench::upload::Choice;
use crate::build::wasm::Profile;
use crate::error::{Error, Result};
use crate::stack::database::{DEVELOPER, Database};
use crate::stack::{DEFAULT_DATA, StackConfig};
use crate::tasks::bootstrap::Owner;
use crate::tools::browser::BrowserChoice;

const HELP: &str = "\
cargo xtask <task>

  dev    build everything, run it on this machine, rebuild what changes
           --port N     port of the portal (8787)
           --data DIR   where apps, releases, e-mails and keys are kept (.slipway)
           --hooks-to URL  gets all webhooks in place of their own addresses, such as http://127.0.0.1:9000
  build  build everything as it is shipped, into target/slipway
           --dev        quicker and larger, as `dev` builds it
  test   run every check
           --only STEP  run one of them
           --browsers all  upload from Firefox and WebKit as well, and install what is missing for it; without it
                        from those that are there
           --list       name them
  bench  build everything as it is shipped, print its sizes, and upload 200 MB on loopback
           sizes        only build and print the sizes
           service      list, get and create over 10 000 releases of 1 000 apps
           inspect      read packages, compared with other readers, natively and in Chromium
             --only PART  chromium, sizes (chromium and natively) or corpus
           upload       upload, compared with Uppy, tus and curl, near, far and over a faulty network; an hour
             --only PART  plain, delay, faults, hash or memory
             --runs N     counted runs of each (5)
             --sizes MB   megabytes of the packages (200,1000)

  bootstrap  make the account that owns a new installation, and show its API token, once
           --name NAME, --email EMAIL
           --remote     at Cloudflare, by the account that wrangler is signed in to; else on this machine
           --data DIR   as above
  token  show a new API token of an account, once
           --name NAME  the account (developer)
           --remote, --data DIR as above

  serve  run what is built, without watching; ends with its standard input
           --port N, --data DIR, --hooks-to URL as above; port 0 takes a free one
           --upload-lifetime MS  how long an unfinished upload is kept (24 h)
           --no-build   do not check whether something changed";

/// One task with its settings.
#[derive(Debug, PartialEq)]
pub(crate) enum Task {
    Help(&'static str),
    Dev(StackConfig),
    Serve { config: StackConfig, build: bool },
    Bootstrap { database: Database, owner: Owner },
    Token { database: Database, account: String },
    Build(Profile),
    Test { only: Option<String>, browsers: BrowserChoice },
    Bench,
    BenchSizes,
    BenchService,
    BenchInspect { only: Option<String> },
    BenchUpload(Choice),
}

/// Reads the arguments, of which the first is the program's own name.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Task> {
    parse_args(&mut lexopt::Parser::from_iter(args)).map_err(|error| Error::Usage(error.to_string()))
}

fn parse_args(parser: &mut lexopt::Parser) -> std::result::Result<Task, lexopt::Error> {
    let name = match parser.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Task::Help(HELP)),
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected()),
    };
    match name.as_str() {
        "bootstrap" | "token" => return account_task(&name, parser),
        "bench" => return bench::task(parser),
        _ => {}
    }
    let mut config =
        StackConfig { port: 8787, data: PathBuf::from(DEFAULT_DATA), hooks_to: None, upload_lifetime: None };
    let mut build = true;
    let mut profile = Profile::Release;
    let mut only = None;
    let mut browsers = BrowserChoice::Installed;
    while let Some(arg) = parser.next()? {
        match (name.as_str(), arg) {
            (_, Short('h') | Long("help")) => return Ok(Task::Help(HELP)),
            ("dev" | "serve", Long("port")) => config.port = parser.value()?.parse()?,
            ("dev" | "serve", Long("data")) => config.data = parser.value()?.into(),
            ("dev" | "serve", Long("hooks-to")) => config.hooks_to = Some(parser.value()?.string()?),
            ("serve", Long("upload-lifetime")) => config.upload_lifetime = Some(parser.value()?.parse()?),
            ("serve", Long("no-build")) => build = false,
            ("build", Long("dev")) => profile = Profile::Dev,
            ("test", Long("only")) => only = Some(parser.value()?.string()?),
            ("test", Long("browsers")) => browsers = browser_choice(parser)?,
            ("test", Long("list")) => return Ok(Task::Help(crate::tasks::test::STEP_NAMES)),
            (_, other) => return Err(other.unexpected()),
        }
    }
    match name.as_str() {
        "dev" => Ok(Task::Dev(config)),
        "serve" => Ok(Task::Serve { config, build }),
        "build" => Ok(Task::Build(profile)),
        "test" => Ok(Task::Test { only, browsers }),
        _ => Err(format!("expected dev, build, test, bench, bootstrap or token, got {name}").into()),
    }
}

/// `bootstrap` and `token`.
fn account_task(task: &str, parser: &mut lexopt::Parser) -> std::result::Result<Task, lexopt::Error> {
    let (mut name, mut email, mut data, mut is_remote) = (None, None, None, false);
    while let Some(arg) = parser.next()? {
        match (task, arg) {
            (_, Short('h') | Long("help")) => return Ok(Task::Help(HELP)),
            (_, Long("name")) => name = Some(parser.value()?.string()?),
            ("bootstrap", Long("email")) => email = Some(parser.value()?.string()?),
            (_, Long("data")) => data = Some(PathBuf::from(parser.value()?)),
            (_, Long("remote")) => is_remote = true,
            (_, other) => return Err(other.unexpected()),
        }
    }
    let database = match (is_remote, data) {
        (true, Some(_)) => return Err("expected --remote or --data, got both".into()),
        (true, None) => Database::Remote,
        (false, data) => Database::Local(data.unwrap_or_else(|| DEFAULT_DATA.into())),
    };
    match (task, name, email) {
        ("token", name, _) => Ok(Task::Token { database, account: name.unwrap_or_else(|| DEVELOPER.into()) }),
        (_, Some(name), Some(email)) => Ok(Task::Bootstrap { database, owner: Owner::parse(&name, &email)? }),
        _ => Err("expected the owner's --name and --email".into()),
    }
}

/// The browsers of `test`.
fn browser_choice(parser: &mut lexopt::Parser) -> std::result::Result<BrowserChoice, lexopt::Error> {
    match parser.value()?.string()?.as_str() {
        "all" => Ok(BrowserChoice::All),
        other => Err(format!("expected all, got {other}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Task> {
        parse(format!("xtask {line}").split_whitespace().map(OsString::from))
    }

    #[test]
    fn no_task_is_a_question_for_help() {
        assert_eq!(check("").unwrap(), Task::Help(HELP));
        assert_eq!(check("dev --help").unwrap(), Task::Help(HELP));
    }

    #[test]
    fn dev_takes_a_port_and_a_folder() {
        let config = StackConfig { port: 9000, data: "x".into(), hooks_to: None, upload_lifetime: None };
        assert_eq!(check("dev --port 9000 --data x").unwrap(), Task::Dev(config));
    }

    #[test]
    fn webhooks_can_be_sent_to_one_address() {
        let line = "dev --hooks-to http://127.0.0.1:9000";
        let hooks_to = Some("http://127.0.0.1:9000".to_owned());
        assert_eq!(
            check(line).unwrap(),
            Task::Dev(StackConfig { port: 8787, data: DEFAULT_DATA.into(), hooks_to, upload_lifetime: None })
        );
    }

    #[test]
    fn tests_run_in_the_browsers_that_are_there_or_in_all() {
        let found = Task::Test { only: None, browsers: BrowserChoice::Installed };
        assert_eq!(check("test").unwrap(), found);
        let all = Task::Test { only: Some("uploads".into()), browsers: BrowserChoice::All };
        assert_eq!(check("test --only uploads --browsers all").unwrap(), all);
        assert!(check("test --browsers some").is_err());
        assert!(check("build --browsers all").is_err());
    }

    #[test]
    fn an_installation_gets_an_owner_here_or_at_cloudflare() {
        let owner = Owner::parse("ann", "ann@example.com").unwrap();
        let line = "bootstrap --name ann --email ann@example.com";
        let local = Task::Bootstrap { database: Database::Local(DEFAULT_DATA.into()), owner: owner.clone() };
        assert_eq!(check(line).unwrap(), local);
        let remote = Task::Bootstrap { database: Database::Remote, owner };
        assert_eq!(check(&format!("{line} --remote")).unwrap(), remote);
        assert!(check(&format!("{line} --remote --data x")).is_err());
        assert!(check("bootstrap --name ann").is_err(), "the address is needed");
        assert!(check("bootstrap --name ann --email nowhere").is_err());
    }

    #[test]
    fn a_token_is_for_the_developer_unless_said_otherwise() {
        let account = |line| match check(line).unwrap() {
            Task::Token { account, .. } => account,
            other => panic!("{other:?}"),
        };
        assert_eq!(account("token"), "developer");
        assert_eq!(account("token --name ann --data x"), "ann");
        assert!(check("token --email ann@example.com").is_err());
    }

    #[test]
    fn an_option_of_another_task_is_refused() {
        assert!(check("build --port 9000").is_err());
        assert!(check("deploy").is_err());
    }
}
