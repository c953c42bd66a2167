//! The list: every call that may reach the release service, and what it takes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use http::Method;
use matchit::Router;
use protocol::{Access, CALLS, Call, route};

/// What a call must bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// A signed-in browser or the caller's own API token.
    Account,
    /// The caller's own API token: the answer may hold a new one, which no browser ever sees.
    OwnToken,
    /// Nothing that the edge knows: the call carries a token of its own, or its address is the permission.
    Nothing,
}

/// What may be done at one path.
struct Listed {
    methods: Vec<&'static str>,
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

/// First segments that belong to the service. wrangler.toml names the same ones in `run_worker_first`.
const SERVICE_PREFIXES: [&str; 6] =
    ["/v0.1/", "/upload/", "/install/", "/download/", "/icon/", "/unsubscribe/"];

pub(crate) fn look_up(method: &Method, path: &str) -> Lookup {
    match router().at(path) {
        Ok(found) if found.value.methods.contains(&listed_as(method)) => Lookup::Listed(found.value.needs),
        Ok(_) => Lookup::Unlisted,
        Err(_) if SERVICE_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) => Lookup::Unlisted,
        Err(_) => Lookup::Elsewhere,
    }
}

/// HEAD may go wherever GET may.
fn listed_as(method: &Method) -> &str {
    if *method == Method::HEAD { "GET" } else { method.as_str() }
}

fn router() -> &'static Router<Listed> {
    static ROUTER: OnceLock<Router<Listed>> = OnceLock::new();
    ROUTER.get_or_init(|| {
        let mut by_path = BTreeMap::new();
        for Call { method, path, access } in CALLS {
            let listed =
                by_path.entry(*path).or_insert(Listed { methods: Vec::new(), needs: needs(path, *access) });
            listed.methods.push(method.as_str());
        }
        let mut router = Router::new();
        for (template, listed) in by_path {
            let inserted = router.insert(template, listed);
            debug_assert!(inserted.is_ok(), "two templates of the list overlap: {template}");
        }
        router
    })
}

fn needs(path: &str, access: Access) -> Needs {
    match access {
        _ if [route::API_TOKENS, route::API_TOKEN, route::APP_TOKENS, route::APP_TOKEN].contains(&path) => {
            Needs::OwnToken
        }
        Access::Anyone | Access::Upload => Needs::Nothing,
        Access::Person | Access::App(_) | Access::AppPerson(_) | Access::Org(_) => Needs::Account,
    }
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
        assert_eq!(lookup(&Method::GET, "/v0.1/symbol_uploads"), Lookup::Unlisted);
        assert_eq!(lookup(&Method::POST, "/upload/upload_chunk/a"), Lookup::Listed(Needs::Nothing));
        assert_eq!(lookup(&Method::POST, "/upload/upload_chunk/a/b"), Lookup::Unlisted);
        assert_eq!(lookup(&Method::GET, "/apps/ann/one"), Lookup::Elsewhere);
    }
}
