use protocol::Os;

use crate::api::types::App;

/// What the app's page says about the app's id: under its name, and where packages are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AppIdTexts {
    /// Under the name of an app without an id.
    pub(crate) absent: &'static str,
    /// What becomes of a package that is dropped on the page.
    pub(crate) drop: &'static str,
}

impl AppIdTexts {
    /// The lines for `app`.
    pub(crate) fn of(app: &App) -> AppIdTexts {
        let (absent, drop) = match (&app.bundle_identifier, app.os) {
            (Some(_), _) => {
                ("", "It becomes a release of this app if it has the app's id. If not, you choose the app.")
            }
            // Their packages always have one.
            (None, Os::Android | Os::Ios | Os::Tvos) => (
                "No id yet: the app takes the id of its first release",
                "It becomes the first release of this app, and the app takes its id.",
            ),
            // Some of their packages have one, others not.
            (None, Os::Windows | Os::Macos) => (
                "No id yet: the app takes the id of the first package that has one",
                "It becomes a release of this app.",
            ),
            (None, Os::Linux | Os::Tizen | Os::Custom) => (
                "Without an id: its packages are archives, which have none",
                "An archive becomes a release of this app.",
            ),
        };
        AppIdTexts { absent, drop }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::Owner;

    fn app(os: Os, identifier: Option<&str>) -> App {
        App {
            name: String::new(),
            display_name: String::new(),
            os,
            icon_url: None,
            owner: Owner { name: String::new(), display_name: String::new() },
            bundle_identifier: identifier.map(str::to_owned),
        }
    }

    #[test]
    fn an_app_of_archives_waits_for_no_id() {
        let lines = AppIdTexts::of(&app(Os::Custom, None));
        assert!(lines.absent.starts_with("Without an id") && !lines.drop.contains(" id"));
    }

    #[test]
    fn an_app_whose_packages_have_ids_waits_for_one() {
        for os in [Os::Android, Os::Windows] {
            assert!(AppIdTexts::of(&app(os, None)).absent.starts_with("No id yet"));
        }
        assert!(AppIdTexts::of(&app(Os::Android, Some("org.example"))).drop.contains("the app's id"));
    }
}
