//! The SQL database.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Transaction, params_from_iter};
use service::platform::{Database, PortError, Rows, Statement, Value};

use super::faults::{Faults, OperationEffect};
use super::lock;

/// SQLite in memory, with the migrations that the worker applies to D1.
pub struct SqliteDatabase {
    connection: Mutex<Connection>,
    /// Every statement that was run.
    statements: Mutex<BTreeSet<&'static str>>,
    faults: Arc<Faults>,
}

impl SqliteDatabase {
    pub(super) fn new(faults: Arc<Faults>) -> SqliteDatabase {
        let connection = Connection::open_in_memory().expect("SQLite opens in memory");
        connection.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys are checked, as D1 does");
        for migration in migrations() {
            connection.execute_batch(&migration).expect("the migrations apply");
        }
        SqliteDatabase { connection: Mutex::new(connection), statements: Mutex::default(), faults }
    }

    /// Runs SQL of a test, such as what makes the first account.
    pub fn execute(&self, sql: &str) {
        lock(&self.connection).execute_batch(sql).expect("the test's SQL is right");
    }

    /// The statements of the service that were run so far.
    pub fn statements(&self) -> BTreeSet<&'static str> {
        lock(&self.statements).clone()
    }

    /// The lines of EXPLAIN QUERY PLAN for a statement.
    pub fn plan(&self, sql: &str) -> Vec<String> {
        let connection = lock(&self.connection);
        let mut prepared =
            connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("it was run before");
        let unbound = (0..prepared.parameter_count()).map(|_| rusqlite::types::Null);
        let lines = prepared.query_map(params_from_iter(unbound), |row| row.get(3)).expect("a plan");
        lines.map(|line| line.expect("a line of the plan")).collect()
    }

    /// Every row of a query, its columns joined.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let connection = lock(&self.connection);
        let mut prepared = connection.prepare(sql).expect("the test's SQL is right");
        let n_columns = prepared.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let cells: Result<Vec<_>, _> =
                (0..n_columns).map(|n| Ok(json(row.get_ref(n)?).to_string())).collect();
            cells.map(|cells| cells.join(" "))
        };
        let rows = prepared.query_map([], row).expect("the test's SQL runs");
        rows.map(|row| row.expect("a row")).collect()
    }

    /// The first column of the first row, as text.
    pub fn text(&self, sql: &str) -> Option<String> {
        lock(&self.connection).query_row(sql, [], |row| row.get::<_, Option<String>>(0)).ok().flatten()
    }

    fn transact(&self, statements: &[Statement]) -> rusqlite::Result<Vec<Rows>> {
        let mut connection = lock(&self.connection);
        let transaction = connection.transaction()?;
        let rows =
            statements.iter().map(|statement| run(&transaction, statement)).collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(rows)
    }
}

fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../worker/migrations");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the migrations are there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("a migration is text")).collect()
}

fn run(transaction: &Transaction<'_>, statement: &Statement) -> rusqlite::Result<Rows> {
    let mut prepared = transaction.prepare(statement.sql)?;
    let columns: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    let mut rows = prepared.query(params_from_iter(statement.values.iter().map(bind)))?;
    let mut read = Vec::new();
    while let Some(row) = rows.next()? {
        let mut object = serde_json::Map::new();
        for (index, column) in columns.iter().enumerate() {
            object.insert(column.clone(), json(row.get_ref(index)?));
        }
        read.push(object.into());
    }
    Ok(read)
}

fn bind(value: &Value) -> ToSqlOutput<'_> {
    match value {
        Value::Null => ToSqlOutput::from(rusqlite::types::Null),
        Value::Integer(integer) => ToSqlOutput::from(*integer),
        Value::Text(text) => ToSqlOutput::from(text.as_str()),
    }
}

fn json(value: ValueRef<'_>) -> serde_json::Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => serde_json::Value::Null,
        ValueRef::Integer(integer) => integer.into(),
        ValueRef::Real(real) => real.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
    }
}

impl Database for SqliteDatabase {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, PortError> {
        let is_read = |statement: &Statement| statement.sql.trim_start().starts_with("SELECT");
        let effect =
            if statements.iter().all(is_read) { OperationEffect::Read } else { OperationEffect::Write };
        lock(&self.statements).extend(statements.iter().map(|statement| statement.sql));
        self.faults.run("database", "batch", effect, || {
            self.transact(&statements).map_err(|error| PortError::new("database", &error))
        })
    }
}
