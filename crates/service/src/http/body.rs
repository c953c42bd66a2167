//! Bodies that the service passes on unread.
//!
//! Why beside axum's bodies: a chunk has up to 5 GB, and a Worker 128 MB of memory. A body of the platform's own type goes from
//! the client to object storage, or back, without entering Wasm.

/// The request's body as the platform has it. The platform puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct RequestStream<S>(pub S);

/// The response's body as the platform has it, in the response's extensions. The response's own body is empty then.
#[derive(Clone, Debug)]
pub struct ResponseStream<S>(pub S);
