//! What a call that failed means: its exit code, and what to tell people.

use std::error::Error;

use serde::Deserialize;

use super::server::ServerUrl;
use crate::error::{CliError, ExitReason};

/// What every error response has; `protocol::ErrorBody` has more.
#[derive(Deserialize)]
struct ErrorMessage {
    message: String,
}

/// A response with a status that is no success.
pub(super) fn response_error(
    server: &ServerUrl,
    status: u16,
    body: &str,
    location: Option<&str>,
) -> CliError {
    let message = serde_json::from_str(body).map(|ErrorMessage { message }| message);
    let message = message.unwrap_or_else(|_| format!("{server} answered with status {status} and no reason"));
    match status {
        300..=399 => {
            let to = location.unwrap_or("somewhere else");
            let message = format!("{server} sends us to {to}, where no token goes by itself");
            CliError::new(
                ExitReason::Failed,
                "redirected",
                message,
                "give the address that it leads to as --server",
            )
        }
        401 => CliError::new(
            ExitReason::NotAllowed,
            "unauthorized",
            message,
            format!("slipway login --server {server}"),
        ),
        403 => CliError::new(
            ExitReason::NotAllowed,
            "forbidden",
            message,
            "ask the app's owner for the right to do that",
        ),
        404 => {
            CliError::new(ExitReason::NotFound, "not-found", message, "`slipway apps` lists what there is")
        }
        407 => {
            let fix = "write user and password into the proxy's address: http://user:password@proxy:3128";
            CliError::new(ExitReason::Unavailable, "proxy", "the proxy wants to know who you are", fix)
        }
        408 | 429 | 500.. => {
            CliError::new(ExitReason::Unavailable, "server-in-trouble", message, "try again in a minute")
        }
        _ => CliError::new(
            ExitReason::Failed,
            "refused",
            message,
            "change what it complains of, and try again",
        ),
    }
}

/// A response that is not one of the API's.
pub(super) fn unreadable_response(server: &ServerUrl) -> CliError {
    let message = format!("expected an answer of the API from {server}, got something else");
    let fix = "check the address, and that no proxy or sign-in page answers in its place";
    CliError::new(ExitReason::Failed, "unintelligible", message, fix)
}

/// No response at all.
pub(super) fn connection_error(server: &ServerUrl, error: &reqwest::Error) -> CliError {
    let reason = root_cause(error);
    let message = format!("could not talk to {server}: {reason}");
    let fix = if reason.contains("certificate") {
        "if its certificate is of your company's own authority, have the system trust it, or name the authority's \
         certificates in SSL_CERT_FILE"
    } else if error.is_connect() {
        "check the address, that the server runs, and the proxy in HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
    } else {
        "check the connection, and try again"
    };
    CliError::new(ExitReason::Unavailable, "network", message, fix)
}

/// No request could be sent, because the HTTP client could not be made.
pub(super) fn client_setup_error(error: &reqwest::Error) -> CliError {
    let message = format!("could not prepare for HTTPS: {}", root_cause(error));
    let fix = "install the system's certificates (ca-certificates), or name a file of them in SSL_CERT_FILE";
    CliError::new(ExitReason::Unavailable, "no-certificates", message, fix)
}

/// The first cause: the errors around it only repeat that something went wrong.
pub(crate) fn root_cause(error: &dyn Error) -> String {
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
    fn a_status_becomes_an_exit_code_and_the_servers_message_stays() {
        let server = ServerUrl::parse("https://a.dev").unwrap();
        for (status, exit, code) in [
            (400, ExitReason::Failed, "refused"),
            (401, ExitReason::NotAllowed, "unauthorized"),
            (403, ExitReason::NotAllowed, "forbidden"),
            (404, ExitReason::NotFound, "not-found"),
            (409, ExitReason::Failed, "refused"),
            (429, ExitReason::Unavailable, "server-in-trouble"),
            (503, ExitReason::Unavailable, "server-in-trouble"),
        ] {
            let error = response_error(&server, status, r#"{"message":"the server's words"}"#, None);
            assert_eq!((error.exit, error.message.as_str()), (exit, "the server's words"));
            assert_eq!(error.code, code);
        }
        assert!(response_error(&server, 502, "<html>", None).message.contains("502"));
        let moved = response_error(&server, 308, "", Some("https://b.dev/v0.1/apps"));
        assert!(moved.message.contains("https://b.dev/v0.1/apps"));
    }
}
