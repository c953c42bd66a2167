//! Which app a package goes to.

use artifact::{Artifact, Format};
use protocol::{CreateAppRequest, Os, Platform, limit};

use crate::{
    api::types::{App, AppKey},
    ui_error::{CallState, UiError},
};

/// The app that the package goes to, as far as it is decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum TargetApp {
    /// The list of apps is being loaded.
    #[default]
    Loading,
    /// Loading the list of apps failed.
    Failed(UiError),
    /// The user has to choose.
    Choosing {
        /// The app on whose page it was dropped, if it cannot go there.
        wrong: Option<Box<App>>,
        /// Apps of the package's id and OS: more than one or none, unless it was dropped on the page of another.
        matches: Vec<App>,
        /// Apps of its OS that have no id yet, and whose owner has no app of its id.
        unclaimed: Vec<App>,
        /// The creation of an app.
        creation: CallState,
    },
    /// It goes to this app.
    Known {
        /// For paths.
        key: AppKey,
        /// For people.
        display_name: String,
    },
}

impl TargetApp {
    /// Decided for `app`.
    pub(crate) fn of_app(app: &App) -> TargetApp {
        TargetApp::Known { key: AppKey::of(app), display_name: app.display_name.clone() }
    }

    /// Looks for the package's app in `apps`: the one on whose page it was dropped, or without such a page the only
    /// one of its id and OS. If that page's app cannot take it, the user has to choose.
    pub(crate) fn find(apps: Vec<App>, artifact: &Artifact, hint: Option<&AppKey>) -> TargetApp {
        let oses: Vec<Os> = artifact.oses().iter().map(|os| protocol_os(*os)).collect();
        let of_page = apps.iter().find(|app| Some(&AppKey::of(app)) == hint).cloned();
        let same_os = apps.into_iter().filter(|app| oses.contains(&app.os));
        let identifier = artifact.app_identifier();
        // A package that does not have to name its app may go to any app for its system.
        let may_be_any = identifier.is_none() && artifact.may_lack_identifier();
        let (claimed, unclaimed): (Vec<App>, Vec<App>) =
            same_os.partition(|app| !may_be_any && app.bundle_identifier.is_some());
        let matches: Vec<App> =
            claimed.into_iter().filter(|app| app.bundle_identifier.as_deref() == identifier).collect();

        // An owner has at most one app with an id.
        let has_match = |app: &App| matches.iter().any(|other| other.owner.name == app.owner.name);
        let unclaimed: Vec<App> = unclaimed.into_iter().filter(|app| !has_match(app)).collect();

        let fits =
            |app: &App| matches.iter().chain(&unclaimed).any(|other| AppKey::of(other) == AppKey::of(app));
        match (of_page, matches.as_slice()) {
            (Some(app), _) if fits(&app) => TargetApp::of_app(&app),
            (None, [app]) => TargetApp::of_app(app),
            (wrong, _) => {
                let wrong = wrong.map(Box::new);
                TargetApp::Choosing { wrong, matches, unclaimed, creation: CallState::Idle }
            }
        }
    }

    /// The app, once it is decided.
    pub(crate) fn key(&self) -> Option<&AppKey> {
        if let TargetApp::Known { key, .. } = self { Some(key) } else { None }
    }
}

/// Why `artifact` cannot be a release of `app`.
pub(crate) fn mismatch_text(artifact: &Artifact, app: &App) -> String {
    let App { display_name, os, .. } = app;
    let fits_os = artifact.oses().iter().any(|other| protocol_os(*other) == *os);
    if !fits_os {
        let package = match artifact.format {
            Format::Zip => "an archive".to_owned(),
            format => format!("a package for {} (.{format})", artifact.os),
        };
        let app = if *os == Os::Custom { "a custom app".to_owned() } else { format!("an app for {os}") };
        return format!("This is {package}. You dropped it on the page of {display_name}, which is {app}.");
    }
    let package = artifact.app_identifier().unwrap_or("without an id");
    match &app.bundle_identifier {
        Some(identifier) => format!(
            "This package is `{package}`. You dropped it on the page of {display_name}, which is `{identifier}`."
        ),
        None => format!(
            "This package is `{package}`, which belongs to another app. You dropped it on the page of \
             {display_name}."
        ),
    }
}

/// The request that creates an app for `artifact` with that name.
pub(crate) fn new_app(artifact: &Artifact, display_name: &str) -> Result<CreateAppRequest, UiError> {
    let display_name = display_name.trim();
    if display_name.is_empty() {
        return Err(UiError::new(
            "The name is missing",
            "the app needs a name",
            "enter the name that testers will see",
        ));
    }
    let n_chars = display_name.chars().count();
    if n_chars > limit::NAME_CHARS {
        return Err(UiError::new(
            "The name is too long",
            &format!("it has {n_chars} characters; at most {} are allowed", limit::NAME_CHARS),
            "enter a shorter name",
        ));
    }
    let os = protocol_os(artifact.os);
    Ok(CreateAppRequest {
        display_name: display_name.to_owned(),
        name: None,
        description: None,
        os,
        platform: usual_platform(os),
        release_type: None,
        bundle_identifier: artifact.app_identifier().map(str::to_owned),
    })
}

/// The crates `artifact` and `protocol` do not know each other; both use App Center's words.
fn protocol_os(os: artifact::Os) -> Os {
    match os {
        artifact::Os::Android => Os::Android,
        artifact::Os::Ios => Os::Ios,
        artifact::Os::MacOs => Os::Macos,
        artifact::Os::Tizen => Os::Tizen,
        artifact::Os::TvOs => Os::Tvos,
        artifact::Os::Windows => Os::Windows,
        artifact::Os::Linux => Os::Linux,
        artifact::Os::Custom => Os::Custom,
    }
}

/// What most apps for a system are written with. Nothing in Slipway depends on it.
fn usual_platform(os: Os) -> Platform {
    match os {
        Os::Android => Platform::Java,
        Os::Ios | Os::Macos | Os::Tvos => Platform::ObjectiveCSwift,
        Os::Windows => Platform::Uwp,
        Os::Tizen => Platform::Xamarin,
        Os::Linux => Platform::Electron,
        Os::Custom => Platform::Custom,
    }
}
