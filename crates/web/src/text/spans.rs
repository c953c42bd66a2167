//! What is inside a message or a fact: code, times, and where a long name may break.

/// A piece of a message or a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextSpan<'a> {
    /// As it is.
    Text(&'a str),
    /// What stands between backticks.
    Code(&'a str),
    /// An RFC 3339 time in UTC.
    Time(&'a str),
}

/// The pieces of a message of this project, in which backticks enclose what a package or a file says.
pub(crate) fn of_message(message: &str) -> Vec<TextSpan<'_>> {
    let mut spans = Vec::new();
    let mut rest = message;
    while let Some((before, behind)) = rest.split_once('`') {
        let Some((code, behind)) = behind.split_once('`') else { break };
        spans.extend(of_fact(before));
        spans.push(TextSpan::Code(code));
        rest = behind;
    }
    spans.extend(of_fact(rest));
    spans
}

/// The pieces of a fact, in which a backtick has no meaning.
pub(crate) fn of_fact(fact: &str) -> Vec<TextSpan<'_>> {
    let mut spans = Vec::new();
    let mut text_start = 0;
    let mut word_start = 0;
    for word in fact.split_inclusive(' ') {
        let time = word.trim_end_matches([' ', ',', '.', ':', ';', ')']);
        if is_time(time) {
            spans.push(TextSpan::Text(&fact[text_start..word_start]));
            spans.push(TextSpan::Time(time));
            text_start = word_start + time.len();
        }
        word_start += word.len();
    }
    spans.push(TextSpan::Text(&fact[text_start..]));
    spans.retain(|span| *span != TextSpan::Text(""));
    spans
}

/// `2026-11-21T10:00:00Z`, perhaps with a fraction of a second.
fn is_time(word: &str) -> bool {
    const PATTERN: &[u8] = b"0000-00-00T00:00:00";
    let (head, tail) = word.as_bytes().split_at(word.len().min(PATTERN.len()));
    let fits = |(byte, pattern): (&u8, &u8)| {
        if *pattern == b'0' { byte.is_ascii_digit() } else { byte == pattern }
    };
    head.len() == PATTERN.len() && head.iter().zip(PATTERN).all(fits) && tail.ends_with(b"Z")
}

/// The pieces of `text` between which a line may break: after dots, underscores, slashes and hyphens of a long word. A
/// browser would otherwise break a long name anywhere.
pub(crate) fn breakable(text: &str) -> Vec<&str> {
    /// Characters that fit any line.
    const LONG: usize = 16;
    let mut pieces = Vec::new();
    for word in text.split_inclusive(' ') {
        if word.chars().count() < LONG {
            pieces.push(word);
        } else {
            pieces.extend(word.split_inclusive(['.', '_', '/', '-']));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use TextSpan::{Code, Text, Time};

    #[test]
    fn code_in_a_message_is_a_span_of_its_own() {
        assert_eq!(
            of_message("Set `a.b` in `c`."),
            [Text("Set "), Code("a.b"), Text(" in "), Code("c"), Text(".")]
        );
        assert_eq!(of_message("`a`"), [Code("a")]);
    }

    #[test]
    fn a_lone_backtick_is_text() {
        assert_eq!(of_message("it`s"), [Text("it`s")]);
        assert_eq!(of_fact("`a`"), [Text("`a`")]);
    }

    #[test]
    fn a_time_is_found_among_words() {
        let until = "until 2030-01-02T03:04:05Z.";
        assert_eq!(of_fact(until), [Text("until "), Time("2030-01-02T03:04:05Z"), Text(".")]);
        assert_eq!(of_fact("2030-01-02T03:04:05.678Z"), [Time("2030-01-02T03:04:05.678Z")]);
        for text in ["2030-01-02", "2030-01-02T03:04", "ä030-01-02T03:04:05Z", ""] {
            assert!(!of_fact(text).iter().any(|span| matches!(span, Time(_))), "{text}");
        }
    }

    #[test]
    fn a_long_name_breaks_at_its_dots_and_underscores_only() {
        let name = "android.permission.READ_PHONE, a.b";
        assert_eq!(breakable(name), ["android.", "permission.", "READ_", "PHONE, ", "a.b"]);
        assert_eq!(breakable(name).concat(), name);
    }
}
