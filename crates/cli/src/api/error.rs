//! What a call that failed means: its exit code, and what to tell people.

use std::error::Error;

use serde::Deserialize;
use upload::ErrorClass;

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
    let message =
        message.unwrap_or_else(|_| format!("{server} responded with status {status} and no message"));
    match (status, ErrorClass::of_status(status)) {
        (300..=399, _) => redirect_error(server, location),
        (407, _) => {
            let message = "the proxy requires a user name and a password";
            let fix = "add them to the proxy's address, as in http://user:password@proxy:3128";
            CliError::new(ExitReason::Unavailable, "proxy", "Proxy requires a password", message, fix)
        }
        (_, Some(ErrorClass::Unauthorized)) => {
            let fix = format!("run `slipway login --server {server}`");
            CliError::new(ExitReason::NotAllowed, "unauthorized", "Token not accepted", message, fix)
        }
        (_, Some(ErrorClass::Forbidden)) => {
            let fix = "ask the app's owner for permission to do this";
            CliError::new(ExitReason::NotAllowed, "forbidden", "Permission was denied", message, fix)
        }
        (_, Some(ErrorClass::NotFound)) => {
            let fix = "check the names; `slipway apps` lists the apps that you may see";
            CliError::new(ExitReason::NotFound, "not-found", "Not found on server", message, fix)
        }
        (429, _) => {
            let title = "Too many requests";
            let fix = "try again in a minute";
            CliError::new(ExitReason::Unavailable, "server-in-trouble", title, message, fix)
        }
        (_, Some(class)) if class.is_transient() => {
            let (title, fix) = (format!("Server error ({status})"), "try again in a minute");
            CliError::new(ExitReason::Unavailable, "server-in-trouble", title, message, fix)
        }
        _ => {
            let fix = "correct what the message names, and run the command again";
            CliError::new(ExitReason::Failed, "refused", "Server refused the request", message, fix)
        }
    }
}

fn redirect_error(server: &ServerUrl, location: Option<&str>) -> CliError {
    let to = location.unwrap_or("another address");
    let message = format!("{server} redirects to {to}; the token was not sent there");
    let fix = "if that is your server, give its address as --server";
    CliError::new(ExitReason::Failed, "redirected", "Server redirects elsewhere", message, fix)
}

/// A response that is not one of the API's.
pub(super) fn unreadable_response(server: &ServerUrl) -> CliError {
    let message = format!("the response of {server} is not one of Slipway's API");
    let fix = "check the address, and that no proxy or sign-in page responds in the server's place";
    CliError::new(ExitReason::Failed, "unintelligible", "Unexpected server response", message, fix)
}

/// No response at all.
pub(super) fn connection_error(server: &ServerUrl, error: &reqwest::Error) -> CliError {
    let cause = root_cause(error);
    let (title, what, fix) = if cause.contains("certificate") {
        let fix = "if your company has a certificate authority of its own, make the system trust it, or name a file with \
                   its certificates in SSL_CERT_FILE";
        ("Server's certificate not trusted", "could not connect to", fix)
    } else if error.is_connect() {
        let fix =
            "check the address, that the server runs, and the proxy in HTTPS_PROXY, HTTP_PROXY and NO_PROXY";
        ("Cannot reach the server", "could not connect to", fix)
    } else {
        ("Connection to server failed", "got no response from", "check the network, and try again")
    };
    CliError::new(ExitReason::Unavailable, "network", title, format!("{what} {server}: {cause}"), fix)
}

/// No request could be sent, because the HTTP client could not be made.
pub(super) fn client_setup_error(error: &reqwest::Error) -> CliError {
    let message = format!("HTTPS is not possible: {}", root_cause(error));
    let fix = "install the system's certificates (ca-certificates), or name a file with certificates in SSL_CERT_FILE";
    CliError::new(ExitReason::Unavailable, "no-certificates", "No trusted certificates found", message, fix)
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
            let error = response_error(&server, status, r#"{"message":"the server's message"}"#, None);
            assert_eq!((error.exit, error.message.as_str()), (exit, "the server's message"));
            assert_eq!(error.code, code);
        }
        assert!(response_error(&server, 502, "<html>", None).message.contains("502"));
        let moved = response_error(&server, 308, "", Some("https://b.dev/v0.1/apps"));
        assert!(moved.message.contains("https://b.dev/v0.1/apps"));
    }
}
