//! The list: every call that may reach the release service, and what it takes.

use std::sync::OnceLock;

use http::Method;
use matchit::Router;
use protocol::route;

/// What a call must bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// A signed-in browser or the caller's own API token.
    Account,
    /// Nothing that the edge knows: the call carries a token of its own, or its address is the permission.
    Nothing,
}

struct Listed {
    methods: &'static [Method],
    needs: Needs,
}

/// What the list says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// It may pass if it brings this.
    Listed(Needs),
    /// It is under a path of the service but not on the list.
    Unlisted,
    /// The service has nothing there.
    Elsewhere,
}

const GET: &[Method] = &[Method::GET];
const POST: &[Method] = &[Method::POST];
const DELETE: &[Method] = &[Method::DELETE];
const GET_POST: &[Method] = &[Method::GET, Method::POST];
const GET_PUT: &[Method] = &[Method::GET, Method::PUT];
const GET_PATCH: &[Method] = &[Method::GET, Method::PATCH];

const LIST: &[(&str, &[Method], Needs)] = &[
    (route::USER, GET, Needs::Account),
    (route::APPS, GET_POST, Needs::Account),
    (route::APP, GET, Needs::Account),
    (route::UPLOADS, POST, Needs::Account),
    (route::UPLOAD, GET_PATCH, Needs::Account),
    (route::RELEASES, GET, Needs::Account),
    (route::RELEASE, GET_PUT, Needs::Account),
    (route::RELEASE_GROUPS, POST, Needs::Account),
    (route::INSTALL_LINKS, GET_POST, Needs::Account),
    (route::INSTALL_LINK, DELETE, Needs::Account),
    (route::GROUPS, GET_POST, Needs::Account),
    (route::GROUP, GET, Needs::Account),
    (route::SET_METADATA, POST, Needs::Nothing),
    (route::UPLOAD_CHUNK, POST, Needs::Nothing),
    (route::FINISHED, POST, Needs::Nothing),
    (route::CANCEL, POST, Needs::Nothing),
    (route::INSTALL_PAGE, GET, Needs::Nothing),
    (route::INSTALL_DOWNLOAD, GET, Needs::Nothing),
    (route::SIGNED_DOWNLOAD, GET, Needs::Nothing),
    (route::ICON, GET, Needs::Nothing),
];

/// First segments that belong to the service. wrangler.toml names the same ones in `run_worker_first`.
const SERVICE_PREFIXES: [&str; 5] = ["/v0.1/", "/upload/", "/install/", "/download/", "/icon/"];

pub(crate) fn look_up(method: &Method, path: &str) -> Lookup {
    match router().at(path) {
        Ok(found) if found.value.methods.contains(listed_as(method)) => Lookup::Listed(found.value.needs),
        Ok(_) => Lookup::Unlisted,
        Err(_) if SERVICE_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) => Lookup::Unlisted,
        Err(_) => Lookup::Elsewhere,
    }
}

/// HEAD may go wherever GET may.
fn listed_as(method: &Method) -> &Method {
    if *method == Method::HEAD { &Method::GET } else { method }
}

fn router() -> &'static Router<Listed> {
    static ROUTER: OnceLock<Router<Listed>> = OnceLock::new();
    ROUTER.get_or_init(|| {
        let mut router = Router::new();
        for (template, methods, needs) in LIST {
            let inserted = router.insert(*template, Listed { methods, needs: *needs });
            debug_assert!(inserted.is_ok(), "two templates of the list overlap: {template}");
        }
        router
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_the_list_passes() {
        let lookup = |method: &Method, path: &str| look_up(method, path);
        assert_eq!(lookup(&Method::GET, "/v0.1/apps"), Lookup::Listed(Needs::Account));
        assert_eq!(lookup(&Method::DELETE, "/v0.1/apps"), Lookup::Unlisted);
        assert_eq!(lookup(&Method::HEAD, "/install/token/download"), Lookup::Listed(Needs::Nothing));
        assert_eq!(lookup(&Method::GET, "/v0.1/api_tokens"), Lookup::Unlisted);
        assert_eq!(lookup(&Method::POST, "/upload/upload_chunk/a"), Lookup::Listed(Needs::Nothing));
        assert_eq!(lookup(&Method::POST, "/upload/upload_chunk/a/b"), Lookup::Unlisted);
        assert_eq!(lookup(&Method::GET, "/apps/ann/one"), Lookup::Elsewhere);
    }
}
