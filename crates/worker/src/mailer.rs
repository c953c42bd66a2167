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
    /// The address that letters come from.
    from: String,
}

impl EmailSending {
    pub(crate) fn new(binding: SendEmail, from: String) -> EmailSending {
        EmailSending { binding: SendWrapper(Rc::new(binding)), from }
    }

    async fn send_mail(&self, mail: &Email) -> worker::Result<()> {
        let letter = SendEmailBuilder::new(&self.from, &mail.to, &mail.subject);
        letter.set_text(&mail.text);
        letter.set_html(&mail.html);
        if let Some(url) = &mail.unsubscribe {
            let headers: Object<JsString> = Object::new().unchecked_into();
            let set = |name: &str, value: &str| {
                Reflect::set(&headers, &JsValue::from_str(name), &JsValue::from_str(value))
            };
            // RFC 8058: mail programs show a button that sends this POST.
            set("List-Unsubscribe", &format!("<{url}>"))?;
            set("List-Unsubscribe-EmailSending", "List-Unsubscribe=One-Click")?;
            letter.set_headers(&headers);
        }
        self.binding.send_with_builder(&letter).await?;
        Ok(())
    }
}

impl Mailer for EmailSending {
    fn send(&self, mail: &Email) -> impl Future<Output = Result<(), PortError>> + Send {
        let mail = mail.clone();
        async move { self.send_mail(&mail).await.map_err(|error| PortError::new("mailer", &error)) }
            .into_send()
    }
}
