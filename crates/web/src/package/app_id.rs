use protocol::Os;

use crate::api::types::App;

/// Which packages an app takes, in its own terms: a line under its name, and one where packages are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AppId {
    /// The line under the app's name, for an app without an id.
    pub(crate) absent: &'static str,
    /// What becomes of a package that is dropped on its page.
    pub(crate) drop: &'static str,
}

impl AppId {
    /// The lines for `app`.
    pub(crate) fn of(app: &App) -> AppId {
        let (absent, drop) = match (&app.bundle_identifier, app.os) {
            (Some(_), _) => {
                ("", "It becomes a release of this app if it has the app's id; else you are asked.")
            }
            // Their packages always have one.
            (None, Os::Android | Os::Ios | Os::Tvos) => (
                "No id yet: the first release gives it one",
                "It becomes the first release of this app, which takes its id.",
            ),
            // Some of their packages have one, others not.
            (None, Os::Windows | Os::Macos) => (
                "No id yet: the first package that has one gives it to the app",
                "It becomes a release of this app.",
            ),
            (None, Os::Linux | Os::Tizen | Os::Custom) => (
                "Without an id: its packages are archives, which have none",
                "An archive becomes a release of this app.",
            ),
        };
        AppId { absent, drop }
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
        let lines = AppId::of(&app(Os::Custom, None));
        assert!(lines.absent.starts_with("Without an id") && !lines.drop.contains(" id"));
    }

    #[test]
    fn an_app_whose_packages_have_ids_waits_for_one() {
        for os in [Os::Android, Os::Windows] {
            assert!(AppId::of(&app(os, None)).absent.starts_with("No id yet"));
        }
        assert!(AppId::of(&app(Os::Android, Some("org.example"))).drop.contains("the app's id"));
    }
}
