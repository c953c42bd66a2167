//! A reader's result for a package, and what it took.

use serde_json::Value;

/// The four facts that all readers find: id, version, build and label. Empty is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PackageFields(pub(crate) [String; 4]);

/// The facts' names, in their order.
pub(crate) const FACTS: [&str; 4] = ["id", "version", "build", "label"];

/// One file, read by one reader, once or several times.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The facts, or the reason for a failure.
    pub(crate) facts: Result<PackageFields, String>,
    /// Of each run inside the process or page, if the reader can repeat runs.
    pub(crate) seconds: Vec<f64>,
    /// Of the whole process.
    pub(crate) process_seconds: f64,
    /// Read calls and bytes of the first run, if they can be counted.
    pub(crate) reads: Option<(u64, u64)>,
    /// The most resident memory of the process, in KiB.
    pub(crate) peak_kb: u64,
    /// How much of it came with the reading, in KiB; of pages only.
    pub(crate) grown_kb: Option<u64>,
}

impl PackageFields {
    /// From the names that all peers' programs use.
    pub(crate) fn from_json(json: &Value) -> PackageFields {
        let fact = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        PackageFields(["identifier", "version", "build", "name"].map(fact))
    }

    /// From `aapt2 dump badging`.
    pub(crate) fn from_badging(text: &str) -> Option<PackageFields> {
        let line = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
        let package = line("package: ")?;
        let attribute = |of: &str, name: &str| {
            let rest = of.split_once(&format!("{name}='")).map_or("", |(_, rest)| rest);
            rest.split_once('\'').map_or("", |(value, _)| value).to_owned()
        };
        // A label may hold a quote; the line with the label alone ends with the closing one.
        let label = line("application-label:'").and_then(|rest| rest.strip_suffix('\'')).map(str::to_owned);
        let label = label.unwrap_or_else(|| attribute(line("application: ").unwrap_or_default(), "label"));
        let [id, version, build] =
            ["name", "versionName", "versionCode"].map(|name| attribute(package, name));
        Some(PackageFields([id, version, build, label]))
    }
}

impl Reading {
    /// A reading that failed.
    pub(crate) fn failed(reason: String) -> Reading {
        let facts = Err(reason);
        Reading { facts, seconds: Vec::new(), process_seconds: 0.0, reads: None, peak_kb: 0, grown_kb: None }
    }

    /// From the line that the programs around the peers print.
    pub(crate) fn from_line(json: &Value, process_seconds: f64, seen_peak_kb: u64) -> Reading {
        let facts = match json["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(PackageFields::from_json(json)),
        };
        let number = |key: &str| json[key].as_u64();
        let seconds = json["seconds"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        let reads = number("reads").zip(number("bytes"));
        let peak_kb = number("peak_kb").unwrap_or(seen_peak_kb);
        Reading { facts, seconds, process_seconds, reads, peak_kb, grown_kb: None }
    }
}

/// The median of the times; of an even number the later one.
pub(crate) fn median(times: &[f64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}
