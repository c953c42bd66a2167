//! Numbers, waits and messages as phrases and sentences.

use upload::Waiting;

/// `message` with a capital letter and a full stop, which messages of the other crates do without.
pub(crate) fn sentence(message: &str) -> String {
    let message = message.trim();
    let mut chars = message.chars();
    let Some(first) = chars.next() else { return String::new() };
    let mut sentence = first.to_ascii_uppercase().to_string() + chars.as_str();
    if !sentence.ends_with(['.', '!', '?', '…']) {
        sentence.push('.');
    }
    sentence
}

/// A length in bytes, in decimal units as browsers and stores show it.
pub(crate) fn bytes(n: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    // The next unit begins where one decimal of this one would round up to it: 999 950 is "1.0 MB".
    match UNITS.iter().find(|(unit, _)| n >= unit - unit / 20_000) {
        Some((unit, name)) => format!("{} {name}", one_decimal(n, *unit)),
        None if n == 1 => "1 byte".to_owned(),
        None => format!("{n} bytes"),
    }
}

/// Bytes sent of bytes to send, in megabytes.
pub(crate) fn megabytes_of(sent: u64, total: u64) -> String {
    format!("{} of {} MB", one_decimal(sent, 1_000_000), one_decimal(total, 1_000_000))
}

/// A speed.
pub(crate) fn speed(bytes_per_second: u64) -> String {
    format!("{} MB/s", one_decimal(bytes_per_second, 1_000_000))
}

/// `n` of `unit`, rounded to one decimal. In whole numbers: formatting others is much code, in a module that
/// the browser downloads before the user sees anything.
fn one_decimal(n: u64, unit: u64) -> String {
    let tenths = (n + unit / 20) / (unit / 10);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// How long something still takes.
pub(crate) fn time_left(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s left"),
        60..3600 => format!("{} min {} s left", seconds / 60, seconds % 60),
        _ => format!("{} h {} min left", seconds / 3600, seconds % 3600 / 60),
    }
}

/// How long ago something was.
pub(crate) fn ago(seconds: u64) -> String {
    let (n, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        _ => (seconds / 3600, "hour"),
    };
    // The server keeps uploads for a day.
    format!("{} ago", count(n as usize, unit))
}

/// What an upload waits for, as sentences.
pub(crate) fn waiting(waiting: &Waiting) -> String {
    let next = |seconds: u64| match seconds {
        0 => "trying now".to_owned(),
        seconds => format!("next try in {seconds} s"),
    };
    match waiting {
        Waiting::Retry { failures, seconds, reason } => {
            let failures = count(*failures as usize, "failure");
            format!("Retrying after {failures}: {reason}; {}.", next(*seconds))
        }
        Waiting::Network { seconds } => {
            format!(
                "The server cannot be reached; {}. The upload continues by itself, and nothing is lost.",
                next(*seconds)
            )
        }
        Waiting::Credentials => "Signing in again. The upload continues after that.".to_owned(),
    }
}

/// A URL of this service without its origin: behind the edge it is the page's own.
pub(crate) fn local_path(url: &str) -> String {
    let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    path.unwrap_or(url).to_owned()
}

/// `1 group`, `2 groups`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// Version and build number as release lists show them: `1.2 (34)`.
pub(crate) fn version(short: &str, build: &str) -> String {
    match (short, build) {
        ("", "") => "no version".to_owned(),
        ("", build) => format!("({build})"),
        (short, "") => short.to_owned(),
        (short, build) => format!("{short} ({build})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_a_sentence_once() {
        assert_eq!(sentence("the file is empty"), "The file is empty.");
        assert_eq!(sentence("Already one."), "Already one.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_length_never_shows_a_thousand_of_a_unit() {
        for (n, shown) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (4_200_000_000, "4.2 GB"),
        ] {
            assert_eq!(bytes(n), shown);
        }
    }

    #[test]
    fn time_left_has_at_most_two_units() {
        assert_eq!(time_left(59), "59 s left");
        assert_eq!(time_left(125), "2 min 5 s left");
        assert_eq!(time_left(3_700), "1 h 1 min left");
    }

    #[test]
    fn what_was_a_moment_ago_has_no_number() {
        for (seconds, shown) in
            [(59, "just now"), (60, "1 minute ago"), (300, "5 minutes ago"), (7_200, "2 hours ago")]
        {
            assert_eq!(ago(seconds), shown);
        }
    }

    #[test]
    fn a_wait_says_why_and_for_how_long() {
        let retry = Waiting::Retry { failures: 2, seconds: 3, reason: "the connection failed".to_owned() };
        assert_eq!(waiting(&retry), "Retrying after 2 failures: the connection failed; next try in 3 s.");
        assert!(waiting(&Waiting::Network { seconds: 0 }).contains("trying now"));
    }

    #[test]
    fn a_version_needs_no_build_number() {
        assert_eq!(version("1.2", "34"), "1.2 (34)");
        assert_eq!(version("1.2", ""), "1.2");
        assert_eq!(version("", "34"), "(34)");
    }
}
