/// The request's body as the platform has it. The platform puts it into the request's extensions, so that a
/// chunk goes on to object storage unread: its bytes never enter Wasm memory, of which a Worker has 128 MB.
#[derive(Clone, Debug)]
pub struct Incoming<S>(pub S);

/// The response's body as the platform has it, in the response's extensions. The response's own body is empty then.
#[derive(Clone, Debug)]
pub struct Outgoing<S>(pub S);
