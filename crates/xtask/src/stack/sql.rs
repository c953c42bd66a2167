//! Values in SQL statements. wrangler takes no parameters, so they stand in the text.

use std::time::{SystemTime, UNIX_EPOCH};

/// A text as SQL has it.
pub(crate) fn sql_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Milliseconds since 1970 UTC.
pub(crate) fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_text_does_not_end_it() {
        assert_eq!(sql_literal("O'Neil'); --"), "'O''Neil''); --'");
    }
}
