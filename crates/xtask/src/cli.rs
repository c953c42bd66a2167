//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;

use crate::bench::inspect;
use crate::error::{Error, Result};
use crate::stack::StackConfig;
use crate::wasm::Profile;

const HELP: &str = "\
cargo xtask <task>

  dev    build everything, run it on this machine, rebuild what changes
           --port N     port of the portal (8787)
           --data DIR   where apps, releases and keys are kept (.slipway)
  build  build everything as it is shipped, into target/slipway
           --dev        quicker and larger, as `dev` builds it
  test   run every check
           --only STEP  run one of them
           --list       name them
  bench  build everything as it is shipped, print its sizes, and upload against curl
           sizes        only build and print the sizes
           service      list, get and create over 10 000 releases of 1 000 apps
           inspect      read packages against others who do, natively and in Chromium
             --only PART  chromium, sizes (chromium and natively) or corpus

  serve  run what is built, without watching; ends with its standard input
           --port N, --data DIR as above; port 0 takes a free one
           --no-build   do not look whether something changed";

/// One task with its settings.
#[derive(Debug, PartialEq)]
pub(crate) enum Task {
    Help(&'static str),
    Dev(StackConfig),
    Serve { config: StackConfig, build: bool },
    Build(Profile),
    Test { only: Option<String> },
    Bench,
    BenchSizes,
    BenchService,
    BenchInspect { only: Option<String> },
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
    let mut config = StackConfig { port: 8787, data: PathBuf::from(".slipway") };
    let mut build = true;
    let mut profile = Profile::Release;
    let mut only = None;
    let mut bench = Task::Bench;
    while let Some(arg) = parser.next()? {
        match (name.as_str(), arg) {
            (_, Short('h') | Long("help")) => return Ok(Task::Help(HELP)),
            ("dev" | "serve", Long("port")) => config.port = parser.value()?.parse()?,
            ("dev" | "serve", Long("data")) => config.data = parser.value()?.into(),
            ("serve", Long("no-build")) => build = false,
            ("build", Long("dev")) => profile = Profile::Dev,
            ("bench", Value(what)) if what == "inspect" => bench = Task::BenchInspect { only: None },
            ("bench", Value(what)) if what == "sizes" => bench = Task::BenchSizes,
            ("bench", Value(what)) if what == "service" => bench = Task::BenchService,
            ("bench", Long("only")) if matches!(bench, Task::BenchInspect { .. }) => {
                bench = Task::BenchInspect { only: Some(part(parser)?) };
            }
            ("test", Long("only")) => only = Some(parser.value()?.string()?),
            ("test", Long("list")) => return Ok(Task::Help(crate::test::STEP_NAMES)),
            (_, other) => return Err(other.unexpected()),
        }
    }
    match name.as_str() {
        "dev" => Ok(Task::Dev(config)),
        "serve" => Ok(Task::Serve { config, build }),
        "build" => Ok(Task::Build(profile)),
        "test" => Ok(Task::Test { only }),
        "bench" => Ok(bench),
        _ => Err(format!("expected dev, build, test or bench, got {name}").into()),
    }
}

/// A part of `bench inspect`.
fn part(parser: &mut lexopt::Parser) -> std::result::Result<String, lexopt::Error> {
    let part = parser.value()?.string()?;
    if inspect::PARTS.contains(&part.as_str()) {
        return Ok(part);
    }
    Err(format!("expected one of {}, got {part}", inspect::PARTS.join(", ")).into())
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
        let config = StackConfig { port: 9000, data: "x".into() };
        assert_eq!(check("dev --port 9000 --data x").unwrap(), Task::Dev(config));
    }

    #[test]
    fn there_are_four_benches() {
        assert_eq!(check("bench").unwrap(), Task::Bench);
        assert_eq!(check("bench inspect").unwrap(), Task::BenchInspect { only: None });
        let only = Some("corpus".to_owned());
        assert_eq!(check("bench inspect --only corpus").unwrap(), Task::BenchInspect { only });
        assert!(check("bench inspect --only half").is_err());
        assert!(check("bench --only corpus").is_err());
        assert_eq!(check("bench sizes").unwrap(), Task::BenchSizes);
        assert_eq!(check("bench service").unwrap(), Task::BenchService);
        assert!(check("bench everything").is_err());
    }

    #[test]
    fn an_option_of_another_task_is_refused() {
        assert!(check("build --port 9000").is_err());
        assert!(check("deploy").is_err());
    }
}
