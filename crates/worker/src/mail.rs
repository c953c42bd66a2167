use std::future::Future;
use std::rc::Rc;

use service::platform::{Mail, Mailer, PortError};
use worker::js_sys::{JsString, Object, Reflect};
use worker::send::{IntoSendFuture, SendWrapper};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{SendEmail, SendEmailBuilder};

/// Cloudflare's Email Sending.
#[derive(Clone)]
pub(crate) struct Post {
    binding: SendWrapper<Rc<SendEmail>>,
    /// The address that letters come from.
    from: String,
}

impl Post {
    pub(crate) fn new(binding: SendEmail, from: String) -> Post {
        Post { binding: SendWrapper(Rc::new(binding)), from }
    }

    async fn send_mail(&self, mail: &Mail) -> worker::Result<()> {
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
            set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?;
            letter.set_headers(&headers);
        }
        self.binding.send_with_builder(&letter).await?;
        Ok(())
    }
}

impl Mailer for Post {
    fn send(&self, mail: &Mail) -> impl Future<Output = Result<(), PortError>> + Send {
        let mail = mail.clone();
        async move { self.send_mail(&mail).await.map_err(|error| PortError::new("mail", &error)) }.into_send()
    }
}
