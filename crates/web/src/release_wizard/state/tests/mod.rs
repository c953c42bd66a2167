//! What the tests share; each file tests one part of the state.

mod app;
mod distribution;
mod package;
mod resume;
mod upload_state;

use artifact::{Artifact, Format, Os};
use engine::message::{EngineEvent, EnteredVersion, Progress};
use protocol::{COLLABORATORS, ErrorBody, ErrorCode};
use upload::Phase;

use super::*;
use crate::{
    api::{
        ApiError,
        types::{App, AppKey, BasicRelease, Destination, Group, Owner},
    },
    package::PickedFile,
    ui_error::{CallState, UiError},
};

fn file(id: u32) -> PickedFile {
    PickedFile { id, name: "demo.apk".to_owned(), size: 3 }
}

fn artifact() -> Artifact {
    Artifact {
        identifier: Some("org.example.demo".to_owned()),
        name: Some("Demo".to_owned()),
        version: Some("1.0".to_owned()),
        ..Artifact::new(Format::Apk, Os::Android, 3)
    }
}

fn app(name: &str, os: protocol::Os, identifier: Option<&str>) -> App {
    App {
        name: name.to_owned(),
        display_name: name.to_uppercase(),
        os,
        icon_url: None,
        owner: Owner { name: "team".to_owned(), display_name: "Team".to_owned() },
        bundle_identifier: identifier.map(str::to_owned),
    }
}

fn ours() -> App {
    app("demo", protocol::Os::Android, Some("org.example.demo"))
}

fn key(name: &str) -> AppKey {
    AppKey { owner: "team".to_owned(), name: name.to_owned() }
}

fn group(id: &str, name: &str) -> Group {
    Group { id: id.to_owned(), name: name.to_owned(), display_name: None }
}

fn release(id: i64, short_version: &str, version: &str) -> BasicRelease {
    BasicRelease {
        id,
        version: version.to_owned(),
        short_version: short_version.to_owned(),
        uploaded_at: String::new(),
        destinations: vec![Destination { name: "Collaborators".to_owned(), display_name: None }],
    }
}

fn progress(phase: Phase, percent: u8) -> EngineEvent {
    EngineEvent::Progress(Progress {
        phase,
        sent_bytes: 0,
        total_bytes: 3,
        percent,
        committed_bytes: 0,
        read_bytes: 0,
        bytes_per_second: 0,
        seconds_left: None,
        chunks_stored: 0,
        chunks_total: 1,
        in_flight: Vec::new(),
        parallel: 4,
        waiting: None,
    })
}

fn inspected(file: u32) -> EngineEvent {
    EngineEvent::Inspected { file, artifact: Box::new(artifact()), icon: None }
}

fn conflict() -> ApiError {
    ApiError::Refused(ErrorBody::new(ErrorCode::Conflict, "there is such an app already"))
}

fn failed(can_retry: bool) -> EngineEvent {
    EngineEvent::Failed {
        title: "The server lost chunks".to_owned(),
        message: "a chunk was lost".to_owned(),
        fix: "press Retry".to_owned(),
        can_retry,
    }
}

fn error() -> UiError {
    UiError::new("It failed", "no", "again")
}

/// A wizard whose package was read.
fn drafting(hint: Option<AppKey>) -> Wizard {
    let mut wizard = Wizard::default();
    assert_eq!(wizard.pick(file(1), hint), [Effect::Inspect(file(1), None)]);
    assert_eq!(wizard.on_engine_event(inspected(1)), [Effect::LoadApps]);
    wizard
}

fn draft(wizard: &mut Wizard) -> &mut Draft {
    wizard.draft_mut().unwrap()
}

/// A wizard whose upload has started, with the groups known.
fn uploading() -> Wizard {
    let mut wizard = drafting(None);
    let effects = draft(&mut wizard).on_apps(Ok(vec![ours()]));
    assert_eq!(effects, started("demo", None));
    let groups = vec![group("g0", COLLABORATORS), group("g1", "Beta")];
    draft(&mut wizard).destinations.on_groups(Ok(groups));
    wizard
}

fn ready() -> Wizard {
    let mut wizard = uploading();
    wizard.on_engine_event(EngineEvent::Ready { release_id: 7 });
    wizard
}

/// What follows once app and version are known.
fn started(app: &str, version: Option<EnteredVersion>) -> [Effect; 3] {
    [Effect::LoadReleases(key(app)), Effect::Upload(key(app), version), Effect::LoadGroups(key(app))]
}

/// The step that the only effect sends.
fn sent_step(effects: Vec<Effect>) -> DistributionStep {
    match effects.as_slice() {
        [Effect::Distribute(app, 7, step)] if *app == key("demo") => step.clone(),
        other => panic!("expected one step of release 7, got {other:?}"),
    }
}
