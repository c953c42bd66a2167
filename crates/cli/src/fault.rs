//! What an answer that is none means, in words.

use std::error::Error;

use serde::Deserialize;

use crate::server::Server;
use crate::trouble::{Exit, Trouble};

/// What there is in every refusal; `protocol::ErrorBody` has more.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

/// An answer with a status that is no success.
pub(crate) fn of_answer(server: &Server, status: u16, body: &str, location: Option<&str>) -> Trouble {
    let said = serde_json::from_str(body).map(|Refusal { message }| message);
    let message = said.unwrap_or_else(|_| format!("{server} answered with status {status} and no reason"));
    match status {
        300..=399 => {
            let to = location.unwrap_or("somewhere else");
            let message = format!("{server} sends us to {to}, where no token goes by itself");
            Trouble::new(Exit::Failed, "redirected", message, "give the address that it leads to as --server")
        }
        401 => {
            Trouble::new(Exit::Rights, "unauthorized", message, format!("slipway login --server {server}"))
        }
        403 => {
            Trouble::new(Exit::Rights, "forbidden", message, "ask the app's owner for the right to do that")
        }
        404 => Trouble::new(Exit::NotFound, "not-found", message, "`slipway apps` lists what there is"),
        407 => {
            let fix = "write user and password into the proxy's address: http://user:password@proxy:3128";
            Trouble::new(Exit::Network, "proxy", "the proxy wants to know who you are", fix)
        }
        408 | 429 | 500.. => {
            Trouble::new(Exit::Network, "server-in-trouble", message, "try again in a minute")
        }
        _ => Trouble::new(Exit::Failed, "refused", message, "change what it complains of, and try again"),
    }
}

/// An answer that is not what the API says.
pub(crate) fn unintelligible(server: &Server) -> Trouble {
    let message = format!("expected an answer of the API from {server}, got something else");
    let fix = "check the address, and that no proxy or sign-in page answers in its place";
    Trouble::new(Exit::Failed, "unintelligible", message, fix)
}

/// No answer at all.
pub(crate) fn of_connection(server: &Server, error: &reqwest::Error) -> Trouble {
    let reason = innermost(error);
    let message = format!("could not talk to {server}: {reason}");
    let fix = if reason.contains("certificate") {
        "if its certificate is of your company's own authority, have the system trust it, or name the authority's \
         certificates in SSL_CERT_FILE"
    } else if error.is_connect() {
        "check the address, that the server runs, and the proxy in HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
    } else {
        "check the connection, and try again"
    };
    Trouble::new(Exit::Network, "network", message, fix)
}

/// Nothing could be sent at all.
pub(crate) fn no_client(error: &reqwest::Error) -> Trouble {
    let message = format!("could not prepare for HTTPS: {}", innermost(error));
    let fix = "install the system's certificates (ca-certificates), or name a file of them in SSL_CERT_FILE";
    Trouble::new(Exit::Network, "no-certificates", message, fix)
}

/// The cause of causes: what stands before it only repeats that something went wrong.
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_becomes_an_exit_code_and_the_servers_words_stay() {
        let server = Server::parse("https://a.dev").unwrap();
        for (status, exit) in [
            (400, Exit::Failed),
            (401, Exit::Rights),
            (403, Exit::Rights),
            (404, Exit::NotFound),
            (409, Exit::Failed),
            (429, Exit::Network),
            (503, Exit::Network),
        ] {
            let trouble = of_answer(&server, status, r#"{"message":"the server's words"}"#, None);
            assert_eq!((trouble.exit, trouble.message.as_str()), (exit, "the server's words"));
        }
        assert!(of_answer(&server, 502, "<html>", None).message.contains("502"));
        let moved = of_answer(&server, 308, "", Some("https://b.dev/v0.1/apps"));
        assert!(moved.message.contains("https://b.dev/v0.1/apps"));
    }
}
