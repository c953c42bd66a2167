//! The document and the window: focus, dialogs, clipboard, leaving.

use gloo_events::EventListener;
use js_sys::{Array, Date, Object, Reflect};
use leptos::{
    ev,
    prelude::{document, window, window_event_listener},
    web_sys::{HtmlDialogElement, HtmlElement, console},
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

/// Empties the element that the portal is mounted on, and returns it.
pub(crate) fn take_over(id: &str) -> Option<HtmlElement> {
    let element = document().get_element_by_id(id)?;
    element.set_text_content(None);
    element.dyn_into().ok()
}

/// Names the page in the browser's tabs and history.
pub(crate) fn set_page_title(name: &str) {
    document().set_title(&format!("{name} · Slipway"));
}

/// Moves the keyboard to the element of this id, once it is in the document.
pub(crate) fn focus(id: &'static str) {
    leptos::prelude::request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into().ok()) {
            // Nothing is lost if the browser will not move it.
            let _ = HtmlElement::focus(&element);
        }
    });
}

/// Opens `dialog` above the page, with the keyboard inside it.
pub(crate) fn show_modal(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // Fails only for a dialog that is open already.
        let _ = dialog.show_modal();
    }
}

/// Closes `dialog`, which returns the focus to where it was.
pub(crate) fn close_modal(dialog: &HtmlDialogElement) {
    if dialog.open() {
        dialog.close();
    }
}

/// Whether `text` is on the clipboard now. Browsers refuse on pages without HTTPS.
pub(crate) async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // Without a secure context the property is missing, and calling it would throw.
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Lets the browser ask before the page is closed or reloaded, whenever `is_needed`.
pub(crate) fn ask_before_unload(is_needed: impl Fn() -> bool + 'static) {
    // Never removed: it is needed for as long as the page is open.
    let _ = window_event_listener(ev::beforeunload, move |event| {
        if is_needed() {
            event.prevent_default();
            event.set_return_value("leave");
        }
    });
}

/// Calls whenever the page comes back into view: a computer that slept, or a phone, has lost its connections meanwhile.
pub(crate) fn on_page_visible(call: impl Fn() + 'static) {
    // Never removed: it is needed for as long as the page is open.
    let listener = EventListener::new(&document(), "visibilitychange", move |_| {
        if !document().hidden() {
            call();
        }
    });
    listener.forget();
}

/// An ISO 8601 time as the reader writes dates and times.
pub(crate) fn local_time(iso: &str) -> String {
    format_date(iso, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The day of an ISO 8601 time as the reader writes dates.
pub(crate) fn local_day(iso: &str) -> String {
    format_date(iso, &[("dateStyle", "medium")])
}

/// How long ago something was, in seconds, that is so many milliseconds after 1970 began.
pub(crate) fn seconds_since(ms: u64) -> u64 {
    (Date::now() as u64).saturating_sub(ms) / 1000
}

fn format_date(iso: &str, styles: &[(&str, &str)]) -> String {
    let options = js_object(styles);
    let date = Date::new(&JsValue::from_str(iso));
    if date.get_time().is_nan() {
        return iso.to_owned();
    }
    date.to_locale_string("default", &options).into()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &Object) -> Result<DisplayNames, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<Option<String>, JsValue>;
}

/// The language of a BCP 47 tag in English, as the rest of the page; the tag itself if the browser knows none.
pub(crate) fn language_name(tag: &str) -> String {
    let options = js_object(&[("type", "language"), ("languageDisplay", "standard")]);
    let name = DisplayNames::new("en", &options).and_then(|names| names.of(tag));
    name.ok().flatten().unwrap_or_else(|| tag.to_owned())
}

/// An object of these properties.
pub(super) fn js_object(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (key, value) in pairs {
        // Setting a plain object's property cannot fail.
        let _ = Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    options
}

/// Tells the user when the portal itself crashes; nothing on the page works after that.
pub(crate) fn report_crashes() {
    std::panic::set_hook(Box::new(|panic| {
        console::error(&Array::of1(&JsValue::from_str(&panic.to_string())));
        let Ok(notice) = document().create_element("p") else { return };
        notice.set_class_name("crash");
        notice.set_text_content(Some(
            "This page has crashed. Reload it and choose the file again to resume the upload.",
        ));
        // If even this fails, the console has the message.
        let _ = notice.set_attribute("role", "alert");
        let _ = document().body().map(|body| body.prepend_with_node_1(&notice));
    }));
}
