use std::fmt;

use protocol::header;

/// Names one request; an upload never uses it twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u32);

/// One HTTP request to the origin that the page came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query, percent-encoded.
    pub path: String,
    /// The permission of the requests under `/upload`.
    pub token: Option<Token>,
    /// The MD5 of the body, in base64 as the header wants it.
    pub content_md5: Option<String>,
    /// What to send with it.
    pub body: Body,
}

impl Request {
    /// The headers that the request must carry, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let mark = (self.method != Method::Get).then_some((header::REQUEST_MARK, header::REQUEST_MARK_VALUE));
        let token = self.token.as_ref().map(|token| (header::UPLOAD_TOKEN, token.as_str()));
        let json = matches!(self.body, Body::Json(_)).then_some(("content-type", "application/json"));
        let md5 = self.content_md5.as_ref().map(|md5| (header::CONTENT_MD5, md5.as_str()));
        [mark, token, json, md5].into_iter().flatten()
    }
}

/// HTTP methods that an upload needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Method {
    Get,
    Post,
    Patch,
}

impl Method {
    /// The name in HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
        }
    }
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// This text, as `application/json`.
    Json(String),
    /// These bytes of the file.
    Chunk {
        /// Which chunk, from 1.
        number: u32,
        /// Where it starts in the file, in bytes.
        offset: u64,
        /// How long it is, in bytes.
        len: u64,
    },
}

/// An upload's token. Its `Debug` form keeps the secret out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub(crate) String);

impl Token {
    /// The token itself, for the header only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
