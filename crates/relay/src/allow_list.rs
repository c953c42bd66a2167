//! The allow list: every call that may reach the release service, and which credentials it needs at the edge.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use http::Method;
use matchit::Router;
use protocol::{Access, Answer, CALLS, Call};

/// The credentials that the edge wants of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// A signed-in browser's session, or an API token of the caller's own.
    SessionOrToken,
    /// An API token of the caller's own, see [`Answer::Secret`].
    OwnToken,
    /// None that the edge knows: the call carries a token of its own, or its address is the permission.
    Nothing,
}

/// What the allow list says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// It may pass with these credentials.
    Listed(Credentials),
    /// It is under a path of the service and not on the list.
    Unlisted,
    /// The service has nothing there.
    Elsewhere,
}

/// First segments of paths that belong to the service.
///
/// wrangler.toml repeats them in `run_worker_first`, and a test compares the two. A path below a prefix that is missing
/// there is looked for among the static files before the edge sees it: a file of that name would be served in place of
/// the call, and past this list.
const SERVICE_PREFIXES: [&str; 6] =
    ["/v0.1/", "/upload/", "/install/", "/download/", "/icon/", "/unsubscribe/"];

/// Looks a call up.
///
/// The edge adds an API token to calls of signed-in browsers, so whatever passes here is done with that token's rights.
/// A list of what is refused would let through what is not thought of today: a call that the service gains later, or a
/// path that the service and the edge read differently (`/v0.1//apps`, `%2e%2e`). What is not in [`CALLS`] does not
/// pass.
pub(crate) fn look_up(method: &Method, path: &str) -> Listing {
    match router().at(path) {
        Ok(found) => {
            found.value.get(listed_as(method)).map_or(Listing::Unlisted, |needed| Listing::Listed(*needed))
        }
        Err(_) if SERVICE_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) => Listing::Unlisted,
        Err(_) => Listing::Elsewhere,
    }
}

/// HEAD may go wherever GET may.
fn listed_as(method: &Method) -> &str {
    if *method == Method::HEAD { "GET" } else { method.as_str() }
}

/// What each method at one path needs.
type Methods = BTreeMap<&'static str, Credentials>;

fn router() -> &'static Router<Methods> {
    static ROUTER: OnceLock<Router<Methods>> = OnceLock::new();
    ROUTER.get_or_init(|| {
        let mut by_path = BTreeMap::<_, Methods>::new();
        for call in CALLS {
            by_path.entry(call.path).or_default().insert(call.method.as_str(), needed_credentials(call));
        }
        let mut router = Router::new();
        for (template, methods) in by_path {
            let inserted = router.insert(template, methods);
            debug_assert!(inserted.is_ok(), "two templates of the list overlap: {template}");
        }
        router
    })
}

fn needed_credentials(call: &Call) -> Credentials {
    match (call.access, call.answer) {
        (_, Answer::Secret) => Credentials::OwnToken,
        (Access::Anyone | Access::Upload, Answer::Public | Answer::FirstToken) => Credentials::Nothing,
        (Access::Person | Access::App(_) | Access::AppPerson(_) | Access::Org(_), answer) => match answer {
            Answer::Public => Credentials::SessionOrToken,
            Answer::Secret | Answer::FirstToken => Credentials::OwnToken,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_the_list_passes() {
        let lookup = |method: &Method, path: &str| look_up(method, path);
        assert_eq!(lookup(&Method::GET, "/v0.1/apps"), Listing::Listed(Credentials::SessionOrToken));
        assert_eq!(lookup(&Method::DELETE, "/v0.1/apps"), Listing::Unlisted);
        assert_eq!(lookup(&Method::HEAD, "/install/token/download"), Listing::Listed(Credentials::Nothing));
        assert_eq!(lookup(&Method::GET, "/v0.1/symbol_uploads"), Listing::Unlisted);
        assert_eq!(lookup(&Method::POST, "/upload/upload_chunk/a"), Listing::Listed(Credentials::Nothing));
        assert_eq!(lookup(&Method::POST, "/upload/upload_chunk/a/b"), Listing::Unlisted);
        assert_eq!(lookup(&Method::GET, "/apps/ann/one"), Listing::Elsewhere);
    }

    #[test]
    fn every_call_of_the_service_is_below_one_of_its_prefixes() {
        for call in CALLS {
            assert!(SERVICE_PREFIXES.iter().any(|prefix| call.path.starts_with(prefix)), "{}", call.path);
        }
    }

    #[test]
    fn wrangler_runs_the_worker_first_at_the_prefixes_of_the_service_and_for_sessions() {
        let config = include_str!("../../../wrangler.toml");
        let (_, list) = config.split_once("run_worker_first = [").unwrap();
        let (list, _) = list.split_once(']').unwrap();
        let mut configured: Vec<_> =
            list.split(',').map(|item| item.trim().trim_matches('"').to_owned()).collect();
        let mut expected: Vec<_> = SERVICE_PREFIXES.iter().map(|prefix| format!("{prefix}*")).collect();
        expected.push(protocol::route::SESSION.to_owned());
        configured.sort();
        expected.sort();
        assert_eq!(configured, expected);
    }
}
