//! Path data: read by a strict grammar into commands and numbers, and written anew from those.

use crate::encoding::decimal;

/// Path data, written anew.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PathData(String);

/// A letter of SVG's path grammar, upper case absolute, lower case relative.
type Command = u8;

impl PathData {
    /// Reads SVG's path grammar as Android does: flags of an arc are numbers like the others.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let mut out = String::new();
        skip_blanks(&mut rest);
        while let Some((&command, next)) = rest.split_first() {
            let arity = arity(command)?;
            rest = next;
            if out.is_empty() && !matches!(command, b'M' | b'm') {
                return None;
            }
            let numbers = take_numbers(&mut rest)?;
            let is_whole = match arity {
                0 => numbers.is_empty(),
                arity => !numbers.is_empty() && numbers.len() % arity == 0,
            };
            if !is_whole {
                return None;
            }
            write(&mut out, command, &numbers);
        }
        Some(Self(out))
    }

    /// The grammar that was read: letters, numbers and blanks.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is drawn.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn write(out: &mut String, command: Command, numbers: &[f64]) {
    out.push(char::from(command));
    for (at, number) in numbers.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let is_flag = matches!(command, b'A' | b'a') && matches!(at % 7, 3 | 4);
        decimal::write(out, if is_flag { f64::from(*number != 0.0) } else { *number });
    }
}

/// How many numbers a command takes at a time.
fn arity(command: Command) -> Option<usize> {
    Some(match command.to_ascii_uppercase() {
        b'Z' => 0,
        b'H' | b'V' => 1,
        b'M' | b'L' | b'T' => 2,
        b'S' | b'Q' => 4,
        b'C' => 6,
        b'A' => 7,
        _ => return None,
    })
}

/// The numbers up to the next command or the end.
fn take_numbers(rest: &mut &[u8]) -> Option<Vec<f64>> {
    let mut numbers = Vec::new();
    loop {
        skip_blanks(rest);
        match rest.first() {
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => numbers.push(decimal::take(rest)?),
            _ => return Some(numbers),
        }
        skip_blanks(rest);
        if rest.first() == Some(&b',') {
            *rest = &rest[1..];
        }
    }
}

fn skip_blanks(rest: &mut &[u8]) {
    *rest = rest.trim_ascii_start();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Option<String> {
        Some(PathData::parse(text)?.as_str().to_owned())
    }

    #[test]
    fn a_path_is_written_as_it_was_meant() {
        let cases = [
            ("", ""),
            (" M10,20 L 3-4z ", "M10 20L3 -4z"),
            ("m.5.5h1v-1Z", "m0.5 0.5h1v-1Z"),
            ("M0 0C1,2,3,4,5,6 1 2 3 4 5 6", "M0 0C1 2 3 4 5 6 1 2 3 4 5 6"),
            ("M0,0a1,1 0,1,0 2,2", "M0 0a1 1 0 1 0 2 2"),
            ("M0 0A1 1 0 0.2 7 3 4", "M0 0A1 1 0 1 1 3 4"),
            ("M1e1 1\n\tL2 2", "M10 1L2 2"),
        ];
        for (text, expected) in cases {
            assert_eq!(written(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_path() {
        let cases = [
            "L1 1",
            "M1",
            "M1 1 2",
            "M1 1 z 5",
            "M1 1X2",
            "M1 1\"/><script>",
            "M1 1 &lt;",
            "M1;1",
            "M1 1,,2 2L",
            "M1e99 1",
            "M NaN 1",
            "M1 1 h",
            "url(#a)",
            "M0 0é",
        ];
        for text in cases {
            assert_eq!(written(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_holds_nothing_but_numbers_and_letters() {
        let long = format!("M0 0{}", "c1.5-2.25,3 4,5 6s1 2 3 4q1 2 3 4t1 2l.1.2".repeat(300));
        let written = written(&long).unwrap_or_default();
        assert!(written.len() > 1000);
        assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" .-".contains(&byte)));
    }
}
