//! The command-line options.

use std::str::FromStr;

/// Counted runs of each client, after a warm-up.
const RUNS: usize = 5;

/// Bytes of padding in the packages, in MB.
const SIZES: [u64; 2] = [200, 1000];

/// A part of the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All clients on plain loopback.
    Plain,
    /// All clients over a network with delay and a limited rate.
    Delay,
    /// Clients that can resume, over a network with faults.
    Faults,
    /// MD5 in Chromium.
    Hash,
    /// Memory of Chromium while it uploads.
    Memory,
}

/// All parts, in the order in which they are measured.
const PARTS: [(&str, Part); 5] = [
    ("hash", Part::Hash),
    ("memory", Part::Memory),
    ("plain", Part::Plain),
    ("delay", Part::Delay),
    ("faults", Part::Faults),
];

impl FromStr for Part {
    type Err = String;

    fn from_str(name: &str) -> Result<Part, String> {
        let part = PARTS.into_iter().find(|(known, _)| *known == name).map(|(_, part)| part);
        part.ok_or_else(|| format!("expected plain, delay, faults, hash or memory, got {name}"))
    }
}

/// The arguments: `--only PART`, `--runs N`, `--sizes MB[,MB]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) parts: Vec<Part>,
    pub(crate) runs: usize,
    pub(crate) sizes: Vec<u64>,
}

impl Options {
    /// Reads the arguments without the program's own name.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
        let parts = PARTS.map(|(_, part)| part).to_vec();
        let mut options = Options { parts, runs: RUNS, sizes: SIZES.to_vec() };
        while let Some(name) = args.next() {
            let value = args.next().ok_or_else(|| format!("expected a value after {name}"))?;
            match name.as_str() {
                "--only" => options.parts = vec![value.parse()?],
                "--runs" => options.runs = number(&value)?,
                "--sizes" => options.sizes = value.split(',').map(number).collect::<Result<_, _>>()?,
                _ => return Err(format!("expected --only, --runs or --sizes, got {name}")),
            }
        }
        Ok(options)
    }
}

/// A number above 0.
fn number<T: FromStr + Default + PartialEq>(text: &str) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| *number != T::default());
    number.ok_or_else(|| format!("expected a number above 0, got {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_parts_are_measured_by_default() {
        let all = Options { parts: PARTS.map(|(_, part)| part).to_vec(), runs: 5, sizes: vec![200, 1000] };
        assert_eq!(check(""), Ok(all));
    }

    #[test]
    fn a_part_the_runs_and_the_sizes_can_be_chosen() {
        let quick = Options { parts: vec![Part::Delay], runs: 1, sizes: vec![200] };
        assert_eq!(check("--only delay --runs 1 --sizes 200"), Ok(quick));
        assert!(check("--only half").is_err());
        assert!(check("--runs 0").is_err());
        assert!(check("--sizes").is_err());
    }
}
