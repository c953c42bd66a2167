//! The header `Retry-After` (RFC 9110, 10.2.3).

/// Longest wait that a server may ask for, in milliseconds: an hour. More is a mistake.
const LONGEST_MS: u64 = 60 * 60 * 1000;

/// How long the server asks every client to wait, in milliseconds, by the header `Retry-After`.
///
/// A date is compared with the response's own `Date`, so that the client's clock, which may be wrong by years, plays no
/// part; without a `Date` it says nothing.
pub fn retry_after_ms(value: &str, date: Option<&str>) -> Option<u64> {
    let value = value.trim();
    let seconds = match value.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => seconds_of(value)?.saturating_sub(seconds_of(date?.trim())?),
    };
    Some(seconds.saturating_mul(1000).min(LONGEST_MS))
}

/// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may send.
fn seconds_of(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let fields: Vec<&str> = date.split([' ', ':']).collect();
    let [_, day, month, year, hour, minute, second, "GMT"] = fields[..] else { return None };
    let number = |field: &str, most: u64| field.parse().ok().filter(|number| *number <= most);
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let (year, day) = (number(year, 9999).filter(|year| *year >= 1970)?, number(day, 31)?);
    let days = days_before(year, month) + day.checked_sub(1)?;
    Some(((days * 24 + number(hour, 23)?) * 60 + number(minute, 59)?) * 60 + number(second, 60)?)
}

/// Days from 1970 to the first of a month, which counts from 0.
fn days_before(year: u64, month: u64) -> u64 {
    const DAYS: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    let this_leap = u64::from(is_leap && month > 1);
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969) + DAYS[month as usize] + this_leap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_say_how_long() {
        assert_eq!(retry_after_ms("7", None), Some(7_000));
        assert_eq!(retry_after_ms(" 0 ", None), Some(0));
        assert_eq!(retry_after_ms("99999999999999999999", None), None);
        assert_eq!(retry_after_ms("9999999", None), Some(LONGEST_MS));
        let (date, later) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT");
        assert_eq!(retry_after_ms(later, Some(date)), Some(30_000));
        assert_eq!(retry_after_ms(date, Some(later)), Some(0), "it is past");
        assert_eq!(retry_after_ms(later, None), None);
    }

    #[test]
    fn dates_are_those_of_the_standard() {
        assert_eq!(seconds_of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds_of("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds_of("Sat, 29 Feb 2020 12:00:00 GMT"), Some(1_582_977_600));
        for odd in [
            "",
            "soon",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "a b c d e f g GMT",
        ] {
            assert_eq!(seconds_of(odd), None, "{odd}");
        }
    }
}
