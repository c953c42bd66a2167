//! An API token that is made here: shown once, and then known to its owner only.

use sha2::{Digest as _, Sha256};

use super::secrets::{hex, random_hex, random_uuid};
use super::sql::sql_literal;
use crate::error::Result;

/// A new token of 160 random bits in 40 hexadecimal digits, the form of App Center's.
pub(crate) struct ApiToken {
    /// What clients send.
    pub(crate) text: String,
    id: String,
}

impl ApiToken {
    /// Makes one. It means nothing until [`Self::insert_sql`] was run.
    pub(crate) fn make() -> Result<Self> {
        Ok(Self { text: random_hex(20)?, id: random_uuid()? })
    }

    /// The statement that gives it to each account that fits the condition, and returns the accounts' names. Of the
    /// token itself only the SHA-256 is in it.
    pub(crate) fn insert_sql(&self, condition: &str, description: &str, now: u128) -> String {
        let (id, hash, description) =
            (sql_literal(&self.id), sql_literal(&hash(&self.text)), sql_literal(description));
        format!(
            "INSERT INTO api_tokens (id, user_id, token_hash, scope, description, created_at) \
             SELECT {id}, id, {hash}, 'all', {description}, {now} FROM accounts WHERE {condition} RETURNING id;\n"
        )
    }
}

/// The form in which the service keeps a token.
pub(crate) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_hashed_as_its_text() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_token_goes_into_the_database_as_its_hash_only() {
        let token = ApiToken::make().unwrap();
        let sql = token.insert_sql("name = 'ann'", "the first", 1);
        assert_eq!(token.text.len(), 40);
        assert!(sql.contains(&hash(&token.text)) && !sql.contains(&token.text), "{sql}");
    }

    #[test]
    fn two_tokens_differ() {
        assert_ne!(ApiToken::make().unwrap().text, ApiToken::make().unwrap().text);
    }
}
