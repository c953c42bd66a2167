use std::future::Future;
use std::rc::Rc;

use service::platform::{Database, PortError, Rows, Statement, Value};
use worker::D1Database;
use worker::send::{IntoSendFuture, SendWrapper};
use worker::wasm_bindgen::JsValue;

/// D1: a batch is a transaction.
#[derive(Clone)]
pub(crate) struct D1(SendWrapper<Rc<D1Database>>);

impl D1 {
    pub(crate) fn new(database: D1Database) -> D1 {
        D1(SendWrapper(Rc::new(database)))
    }

    async fn run(&self, statements: Vec<Statement>) -> worker::Result<Vec<Rows>> {
        let prepare = |statement: Statement| {
            let values: Vec<JsValue> = statement.values.iter().map(js_value).collect();
            self.0.prepare(statement.sql).bind(&values)
        };
        let prepared = statements.into_iter().map(prepare).collect::<worker::Result<Vec<_>>>()?;
        self.0.batch(prepared).await?.iter().map(worker::D1Result::results).collect()
    }
}

impl Database for D1 {
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Rows>, PortError>> + Send {
        async move { self.run(statements).await.map_err(|error| PortError::new("database", &error)) }
            .into_send()
    }
}

/// D1 takes integers as JavaScript numbers, which keep 53 bits.
fn js_value(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        #[expect(clippy::cast_precision_loss, reason = "53 bits are enough for times and sizes")]
        Value::Integer(integer) => JsValue::from_f64(*integer as f64),
        Value::Text(text) => JsValue::from_str(text),
    }
}
