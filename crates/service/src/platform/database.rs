use std::future::Future;

use super::PortError;

/// A value bound to a statement's `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// An integer; D1 keeps 53 bits of it.
    Integer(i64),
    /// Text.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Integer(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Value {
        Value::Text(value.clone())
    }
}

impl<T> From<Option<T>> for Value
where
    Value: From<T>,
{
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Value::from)
    }
}

/// One SQL statement with its values, in the order of its `?`.
#[derive(Clone, Debug)]
pub struct Statement {
    /// SQLite's dialect.
    pub sql: &'static str,
    /// As many as the statement has `?`.
    pub values: Vec<Value>,
}

impl Statement {
    /// A statement with its values.
    pub fn new(sql: &'static str, values: impl Into<Vec<Value>>) -> Statement {
        Statement { sql, values: values.into() }
    }
}

/// The rows a statement gave: each an object of its columns.
pub type Rows = Vec<serde_json::Value>;

/// SQLite, wherever it is.
pub trait Database: Send + Sync {
    /// Runs the statements in order as one transaction, and returns each one's rows.
    ///
    /// # Errors
    /// Nothing was changed. A broken UNIQUE constraint says so in the message, as SQLite does.
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Rows>, PortError>> + Send;
}
