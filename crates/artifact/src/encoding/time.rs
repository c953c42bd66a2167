//! Points in time: seconds since 1970 in UTC, and RFC 3339 text.

/// RFC 3339 text of a point in time, as `2027-01-31T23:59:59Z`. Years after 9999 become 9999.
pub(crate) fn rfc3339(unix: i64) -> String {
    let (days, second) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", year.clamp(0, 9999))
}

/// The point in time of a date and a time of day in UTC, or `None` if there is no such time.
pub(crate) fn unix(date: [u32; 3], time: [u32; 3]) -> Option<i64> {
    let ([year, month, day], [hour, minute, second]) = (date, time);
    // A leap second counts as the second after it.
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let time = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some(days_from_civil(i64::from(year.min(9999)), month.into(), day.into()) * 86_400 + time)
}

/// The point in time of text such as `2027-01-31T23:59:59Z`.
pub(crate) fn parse_rfc3339(text: &str) -> Option<i64> {
    let (date, time) = text.trim().strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, separator| {
        let mut parts = text.split(separator).map(|part| part.split('.').next()?.parse::<u32>().ok());
        Some([parts.next()??, parts.next()??, parts.next()??])
    };
    unix(numbers(date, '-')?, numbers(time, ':')?)
}

/// Days since 1970-01-01 of a date in the Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_its_text() {
        for unix in [0, -1, 951_782_399, 951_782_400, 1_709_164_800, 4_102_444_799, -2_208_988_800] {
            assert_eq!(parse_rfc3339(&rfc3339(unix)), Some(unix), "{unix}");
        }
        assert_eq!(rfc3339(1_709_251_199), "2024-02-29T23:59:59Z");
        assert_eq!(rfc3339(i64::MAX / 2).len(), 20);
    }

    #[test]
    fn malformed_text_is_no_time() {
        for text in ["", "2024-01-01", "2024-13-01T00:00:00Z", "2024-01-01T25:00:00Z", "x-y-zT1:2:3Z"] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
