//! Web Locks: of all tabs, one drives an upload.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use crate::worker::page;

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &JsValue,
        callback: &Function,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;
}

/// A lock that is held until this is dropped, or the tab is closed. Without Web Locks, as on pages without HTTPS, it is
/// none at all: then every tab may go on.
#[must_use = "a lock is free again when it is dropped"]
pub(in crate::worker) struct LockGuard(Option<Function>);

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// How to ask for a lock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum LockMode {
    /// Only if it is free.
    Now,
    /// For as long as it takes.
    Wait,
}

/// Takes the lock; none if another tab holds it.
pub(in crate::worker) async fn take(name: &str, ask: LockMode) -> Option<LockGuard> {
    let Some(locks) = manager() else { return Some(LockGuard(None)) };
    let asked = Rc::new(LockRequest::default());
    // Made before anybody can answer.
    let answered = asked.answered();
    let callback = Closure::once_into_js({
        let asked = Rc::clone(&asked);
        move |lock: JsValue| asked.answer(&lock)
    });
    let options = page::object(&[("ifAvailable", &(ask == LockMode::Now).into())]);
    let Ok(requested) = locks.request(name, &options, callback.unchecked_ref()) else {
        return Some(LockGuard(None));
    };
    // The request itself ends with the lock, or at once if the browser will not have it.
    match JsFuture::from(Promise::race(&Array::of2(&answered, &requested))).await {
        Ok(_) => asked.release.take().map(|release| LockGuard(Some(release))),
        Err(_) => Some(LockGuard(None)),
    }
}

/// Waits until nobody holds the lock, without taking it.
pub(in crate::worker) async fn until_free(name: &str) {
    let Some(locks) = manager() else { return };
    let options = page::object(&[("mode", &"shared".into())]);
    let at_once = Closure::once_into_js(|_: JsValue| JsValue::UNDEFINED);
    if let Ok(freed) = locks.request(name, &options, at_once.unchecked_ref()) {
        let _ = JsFuture::from(freed).await;
    }
}

/// The names of all locks that are held, by whichever tab.
pub(in crate::worker) async fn held() -> Vec<String> {
    let Some(Ok(query)) = manager().map(|locks| locks.query()) else { return Vec::new() };
    let snapshot = JsFuture::from(query).await.unwrap_or_default();
    let held = page::field(&snapshot, "held").dyn_into::<Array>().unwrap_or_default();
    held.iter().filter_map(|lock| page::field(&lock, "name").as_string()).collect()
}

fn manager() -> Option<LockManager> {
    let locks = page::field(&page::scope().navigator(), "locks");
    (!locks.is_undefined()).then(|| locks.unchecked_into())
}

/// Between a wish for a lock and its answer.
#[derive(Default)]
struct LockRequest {
    wake: RefCell<Option<Function>>,
    release: RefCell<Option<Function>>,
}

impl LockRequest {
    fn answered(&self) -> Promise {
        Promise::new(&mut |resolve, _| drop(self.wake.replace(Some(resolve))))
    }

    /// The lock is held until the promise that this returns is fulfilled; one that is not to be had is null.
    fn answer(&self, lock: &JsValue) -> JsValue {
        let mut held = JsValue::UNDEFINED;
        if !lock.is_null() {
            held = Promise::new(&mut |resolve, _| drop(self.release.replace(Some(resolve)))).into();
        }
        if let Some(wake) = self.wake.take() {
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
        held
    }
}
