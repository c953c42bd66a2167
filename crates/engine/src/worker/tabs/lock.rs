//! Web Locks: of all tabs, one drives an upload.
//!
//! Two tabs that sent chunks of the same upload would each take the other's chunks for damage, and the first to cancel
//! would delete what the second is sending. A lock named after the upload prevents that: the browser gives it to one tab,
//! keeps the others in line, and frees it when the tab that holds it closes or crashes. So the next tab in line takes over
//! without a heartbeat and without a timeout that could be wrong while a tab sleeps.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use crate::worker::js_object::{object, property};
use crate::worker::scope::scope;

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

/// The name of the lock of an upload.
pub(in crate::worker) fn name_of(key: &str) -> String {
    format!("slipway-upload:{key}")
}

/// Holds a lock until it is dropped, or the tab is closed. Without Web Locks, as on pages without HTTPS, it holds nothing:
/// then every tab may continue.
#[must_use = "a lock is free again when its guard is dropped"]
pub(in crate::worker) struct LockGuard(Option<Function>);

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// How to take a lock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum LockMode {
    /// Only if it is free.
    IfFree,
    /// As soon as it is free, however long that takes.
    Wait,
}

/// Takes the lock; none if another tab holds it.
pub(in crate::worker) async fn take(name: &str, mode: LockMode) -> Option<LockGuard> {
    let Some(locks) = manager() else { return Some(LockGuard(None)) };
    let request = Rc::new(LockRequest::default());
    // Made before the callback can be called.
    let answer = request.answer_promise();
    let callback = Closure::once_into_js({
        let request = Rc::clone(&request);
        move |lock: JsValue| request.on_lock(&lock)
    });
    let options = object(&[("ifAvailable", &(mode == LockMode::IfFree).into())]);
    let Ok(held) = locks.request(name, &options, callback.unchecked_ref()) else {
        return Some(LockGuard(None));
    };
    // The promise of `request` ends with the lock, or at once with an error if the browser refuses.
    match JsFuture::from(Promise::race(&Array::of2(&answer, &held))).await {
        Ok(_) => request.release.take().map(|release| LockGuard(Some(release))),
        Err(_) => Some(LockGuard(None)),
    }
}

/// Waits until no tab holds the lock, without taking it.
pub(in crate::worker) async fn until_free(name: &str) {
    let Some(locks) = manager() else { return };
    let options = object(&[("mode", &"shared".into())]);
    let at_once = Closure::once_into_js(|_: JsValue| JsValue::UNDEFINED);
    if let Ok(freed) = locks.request(name, &options, at_once.unchecked_ref()) {
        let _ = JsFuture::from(freed).await;
    }
}

/// The names of the locks that any tab holds.
pub(in crate::worker) async fn held_lock_names() -> Vec<String> {
    let Some(Ok(query)) = manager().map(|locks| locks.query()) else { return Vec::new() };
    let snapshot = JsFuture::from(query).await.unwrap_or_default();
    let held = property(&snapshot, "held").dyn_into::<Array>().unwrap_or_default();
    held.iter().filter_map(|lock| property(&lock, "name").as_string()).collect()
}

fn manager() -> Option<LockManager> {
    let locks = property(&scope().navigator(), "locks");
    (!locks.is_undefined()).then(|| locks.unchecked_into())
}

/// A request for a lock that has not been answered.
#[derive(Default)]
struct LockRequest {
    resolve: RefCell<Option<Function>>,
    release: RefCell<Option<Function>>,
}

impl LockRequest {
    /// Fulfilled when the request is answered.
    fn answer_promise(&self) -> Promise {
        Promise::new(&mut |resolve, _| drop(self.resolve.replace(Some(resolve))))
    }

    /// The browser's answer: the lock, or null if it is not to be had. It is held until the promise that this returns is
    /// fulfilled.
    fn on_lock(&self, lock: &JsValue) -> JsValue {
        let mut held = JsValue::UNDEFINED;
        if !lock.is_null() {
            held = Promise::new(&mut |resolve, _| drop(self.release.replace(Some(resolve)))).into();
        }
        if let Some(resolve) = self.resolve.take() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
        held
    }
}
