use std::future::Future;
use std::rc::Rc;

use service::platform::{Email, Mailer, PortError};
use worker::js_sys::{JsString, Object, Reflect};
use worker::send::{IntoSendFuture, SendWrapper};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{SendEmail, SendEmailBuilder};

/// Cloudflare's Email Sending.
#[derive(Clone)]
pub(crate) struct EmailSending {
    binding: SendWrapper<Rc<SendEmail>>,
    /// The sender's address.
    from: String,
}

impl EmailSending {
    pub(crate) fn new(binding: SendEmail, from: String) -> EmailSending {
        EmailSending { binding: SendWrapper(Rc::new(binding)), from }
    }

    async fn send_email(&self, email: &Email) -> worker::Result<()> {
        let message = SendEmailBuilder::new(&self.from, &email.to, &email.subject);
        message.set_text(&email.text);
        message.set_html(&email.html);
        if let Some(url) = &email.unsubscribe {
            let headers: Object<JsString> = Object::new().unchecked_into();
            let set = |name: &str, value: &str| {
                Reflect::set(&headers, &JsValue::from_str(name), &JsValue::from_str(value))
            };
            // RFC 8058: mail programs show a button that sends this POST.
            set("List-Unsubscribe", &format!("<{url}>"))?;
            set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?;
            message.set_headers(&headers);
        }
        self.binding.send_with_builder(&message).await?;
        Ok(())
    }
}

impl Mailer for EmailSending {
    fn send(&self, email: &Email) -> impl Future<Output = Result<(), PortError>> + Send {
        let email = email.clone();
        async move { self.send_email(&email).await.map_err(|error| PortError::new("mailer", &error)) }
            .into_send()
    }
}
