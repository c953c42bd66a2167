use gloo_events::EventListener;
use upload::RequestId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, EventTarget, ProgressEvent, XmlHttpRequest};

use super::event::DriverEvent;
use super::handle::DriverHandle;
use crate::worker::file::ChunkBody;

/// One `XMLHttpRequest`: still the only portable way to see bytes leave.
///
/// Dropping it aborts it, and the driver hears nothing more of it.
#[must_use = "a request is aborted when it is dropped"]
pub(super) struct HttpRequest {
    xhr: XmlHttpRequest,
    listeners: Vec<EventListener>,
    /// The slice of the file that it sends, if it sends one.
    slice: Option<Blob>,
}

impl HttpRequest {
    /// Prepares a request. Listens before sending, as browsers only then count the bytes.
    pub(super) fn open(
        id: RequestId,
        request: &upload::Request,
        driver: &DriverHandle,
    ) -> Result<HttpRequest, JsValue> {
        let xhr = XmlHttpRequest::new()?;
        xhr.open(request.method.as_str(), &request.path)?;
        for (name, value) in request.headers() {
            xhr.set_request_header(name, value)?;
        }
        let listeners = vec![listen_to_bytes(id, &xhr, driver)?, listen_to_end(id, &xhr, driver)];
        Ok(HttpRequest { xhr, listeners, slice: None })
    }

    pub(super) fn send_text(&self, text: Option<&str>) -> Result<(), JsValue> {
        self.xhr.send_with_opt_str(text)
    }

    pub(super) fn send_chunk(&mut self, body: ChunkBody) -> Result<(), JsValue> {
        match body {
            ChunkBody::Slice(slice) => {
                self.xhr.send_with_opt_blob(Some(&slice))?;
                self.slice = Some(slice);
            }
            ChunkBody::Bytes(bytes) => {
                self.xhr.send_with_opt_buffer_source(Some(&bytes))?;
                // The browser has a copy of its own. Where it can, this frees ours now and not at some later time.
                let _ = bytes.transfer_with_length(0);
            }
        }
        Ok(())
    }

    /// The slice of the file that it was to send.
    pub(super) fn into_slice(mut self) -> Option<Blob> {
        self.slice.take()
    }
}

impl Drop for HttpRequest {
    fn drop(&mut self) {
        // Or they would hear of the abort.
        self.listeners.clear();
        let _ = self.xhr.abort();
    }
}

fn listen_to_bytes(
    id: RequestId,
    xhr: &XmlHttpRequest,
    driver: &DriverHandle,
) -> Result<EventListener, JsValue> {
    let driver = driver.clone();
    let upload: EventTarget = xhr.upload()?.into();
    Ok(EventListener::new(&upload, "progress", move |event| {
        let loaded = event.unchecked_ref::<ProgressEvent>().loaded() as u64;
        driver.send(DriverEvent::BytesSent { id, loaded });
    }))
}

/// `loadend` comes whatever happened. Safari reports a connection that broke as an abort, so every end without a response
/// is taken for a broken connection: our own aborts do not come here.
fn listen_to_end(id: RequestId, xhr: &XmlHttpRequest, driver: &DriverHandle) -> EventListener {
    let (driver, ended) = (driver.clone(), xhr.clone());
    EventListener::new(xhr, "loadend", move |_| {
        let header = |name| ended.get_response_header(name).ok().flatten();
        let event = match (ended.status(), ended.response_text()) {
            (Ok(status @ 1..), Ok(body)) => DriverEvent::Response {
                id,
                status,
                body: body.unwrap_or_default(),
                retry_after: header("retry-after"),
                date: header("date"),
            },
            _ => DriverEvent::NoResponse { id },
        };
        driver.send(event);
    })
}
