//! A package on its way to a release.

use artifact::Artifact;
use protocol::limit;

use super::{
    AppKey, CallState, Destinations, Effect, GroupList, Part, PickedFile, Target, Transfer, VersionSource,
    delivery::{self, Delivery},
    target,
};
use crate::{
    facts::{App, BasicRelease, Group},
    phrase::count,
    problem::{ApiError, Problem},
};

/// The steps, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    #[default]
    Upload,
    Notes,
    Destinations,
    Review,
}

impl Step {
    /// All of them.
    pub(crate) const ALL: [Step; 4] = [Step::Upload, Step::Notes, Step::Destinations, Step::Review];

    /// For people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Step::Upload => "Upload",
            Step::Notes => "Notes",
            Step::Destinations => "Destinations",
            Step::Review => "Review",
        }
    }

    fn after(self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| *step > self)
    }

    fn before(self) -> Option<Step> {
        Step::ALL.into_iter().rev().find(|step| *step < self)
    }
}

/// A package, and everything entered for its release.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    /// The file.
    pub(crate) file: PickedFile,
    /// What it is.
    pub(crate) artifact: Artifact,
    /// Its icon, as a `data:` URL.
    pub(crate) icon: Option<String>,
    /// Whose word its version is.
    pub(crate) version: VersionSource,
    /// The app on whose page it was dropped.
    pub(crate) hint: Option<AppKey>,
    /// The step on screen.
    pub(crate) step: Step,
    /// The app it goes to.
    pub(crate) target: Target,
    /// What that app has already, as far as it is known.
    pub(crate) releases: Vec<BasicRelease>,
    /// Its upload.
    pub(crate) transfer: Transfer,
    /// Whether the upload can be gone on with after a reload.
    pub(crate) is_saved: bool,
    /// What to say of an upload that goes on where it stopped.
    pub(crate) resumed_note: Option<&'static str>,
    /// Plain text or Markdown.
    pub(crate) notes: String,
    /// Who gets it.
    pub(crate) destinations: Destinations,
    /// Its distribution.
    pub(crate) delivery: Delivery,
}

impl Draft {
    /// A draft of which only the package is known.
    pub(crate) fn new(
        file: PickedFile,
        artifact: Artifact,
        icon: Option<String>,
        hint: Option<AppKey>,
    ) -> Draft {
        Draft {
            file,
            version: VersionSource::of(&artifact),
            artifact,
            icon,
            hint,
            step: Step::default(),
            target: Target::default(),
            releases: Vec::new(),
            transfer: Transfer::default(),
            is_saved: false,
            resumed_note: None,
            notes: String::new(),
            destinations: Destinations::default(),
            delivery: Delivery::default(),
        }
    }

    /// Takes in the list of apps.
    pub(crate) fn apps_loaded(&mut self, answer: Result<Vec<App>, Problem>) -> Vec<Effect> {
        self.target = match answer {
            Ok(apps) => Target::find(apps, &self.artifact, self.hint.as_ref()),
            Err(problem) => Target::Unknown(problem),
        };
        self.start_upload()
    }

    /// Asks for the list of apps again.
    pub(crate) fn look_again(&mut self) -> Vec<Effect> {
        self.target = Target::Looking;
        vec![Effect::LoadApps]
    }

    /// Settles on an app from the list.
    pub(crate) fn choose_app(&mut self, app: &App) -> Vec<Effect> {
        self.target = Target::known(app);
        self.start_upload()
    }

    /// Has the app created that the package wants.
    pub(crate) fn create_app(&mut self, display_name: &str) -> Vec<Effect> {
        let Target::Choosing { creation, .. } = &mut self.target else { return Vec::new() };
        match target::new_app(&self.artifact, display_name) {
            Ok(request) => {
                *creation = CallState::Sending;
                vec![Effect::CreateApp(request)]
            }
            Err(problem) => {
                *creation = CallState::Failed(problem);
                Vec::new()
            }
        }
    }

    /// Takes in the answer to the app's creation.
    pub(crate) fn app_created(&mut self, answer: Result<App, ApiError>) -> Vec<Effect> {
        let Target::Choosing { creation, .. } = &mut self.target else { return Vec::new() };
        match answer {
            Ok(app) => self.choose_app(&app),
            // A try before may have created it, and only its answer was lost.
            Err(error) if error.is_conflict() => vec![Effect::FindApp(error.into())],
            Err(error) => {
                *creation = CallState::Failed(error.into());
                Vec::new()
            }
        }
    }

