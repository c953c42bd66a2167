//! What handlers share about HTTP: the caller and their rights (`access`), what a request brings (`extract`, `body`, `form`), and how an
//! error becomes a response (`error`, `correlation`). The calls themselves are in `routes`.

pub(crate) mod access;
pub(crate) mod body;
pub(crate) mod correlation;
pub(crate) mod error;
pub(crate) mod extract;
pub(crate) mod form;
