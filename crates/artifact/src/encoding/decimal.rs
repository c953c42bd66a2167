//! Decimal numbers, parsed and written without the tables that exact conversion adds to a Wasm module.

/// Digits after the point that are written: a hundred-thousandth of a path's unit is far below a pixel.
const DIGITS: usize = 5;

/// The largest magnitude of a coordinate. No drawing has points as far away.
pub(crate) const MAX: f64 = 1e7;

/// Parses a number at the beginning of a text and removes it: `None` if there is none or it is too large.
///
/// The grammar is SVG's `number` production with a sign: digits, a point, an exponent, at least one digit.
pub(crate) fn take(text: &mut &[u8]) -> Option<f64> {
    let mut rest = *text;
    let value = take_any(&mut rest).filter(|value| value.abs() <= MAX)?;
    *text = rest;
    Some(value)
}

/// As [`take`], however large it is.
fn take_any(text: &mut &[u8]) -> Option<f64> {
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
    // 10 to the power of several hundred digits would not be finite.
    if n_digits == 0 || n_digits > 100 {
        return None;
    }
    let exponent = take_exponent(&mut rest)?;
    value = value / scale * power_of_ten(exponent);
    *text = rest;
    Some(if is_negative { -value } else { value })
}

/// Parses a text that is one number, with whitespace around it at most.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let mut rest = text.trim_ascii().as_bytes();
    take(&mut rest).filter(|_| rest.is_empty())
}

/// As [`parse`], however large it is.
pub(crate) fn parse_any(text: &str) -> Option<f64> {
    let mut rest = text.trim_ascii().as_bytes();
    take_any(&mut rest).filter(|_| rest.is_empty())
}

/// The decimal number that an `f32` was written as, which has seven digits: 1.2, not 1.2000000476837158.
pub(crate) fn widen(short: f32) -> f64 {
    let wide = f64::from(short);
    let (mut scale, mut top) = (1e6, 10.0);
    while wide.abs() >= top && scale > 1.0 {
        scale /= 10.0;
        top *= 10.0;
    }
    if wide.abs() < top { (wide * scale).round() / scale } else { wide }
}

/// A number with at most six digits after the point. Larger than 2^64 it is written as 2^64 - 1.
pub(crate) fn text(value: f64) -> String {
    const MILLION: u64 = 1_000_000;
    let size = value.abs();
    // Beyond this an `f64` does not have six digits after the point.
    let (whole, rest) = if size < 9e9 {
        let millionths = (size * 1e6).round() as u64;
        (millionths / MILLION, millionths % MILLION)
    } else {
        (size as u64, 0)
    };
    let sign = if value < 0.0 && (whole, rest) != (0, 0) { "-" } else { "" };
    let rest = (MILLION + rest).to_string();
    match rest.get(1..).unwrap_or_default().trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest}"),
    }
}

/// Appends a number with at most five digits after the point. Too large numbers are clamped; NaN is written as 0.
pub(crate) fn write(out: &mut String, value: f64) {
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

/// The exponent, 0 if there is none, `None` if it has three digits or more. An `e` without digits is not consumed.
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
    fn numbers_are_written_as_people_write_them() {
        let cases = [(1.2, "1.2"), (-0.5, "-0.5"), (3.0, "3"), (10.25, "10.25"), (0.0, "0"), (-1e-9, "0")];
        for (value, expected) in cases {
            assert_eq!(text(value), expected);
        }
        assert_eq!(text(2_026_112_112.5), "2026112112.5");
        assert_eq!(text(1e12), "1000000000000");
        assert_eq!(text(f64::MAX), u64::MAX.to_string());
        assert_eq!((parse("1e9"), parse_any("1e9")), (None, Some(1e9)));
    }

    #[test]
    fn a_short_number_is_widened_to_what_it_was_written_as() {
        for (short, wide) in [(1.2, 1.2), (-16_777.217, -16_777.22), (0.0, 0.0), (83.5, 83.5)] {
            assert!((widen(short) - wide).abs() < 1e-9, "{short}");
        }
        assert!(widen(f32::NAN).is_nan());
        assert!(widen(f32::MAX) > 3e38);
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
