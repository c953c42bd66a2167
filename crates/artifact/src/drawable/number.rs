//! Decimal numbers out of text and into it, without the tables that exact conversion takes in Wasm.

/// Digits behind the point that are written: a hundred-thousandth of a path's unit is far below a pixel.
const DIGITS: usize = 5;

/// What a number may be at the most, either side of 0: nothing that is drawn lies as far.
pub(super) const MAX: f64 = 1e7;

/// Takes a number off the front of a text: `None` if there is none or if it is too large.
///
/// The grammar is SVG's `number` production with a sign: digits, a point, an exponent, at least one digit.
pub(super) fn take(text: &mut &[u8]) -> Option<f64> {
    let mut rest = *text;
    let is_negative = rest.first() == Some(&b'-');
    if let Some(b'-' | b'+') = rest.first() {
        rest = &rest[1..];
    }
    let (mut value, mut scale, mut n_digits) = (0.0, 1.0, 0);
    let mut is_fraction = false;
    while let Some((&byte, next)) = rest.split_first() {
        match byte {
            b'0'..=b'9' => {
                value = value * 10.0 + f64::from(byte - b'0');
                scale *= if is_fraction { 10.0 } else { 1.0 };
                n_digits += 1;
            }
            b'.' if !is_fraction => is_fraction = true,
            _ => break,
        }
        rest = next;
    }
    // A hundred digits are no coordinate, and 10 to their number would be no number.
    if n_digits == 0 || n_digits > 100 {
        return None;
    }
    let exponent = take_exponent(&mut rest)?;
    value = value / scale * power_of_ten(exponent);
    *text = rest;
    let value = if is_negative { -value } else { value };
    (value.abs() <= MAX).then_some(value)
}

/// Reads a text that is a number and nothing else but blanks around it.
pub(super) fn parse(text: &str) -> Option<f64> {
    let mut rest = text.trim_ascii().as_bytes();
    take(&mut rest).filter(|_| rest.is_empty())
}

/// Writes a number with at most five digits behind the point; one that is none, or is too large, as the nearest.
pub(super) fn write(out: &mut String, value: f64) {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-MAX, MAX) };
    let scaled = (value * 1e5).round() as i64;
    if scaled < 0 {
        out.push('-');
    }
    let digits = scaled.unsigned_abs();
    out.push_str(&(digits / 100_000).to_string());
    let fraction = (100_000 + digits % 100_000).to_string();
    let fraction = fraction.get(1..=DIGITS).unwrap_or_default().trim_end_matches('0');
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// 0 if there is no exponent, `None` if it is absurd. An `e` without digits is left where it is.
fn take_exponent(text: &mut &[u8]) -> Option<i32> {
    let Some((b'e' | b'E', mut rest)) = text.split_first() else { return Some(0) };
    let is_negative = rest.first() == Some(&b'-');
    if let Some(b'-' | b'+') = rest.first() {
        rest = &rest[1..];
    }
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(n_digits)?;
    if digits.is_empty() {
        return Some(0);
    }
    let exponent = digits.iter().try_fold(0_i32, |sum, byte| {
        Some(sum * 10 + i32::from(byte - b'0')).filter(|&exponent| exponent < 100)
    })?;
    *text = rest;
    Some(if is_negative { -exponent } else { exponent })
}

fn power_of_ten(exponent: i32) -> f64 {
    let power = (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
    if exponent < 0 { 1.0 / power } else { power }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: f64) -> String {
        let mut out = String::new();
        write(&mut out, value);
        out
    }

    #[test]
    fn numbers_are_read_as_svg_has_them() {
        let cases = [("0", 0.0), ("-1.5", -1.5), ("+.25", 0.25), ("7.", 7.0), ("12e-1", 1.2), ("1E2", 100.0)];
        for (text, value) in cases {
            assert!(parse(text).is_some_and(|parsed| (parsed - value).abs() < 1e-9), "{text}");
        }
        for text in
            ["", "-", ".", "1e", "e5", "0x1", "NaN", "inf", "1 2", "1e99", "99999999", &"9".repeat(200)]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_ends_where_the_next_begins() {
        let mut text = &b"1.5.25-3e1"[..];
        let numbers: Vec<_> = std::iter::from_fn(|| take(&mut text)).collect();
        assert_eq!(numbers, [1.5, 0.25, -30.0]);
    }

    #[test]
    fn numbers_are_written_short() {
        let cases = [
            (0.0, "0"),
            (-0.000_001, "0"),
            (1.5, "1.5"),
            (-12.000_04, "-12.00004"),
            (1.0 / 3.0, "0.33333"),
            (f64::INFINITY, "10000000"),
            (f64::NAN, "0"),
        ];
        for (value, text) in cases {
            assert_eq!(written(value), text);
        }
    }
}
