use jiff::Timestamp;

/// `ms` since 1970 as App Center writes times: ISO 8601, UTC, with milliseconds.
pub(crate) fn iso(ms: i64) -> String {
    let timestamp = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{timestamp:.3}")
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn times_have_milliseconds_and_a_z() {
        assert_eq!(iso(1_704_067_200_000), "2024-01-01T00:00:00.000Z");
        assert_eq!(iso(1), "1970-01-01T00:00:00.001Z");
    }
}
