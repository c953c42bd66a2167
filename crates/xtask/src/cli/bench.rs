use lexopt::prelude::*;

use super::{HELP, Task};
use crate::bench::inspect;
use crate::bench::upload::{self, Choice};

type Result<T> = std::result::Result<T, lexopt::Error>;

/// Reads what comes after `bench`.
pub(super) fn task(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut task = Task::Bench;
    while let Some(arg) = parser.next()? {
        match (&mut task, arg) {
            (_, Short('h') | Long("help")) => return Ok(Task::Help(HELP)),
            (Task::Bench, Value(what)) => task = task_named(&what.string()?)?,
            (Task::BenchInspect { only }, Long("only")) => *only = Some(part(parser, &inspect::PARTS)?),
            (Task::BenchUpload(choice), Long("only")) => choice.only = Some(part(parser, &upload::PARTS)?),
            (Task::BenchUpload(choice), Long("runs")) => {
                choice.runs = Some(above_0(&parser.value()?.string()?)?);
            }
            (Task::BenchUpload(choice), Long("sizes")) => {
                choice.sizes = parser.value()?.string()?.split(',').map(above_0).collect::<Result<_>>()?;
            }
            (_, other) => return Err(other.unexpected()),
        }
    }
    Ok(task)
}

fn task_named(what: &str) -> Result<Task> {
    match what {
        "inspect" => Ok(Task::BenchInspect { only: None }),
        "service" => Ok(Task::BenchService),
        "sizes" => Ok(Task::BenchSizes),
        "upload" => Ok(Task::BenchUpload(Choice::default())),
        _ => Err(format!("expected inspect, service, sizes or upload, got {what}").into()),
    }
}

fn part(parser: &mut lexopt::Parser, parts: &[&str]) -> Result<String> {
    let part = parser.value()?.string()?;
    if parts.contains(&part.as_str()) {
        return Ok(part);
    }
    Err(format!("expected one of {}, got {part}", parts.join(", ")).into())
}

fn above_0(text: &str) -> Result<u32> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("expected a number above 0, got {text}").into())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn check(line: &str) -> crate::error::Result<Task> {
        crate::cli::parse(format!("xtask {line}").split_whitespace().map(OsString::from))
    }

    #[test]
    fn an_upload_bench_can_be_a_short_one() {
        assert_eq!(check("bench upload").unwrap(), Task::BenchUpload(Choice::default()));
        let short = Choice { only: Some("delay".to_owned()), runs: Some(1), sizes: vec![200, 1000] };
        let line = "bench upload --only delay --runs 1 --sizes 200,1000";
        assert_eq!(check(line).unwrap(), Task::BenchUpload(short));
        assert!(check("bench upload --only corpus").is_err());
        assert!(check("bench upload --runs 0").is_err());
        assert!(check("bench upload --sizes 200,x").is_err());
        assert!(check("bench --runs 1").is_err());
    }

    #[test]
    fn there_are_five_benches() {
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
}
