//! Notes, groups and what Distribute does.

use protocol::COLLABORATORS;
use upload::Phase;

use super::*;

#[test]
fn distributing_waits_for_the_server_and_shows_what_for() {
    let mut wizard = uploading();
    draft(&mut wizard).go(WizardStep::Review);
    wizard.on_engine_event(progress(Phase::Uploading, 43));
    assert_eq!(draft(&mut wizard).distribute_waits_for().as_deref(), Some("Uploading 43\u{a0}%"));
    assert_eq!(draft(&mut wizard).next(), []);
    wizard.on_engine_event(EngineEvent::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).distribute_waits_for(), None);
}

#[test]
fn distributing_needs_a_destination_and_notes_of_allowed_length() {
    let mut wizard = ready();
    draft(&mut wizard).destinations.choose("g0", false);
    assert_eq!(draft(&mut wizard).distribute_waits_for().as_deref(), Some("Choose at least one destination"));
    draft(&mut wizard).notes = "ä".repeat(5_001);
    assert_eq!(
        draft(&mut wizard).distribute_waits_for().as_deref(),
        Some("Release notes are 1 character too long")
    );
}

#[test]
fn notes_that_are_too_long_close_the_way_on_but_not_the_way_to_them() {
    let mut wizard = uploading();
    let draft = draft(&mut wizard);
    // 5 000 characters, and twice as many UTF-16 units.
    draft.notes = "😀".repeat(5_000);
    draft.go(WizardStep::Notes);
    assert_eq!(draft.next_waits_for(), None);
    draft.notes.push('!');
    assert_eq!(draft.next_waits_for().as_deref(), Some("Release notes are 1 character too long"));
    draft.next();
    assert_eq!(draft.step, WizardStep::Notes);
    draft.go(WizardStep::Upload);
    draft.next();
    assert_eq!(draft.step, WizardStep::Notes);
}

#[test]
fn a_distribution_that_failed_continues_at_the_step_that_failed() {
    let mut wizard = ready();
    let draft = draft(&mut wizard);
    draft.notes = "new".to_owned();
    draft.destinations.choose("g1", true);
    let notes = sent_step(draft.distribute());
    assert_eq!(notes, DistributionStep::Notes("new".to_owned()));
    let first = sent_step(draft.on_step_response(notes, Ok(())));
    let second = sent_step(draft.on_step_response(first.clone(), Ok(())));
    assert_eq!(draft.on_step_response(second.clone(), Err(error())), []);
    assert_eq!(draft.distribution_steps().iter().filter(|(_, is_done)| *is_done).count(), 2);

    assert_eq!(sent_step(draft.distribute()), second, "what is done is not done again");
    let link = sent_step(draft.on_step_response(second, Ok(())));
    assert_eq!(link, DistributionStep::Link);
    assert_eq!(draft.on_step_response(link, Ok(())), [Effect::OpenRelease(key("demo"), 7)]);
}

#[test]
fn testers_are_notified_unless_the_user_turns_it_off() {
    let mut wizard = ready();
    let draft = draft(&mut wizard);
    draft.notes = String::new();
    let options = |step| match step {
        DistributionStep::Group { options, .. } => (options.notify_testers, options.mandatory_update),
        other => panic!("expected a group, got {other:?}"),
    };
    let group = sent_step(draft.distribute());
    assert_eq!(options(group.clone()), (true, false));
    draft.on_step_response(group, Err(error()));
    draft.destinations.options.notify_testers = false;
    draft.destinations.options.mandatory_update = true;
    assert_eq!(options(sent_step(draft.distribute())), (false, true));
}

#[test]
fn a_distribution_is_not_started_twice() {
    let mut wizard = ready();
    assert_eq!(draft(&mut wizard).distribute().len(), 1);
    assert_eq!(draft(&mut wizard).distribute(), []);
}

#[test]
fn notes_changed_after_a_failure_are_written_again() {
    let mut wizard = ready();
    let draft = draft(&mut wizard);
    draft.notes = "old".to_owned();
    let notes = sent_step(draft.distribute());
    let group = sent_step(draft.on_step_response(notes, Ok(())));
    draft.on_step_response(group, Err(error()));
    draft.notes = String::new();
    assert_eq!(sent_step(draft.distribute()), DistributionStep::Notes(String::new()));
}

#[test]
fn collaborators_are_chosen_unless_the_user_has_chosen() {
    let mut wizard = uploading();
    let destinations = &mut draft(&mut wizard).destinations;
    assert_eq!(destinations.chosen, ["g0"]);
    destinations.choose("g0", false);
    destinations.choose("g1", true);
    destinations.on_groups(Ok(vec![group("g0", COLLABORATORS), group("g1", "Beta")]));
    assert_eq!(destinations.chosen, ["g1"]);
}

#[test]
fn a_group_is_created_once_and_chosen() {
    let mut wizard = uploading();
    let draft = draft(&mut wizard);
    assert_eq!(draft.create_group("BETA"), [], "the name is taken, whatever the case");
    assert!(matches!(draft.destinations.creation, CallState::Failed(_)));
    assert_eq!(draft.create_group(" Nightly "), [Effect::CreateGroup(key("demo"), "Nightly".to_owned())]);
    draft.on_group_created(Ok(group("g2", "Nightly")));
    assert_eq!(draft.destinations.chosen_groups().len(), 2);
}
