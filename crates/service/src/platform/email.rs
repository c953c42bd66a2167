use std::future::Future;

use super::PortError;

/// One e-mail to one address.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Email {
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For mail programs that show plain text.
    pub text: String,
    /// For the others: a whole document.
    pub html: String,
    /// The address whose POST unsubscribes the recipient from e-mails of this kind (RFC 8058), if they can.
    pub unsubscribe: Option<String>,
}

/// What sends e-mails.
pub trait Mailer: Send + Sync {
    /// Hands an e-mail over. Success does not say that it will arrive.
    fn send(&self, email: &Email) -> impl Future<Output = Result<(), PortError>> + Send;
}
