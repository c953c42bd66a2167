//! Paths of the portal's own pages.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::route::percent_encode;

use crate::api::types::AppKey;

/// The page of the release that is being made.
pub(crate) const RELEASE_WIZARD: &str = "/release";

/// What the pages of invitations begin with, before the invitation's token.
pub(crate) const INVITATIONS: &str = "/invitations/";

/// The page of an app.
pub(crate) fn app_path(key: &AppKey) -> String {
    format!("/apps/{}/{}", percent_encode(&key.owner), percent_encode(&key.name))
}

/// The page of a release.
pub(crate) fn release_path(key: &AppKey, release: i64) -> String {
    format!("{}/releases/{release}", app_path(key))
}

/// The app in the path of this page.
pub(crate) fn use_app_key() -> Memo<AppKey> {
    let params = use_params_map();
    Memo::new(move |_| {
        params.with(|params| AppKey {
            owner: params.get("owner").unwrap_or_default(),
            name: params.get("app").unwrap_or_default(),
        })
    })
}

/// The app that a path leads to, on its own page or on a page below it.
pub(crate) fn app_in_path(pathname: &str) -> Option<AppKey> {
    let mut segments = pathname.trim_start_matches('/').split('/');
    match (segments.next(), segments.next(), segments.next()) {
        (Some("apps"), Some(owner), Some(name)) => {
            Some(AppKey { owner: owner.to_owned(), name: name.to_owned() })
        }
        _ => None,
    }
}