    /// Takes in the list of apps after a conflict: the package's app is taken if it is there now.
    pub(crate) fn conflict_examined(
        &mut self,
        conflict: Problem,
        answer: Result<Vec<App>, Problem>,
    ) -> Vec<Effect> {
        if self.target.key().is_some() {
            return Vec::new();
        }
        if let Ok(apps) = answer {
            // Where it was dropped counts no more: a person has chosen since.
            self.target = Target::find(apps, &self.artifact, None);
        }
        if let Target::Choosing { creation, .. } = &mut self.target {
            *creation = CallState::Failed(conflict);
        }
        self.start_upload()
    }

    /// Takes the version of a package that does not say its own.
    pub(crate) fn type_version(&mut self, version: &str, build: &str) -> Vec<Effect> {
        if self.version.is_asked() {
            self.version = VersionSource::typed(version, build, self.artifact.format);
        }
        self.start_upload()
    }

    /// The upload starts as soon as app and version are known, and once: nobody has to ask for it.
    fn start_upload(&mut self) -> Vec<Effect> {
        match (self.target.key(), &self.transfer) {
            (Some(key), Transfer::Waiting) if !self.version.is_asked() => {
                self.transfer = Transfer::Starting;
                let version = self.version.for_upload();
                vec![
                    Effect::LoadReleases(key.clone()),
                    Effect::Upload(key.clone(), version),
                    Effect::LoadGroups(key.clone()),
                ]
            }
            _ => Vec::new(),
        }
    }

    /// Stops the upload unless it is too late for that; what was entered stays.
    pub(crate) fn cancel_upload(&mut self) -> Vec<Effect> {
        if !self.transfer.can_cancel() {
            return Vec::new();
        }
        self.transfer = Transfer::Cancelling;
        vec![Effect::CancelUpload]
    }

    /// Goes on with a failed upload, or starts a cancelled one again.
    pub(crate) fn retry_upload(&mut self) -> Vec<Effect> {
        match (&self.transfer, self.target.key()) {
            (Transfer::Failed { can_retry: true, .. }, _) => {
                self.transfer = Transfer::Starting;
                vec![Effect::RetryUpload]
            }
            (Transfer::Cancelled, Some(key)) => {
                self.transfer = Transfer::Starting;
                (self.is_saved, self.resumed_note) = (false, None);
                vec![Effect::Upload(key.clone(), self.version.for_upload())]
            }
            _ => Vec::new(),
        }
    }

    /// Stops the upload for now, or goes on with it.
    pub(crate) fn turn_pause(&mut self) -> Vec<Effect> {
        match &self.transfer {
            transfer if transfer.is_paused() => vec![Effect::UnpauseUpload],
            transfer if transfer.can_pause() => vec![Effect::PauseUpload],
            _ => Vec::new(),
        }
    }

    /// Whether the steps after the first are open.
    pub(crate) fn can_leave_upload(&self) -> bool {
        self.target.key().is_some() && !self.version.is_asked() && !self.transfer.is_elsewhere()
    }

    /// Shows another step, unless it is closed.
    pub(crate) fn go(&mut self, step: Step) -> Vec<Effect> {
        let is_open = step == Step::Upload || self.can_leave_upload();
        if is_open && self.delivery.call != CallState::Sending {
            self.step = step;
        }
        Vec::new()
    }

    /// Why the next step is closed, if it is.
    pub(crate) fn next_waits_for(&self) -> Option<String> {
        if self.target.key().is_some() && self.version.is_asked() {
            return Some("Enter the version first".to_owned());
        }
        if self.transfer.is_elsewhere() {
            return Some("The other tab is at it".to_owned());
        }
        if !self.can_leave_upload() {
            return Some("Create or choose the app first".to_owned());
        }
        match self.step {
            // The way to the notes stays open.
            Step::Upload => None,
            Step::Destinations => self.too_long().or_else(|| self.lacks_destination()),
            Step::Notes | Step::Review => self.too_long(),
        }
    }

    fn lacks_destination(&self) -> Option<String> {
        let is_loaded = matches!(self.destinations.groups, GroupList::Loaded(_));
        let lacks = is_loaded && self.destinations.chosen_groups().is_empty();
        lacks.then(|| "Choose at least one destination".to_owned())
    }

    /// The next step, or on the last one the distribution.
    pub(crate) fn next(&mut self) -> Vec<Effect> {
        match self.step.after() {
            Some(_) if self.next_waits_for().is_some() => Vec::new(),
            Some(step) => self.go(step),
            None => self.distribute(),
        }
    }

