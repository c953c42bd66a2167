//! Addresses of the portal's own pages.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::route::encoded;

use crate::api::types::AppKey;

/// The page of an app.
pub(crate) fn app_path(key: &AppKey) -> String {
    format!("/apps/{}/{}", encoded(&key.owner), encoded(&key.name))
}

/// The page of a release.
pub(crate) fn release_path(key: &AppKey, release: i64) -> String {
    format!("{}/releases/{release}", app_path(key))
}

/// The app in the address of this page.
pub(crate) fn use_app_key() -> Memo<AppKey> {
    let params = use_params_map();
    Memo::new(move |_| {
        params.with(|params| AppKey {
            owner: params.get("owner").unwrap_or_default(),
            name: params.get("app").unwrap_or_default(),
        })
    })
}
