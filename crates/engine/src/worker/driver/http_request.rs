use gloo_events::EventListener;
use js_sys::ArrayBuffer;
use upload::RequestId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, EventTarget, ProgressEvent, XmlHttpRequest};

use crate::worker::driver::{DriverEvent, DriverHandle};

/// One `XMLHttpRequest`: still the only portable way to see bytes leave.
///
/// Dropping it aborts it, and nothing more is heard of it.
#[must_use = "a request is aborted when it is dropped"]
pub(in crate::worker) struct Request {
    xhr: XmlHttpRequest,
    listeners: Vec<EventListener>,
    /// What of the file it sends, if it sends that itself.
    slice: Option<Blob>,
}

impl Request {
    /// Prepares a call. Listens before sending, as browsers only then count the bytes.
    pub(in crate::worker) fn open(
        id: RequestId,
        request: &upload::Request,
        handle: &DriverHandle,
    ) -> Result<Request, JsValue> {
        let xhr = XmlHttpRequest::new()?;
        xhr.open(request.method.as_str(), &request.path)?;
        for (name, value) in request.headers() {
            xhr.set_request_header(name, value)?;
        }
        let listeners = vec![listen_to_bytes(id, &xhr, handle)?, listen_to_end(id, &xhr, handle)];
        Ok(Request { xhr, listeners, slice: None })
    }

    pub(in crate::worker) fn send_text(&self, text: Option<&str>) -> Result<(), JsValue> {
        self.xhr.send_with_opt_str(text)
    }

    pub(in crate::worker) fn send_slice(&mut self, slice: Blob) -> Result<(), JsValue> {
        self.xhr.send_with_opt_blob(Some(&slice))?;
        self.slice = Some(slice);
        Ok(())
    }

    /// What of the file it was to send itself.
    pub(in crate::worker) fn into_slice(mut self) -> Option<Blob> {
        self.slice.take()
    }

    pub(in crate::worker) fn send_bytes(&self, bytes: &ArrayBuffer) -> Result<(), JsValue> {
        self.xhr.send_with_opt_buffer_source(Some(bytes))
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // Or they would hear of the abort.
        self.listeners.clear();
        let _ = self.xhr.abort();
    }
}

fn listen_to_bytes(
    id: RequestId,
    xhr: &XmlHttpRequest,
    handle: &DriverHandle,
) -> Result<EventListener, JsValue> {
    let handle = handle.clone();
    let upload: EventTarget = xhr.upload()?.into();
    Ok(EventListener::new(&upload, "progress", move |event| {
        let loaded = event.unchecked_ref::<ProgressEvent>().loaded() as u64;
        handle.tell(DriverEvent::Sent { id, loaded });
    }))
}

/// `loadend` comes whatever happened. Safari reports a connection that broke as an abort, so all ends without
/// an answer are taken for a broken connection: our own aborts are not heard here.
fn listen_to_end(id: RequestId, xhr: &XmlHttpRequest, handle: &DriverHandle) -> EventListener {
    let (handle, answered) = (handle.clone(), xhr.clone());
    EventListener::new(xhr, "loadend", move |_| {
        let header = |name| answered.get_response_header(name).ok().flatten();
        let event = match (answered.status(), answered.response_text()) {
            (Ok(status @ 1..), Ok(body)) => DriverEvent::Answered {
                id,
                status,
                body: body.unwrap_or_default(),
                retry_after: header("retry-after"),
                date: header("date"),
            },
            _ => DriverEvent::Broken { id },
        };
        handle.tell(event);
    })
}