    /// The step before.
    pub(crate) fn back(&mut self) -> Vec<Effect> {
        match self.step.before() {
            Some(step) => self.go(step),
            None => Vec::new(),
        }
    }

    /// Takes in the list of groups.
    pub(crate) fn groups_loaded(&mut self, answer: Result<Vec<Group>, Problem>) -> Vec<Effect> {
        self.destinations.loaded(answer);
        Vec::new()
    }

    /// Loads the groups again.
    pub(crate) fn load_groups(&mut self) -> Vec<Effect> {
        self.destinations.groups = GroupList::Loading;
        self.target.key().map(|key| Effect::LoadGroups(key.clone())).into_iter().collect()
    }

    /// Has a group created.
    pub(crate) fn create_group(&mut self, name: &str) -> Vec<Effect> {
        let Some(key) = self.target.key().cloned() else { return Vec::new() };
        match self.destinations.checked_name(name) {
            Ok(name) => {
                self.destinations.creation = CallState::Sending;
                vec![Effect::CreateGroup(key, name)]
            }
            Err(problem) => {
                self.destinations.creation = CallState::Failed(problem);
                Vec::new()
            }
        }
    }

    /// Takes in the answer to the group's creation.
    pub(crate) fn group_created(&mut self, answer: Result<Group, Problem>) -> Vec<Effect> {
        self.destinations.created(answer);
        Vec::new()
    }

    /// Characters by which the notes are too long.
    pub(crate) fn excess_notes(&self) -> usize {
        self.notes.chars().count().saturating_sub(limit::RELEASE_NOTES_CHARS)
    }

    fn too_long(&self) -> Option<String> {
        let excess = self.excess_notes();
        (excess > 0).then(|| format!("Release notes are {} too long", count(excess, "character")))
    }

    /// Why it cannot be distributed yet, if so: the first thing in the way.
    pub(crate) fn waits_for(&self) -> Option<String> {
        if self.delivery.call == CallState::Sending {
            return Some("Distributing".to_owned());
        }
        if let Some(reason) = self.too_long() {
            return Some(reason);
        }
        match &self.destinations.groups {
            GroupList::Loading => return Some("Loading the groups".to_owned()),
            GroupList::Failed(_) => {
                return Some("The groups could not be loaded: see Destinations".to_owned());
            }
            GroupList::Loaded(_) => {}
        }
        if let Some(reason) = self.lacks_destination() {
            return Some(reason);
        }
        if self.transfer.release_id().is_none() { Some(self.transfer.headline()) } else { None }
    }

    /// Starts the distribution, or goes on with it after a failure.
    pub(crate) fn distribute(&mut self) -> Vec<Effect> {
        if self.waits_for().is_some() {
            return Vec::new();
        }
        self.deliver()
    }

    /// Takes in the answer to a part of the distribution, and goes on with the next.
    pub(crate) fn part_done(&mut self, part: Part, answer: Result<(), Problem>) -> Vec<Effect> {
        match answer {
            Ok(()) => {
                self.delivery.done.push(part);
                self.deliver()
            }
            Err(problem) => {
                self.delivery.call = CallState::Failed(problem);
                Vec::new()
            }
        }
    }

    fn deliver(&mut self) -> Vec<Effect> {
        let (Some(key), Some(release_id)) = (self.target.key().cloned(), self.transfer.release_id()) else {
            return Vec::new();
        };
        match delivery::next_part(self) {
            Some(part) => {
                self.delivery.call = CallState::Sending;
                vec![Effect::Deliver(key, release_id, part)]
            }
            None => vec![Effect::Open(key, release_id)],
        }
    }

    /// What giving it up now would mean.
    pub(crate) fn loss(&self) -> String {
        let fate = match self.transfer.release_id() {
            Some(id) if self.delivery != Delivery::default() => {
                Some(format!("release #{id} stays in the app with the destinations it has by then"))
            }
            _ => self.transfer.fate(),
        };
        let entered = "what you entered is lost";
        fate.map_or_else(|| entered.to_owned(), |fate| format!("{entered}; {fate}"))
    }

    /// The parts of the distribution, and whether each is done.
    pub(crate) fn parts(&self) -> Vec<(Part, bool)> {
        let is_done = |part: &Part| self.delivery.done.contains(part);
        delivery::plan(self).into_iter().map(|part| (part.clone(), is_done(&part))).collect()
    }
}
