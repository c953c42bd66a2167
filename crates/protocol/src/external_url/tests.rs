use proptest::prelude::*;
use url::{Host, Url};

use super::*;
use ExternalUrlError as Error;

fn refusal(text: &str) -> Option<ExternalUrlError> {
    ExternalUrl::parse(text).err()
}

#[test]
fn a_link_to_a_build_passes_as_it_is() {
    for text in [
        "https://dl.mycorp.com/calc/42",
        "https://cdn.mycorp.co.uk/a%20b/app-1.2.apk?sig=a+b/c=&x=%2F",
        "https://xn--pple-43d.com/",
        "https://a.xn--p1ai/x",
        "https://drive.mycorp.com/u/0/d/~me@home/(1)",
    ] {
        assert_eq!(ExternalUrl::parse(text).map(|url| url.to_string()), Ok(text.to_owned()));
    }
}

#[test]
fn only_the_host_is_put_in_lower_case_and_a_path_is_added() {
    assert_eq!(ExternalUrl::parse("https://DL.MyCorp.com").unwrap().as_str(), "https://dl.mycorp.com/");
    assert_eq!(
        ExternalUrl::parse("https://dl.mycorp.com?A=B").unwrap().as_str(),
        "https://dl.mycorp.com/?A=B"
    );
    assert_eq!(ExternalUrl::parse("https://dl.mycorp.com/A").unwrap().host(), "dl.mycorp.com");
}

#[test]
fn no_spelling_of_an_ip_address_passes() {
    for text in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://0/",
        "https://%31%32%37.0.0.1/",
    ] {
        assert_eq!(refusal(text), Some(Error::Host), "{text}");
    }
    assert!(matches!(refusal("https://①②⑦.⓪.⓪.①/"), Some(Error::Character('①'))));
    assert_eq!(refusal("https://[::1]/"), Some(Error::Port));
    assert_eq!(refusal("https://[64:ff9b::7f00:1]/"), Some(Error::Port));
}

#[test]
fn names_of_private_networks_are_refused() {
    for text in [
        "https://foo.local/",
        "https://metadata.google.internal/",
        "https://a.home.arpa/",
        "https://router.lan/x",
        "https://build.corp/",
        "https://x.test/",
        "https://x.onion/",
    ] {
        assert_eq!(refusal(text), Some(Error::Private), "{text}");
    }
    assert_eq!(refusal("https://localhost/"), Some(Error::Host));
    assert_eq!(refusal("https://localhost./"), Some(Error::Host));
}

#[test]
fn what_browsers_would_repair_is_refused() {
    for text in [
        "https:/dl.mycorp.com",
        "https:dl.mycorp.com/x",
        "HTTPS://dl.mycorp.com/",
        "http://dl.mycorp.com/",
        "//dl.mycorp.com/",
        "javascript:alert(1)",
        "",
    ] {
        assert_eq!(refusal(text), Some(Error::NotHttps), "{text}");
    }
    assert_eq!(refusal("https://dl.mycorp.com\\@evil.com/"), Some(Error::Character('\\')));
    assert_eq!(refusal("https://dl.mycorp.com/a\tb"), Some(Error::Character('\t')));
    assert_eq!(refusal(" https://dl.mycorp.com/"), Some(Error::Character(' ')));
    assert_eq!(refusal("https://example。com/"), Some(Error::Character('。')));
    assert_eq!(refusal("https://аpple.com/"), Some(Error::Character('а')));
    assert_eq!(refusal("https://dl.mycorp.com/a/../b"), Some(Error::Dots));
    assert_eq!(refusal("https://dl.mycorp.com/a/%2E%2e/b"), Some(Error::Dots));
    assert_eq!(refusal("https://dl.mycorp.com/a<b"), Some(Error::Character('<')));
    assert_eq!(refusal("https://dl.mycorp.com/100%"), Some(Error::Percent));
}

#[test]
fn users_ports_and_fragments_are_refused() {
    assert_eq!(refusal("https://user:pw@dl.mycorp.com/"), Some(Error::UserInfo));
    assert_eq!(refusal("https://dl.mycorp.com:8443/"), Some(Error::Port));
    assert_eq!(refusal("https://dl.mycorp.com/a#b"), Some(Error::Fragment));
    assert_eq!(refusal(&format!("https://dl.mycorp.com/{}", "a".repeat(2048))), Some(Error::TooLong));
}

#[test]
fn every_refusal_says_what_was_expected() {
    for text in
        ["x", "https://a@b.com/", "https://b.com:1/", "https://b/", "https://b.lan/", "https://b.com/%"]
    {
        assert!(refusal(text).unwrap().to_string().starts_with("expected "));
    }
}

proptest! {
    /// What passes means the same to a browser, letter for letter, and leads to a named host.
    #[test]
    fn what_passes_is_what_a_browser_opens(text in "(https://)?[a-zA-Z0-9.:@%/?#\\\\\\[\\] \\-_~<>|^{}'\"`]{0,40}(\\.com)?[/?#.%a-f0-9]{0,12}") {
        if let Ok(checked) = ExternalUrl::parse(&text) {
            let opened = Url::parse(checked.as_str()).unwrap();
            prop_assert_eq!(opened.as_str(), checked.as_str());
            prop_assert!(matches!(opened.host(), Some(Host::Domain(_))));
            prop_assert_eq!(opened.port(), None);
        }
    }

    #[test]
    fn hosts_of_any_make_are_what_a_browser_sees(host in "[a-z0-9x.\\-]{1,24}", path in "(/[ -~]{0,6}){0,3}(\\?[ -~]{0,8})?") {
        let host = if host.contains('.') { host } else { format!("{host}.com") };
        if let Ok(checked) = ExternalUrl::parse(&format!("https://{host}{path}")) {
            // A label that begins with xn-- may be no Punycode: then a browser opens nothing.
            if let Ok(opened) = Url::parse(checked.as_str()) {
                prop_assert_eq!(opened.as_str(), checked.as_str());
                prop_assert!(matches!(opened.host(), Some(Host::Domain(_))));
            }
        }
    }
}
