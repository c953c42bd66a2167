use jiff::Timestamp;

/// `ms` since 1970 as App Center writes times: ISO 8601, UTC, with milliseconds.
pub(crate) fn iso(ms: i64) -> String {
    let timestamp = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{timestamp:.3}")
}

/// The day of `ms` since 1970 in UTC, as people write it: `Nov 21, 2026`.
pub(crate) fn day(ms: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let iso = iso(ms);
    let mut parts = iso.split(['-', 'T']);
    let mut part = || parts.next().unwrap_or_default();
    let (year, month, day) = (part(), part(), part());
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    month.map_or_else(|| iso.clone(), |month| format!("{month} {}, {year}", day.trim_start_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds_and_a_z() {
        assert_eq!(iso(1_704_067_200_000), "2024-01-01T00:00:00.000Z");
        assert_eq!(iso(1), "1970-01-01T00:00:00.001Z");
    }

    #[test]
    fn a_day_is_written_for_people() {
        assert_eq!(day(1_704_067_200_000), "Jan 1, 2024");
        assert_eq!(day(1_704_067_200_000 - 1), "Dec 31, 2023");
    }
}
