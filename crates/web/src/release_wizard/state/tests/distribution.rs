//! Notes, groups and what Distribute does.

use protocol::COLLABORATORS;
use upload::Phase;

use super::*;

#[test]
fn distributing_waits_for_the_server_and_says_so() {
    let mut wizard = uploading();
    draft(&mut wizard).go(Step::Review);
    wizard.report(progress(Phase::Uploading, 43));
    assert_eq!(draft(&mut wizard).waits_for().as_deref(), Some("Uploading 43\u{a0}%"));
    assert_eq!(draft(&mut wizard).next(), []);
    wizard.report(EngineEvent::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).waits_for(), None);
}

#[test]
fn distributing_needs_a_destination_and_notes_of_bearable_length() {
    let mut wizard = ready();
    draft(&mut wizard).destinations.choose("g0", false);
    assert_eq!(draft(&mut wizard).waits_for().as_deref(), Some("Choose at least one destination"));
    draft(&mut wizard).notes = "ä".repeat(5_001);
    assert_eq!(draft(&mut wizard).waits_for().as_deref(), Some("Release notes are 1 character too long"));
}

#[test]
fn notes_that_are_too_long_close_the_way_on_but_not_the_way_to_them() {
    let mut wizard = uploading();
    let draft = draft(&mut wizard);
    // 5 000 characters, and twice as many UTF-16 units.
    draft.notes = "😀".repeat(5_000);
    draft.go(Step::Notes);
    assert_eq!(draft.next_waits_for(), None);
    draft.notes.push('!');
    assert_eq!(draft.next_waits_for().as_deref(), Some("Release notes are 1 character too long"));
    draft.next();
    assert_eq!(draft.step, Step::Notes);
    draft.go(Step::Upload);
    draft.next();
    assert_eq!(draft.step, Step::Notes);
}

#[test]
fn a_distribution_that_stopped_goes_on_where_it_was() {
    let mut wizard = ready();
    let draft = draft(&mut wizard);
    draft.notes = "new".to_owned();
    draft.destinations.choose("g1", true);
    let notes = delivered(draft.distribute());
    assert_eq!(notes, Part::Notes("new".to_owned()));
    let first = delivered(draft.part_done(notes, Ok(())));
    let second = delivered(draft.part_done(first.clone(), Ok(())));
    assert_eq!(draft.part_done(second.clone(), Err(problem())), []);
    assert_eq!(draft.parts().iter().filter(|(_, is_done)| *is_done).count(), 2);

    assert_eq!(delivered(draft.distribute()), second, "what is done is not done again");
    let link = delivered(draft.part_done(second, Ok(())));
    assert_eq!(link, Part::Link);
    assert_eq!(draft.part_done(link, Ok(())), [Effect::Open(key("demo"), 7)]);
}

#[test]
fn testers_are_told_unless_somebody_says_otherwise() {
    let mut wizard = ready();
    let draft = draft(&mut wizard);
    draft.notes = String::new();
    let terms = |part| match part {
        Part::Group { terms, .. } => (terms.notify_testers, terms.mandatory_update),
        other => panic!("expected a group, got {other:?}"),
    };
    let group = delivered(draft.distribute());
    assert_eq!(terms(group.clone()), (true, false));
    draft.part_done(group, Err(problem()));
    draft.destinations.terms.notify_testers = false;
    draft.destinations.terms.mandatory_update = true;
    assert_eq!(terms(delivered(draft.distribute())), (false, true));
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
    let notes = delivered(draft.distribute());
    let group = delivered(draft.part_done(notes, Ok(())));
    draft.part_done(group, Err(problem()));
    draft.notes = String::new();
    assert_eq!(delivered(draft.distribute()), Part::Notes(String::new()));
}

#[test]
fn collaborators_are_chosen_unless_somebody_chose() {
    let mut wizard = uploading();
    let destinations = &mut draft(&mut wizard).destinations;
    assert_eq!(destinations.chosen, ["g0"]);
    destinations.choose("g0", false);
    destinations.choose("g1", true);
    destinations.loaded(Ok(vec![group("g0", COLLABORATORS), group("g1", "Beta")]));
    assert_eq!(destinations.chosen, ["g1"]);
}

#[test]
fn a_group_is_created_once_and_chosen() {
    let mut wizard = uploading();
    let draft = draft(&mut wizard);
    assert_eq!(draft.create_group("BETA"), [], "the name is taken, whatever the case");
    assert!(matches!(draft.destinations.creation, CallState::Failed(_)));
    assert_eq!(draft.create_group(" Nightly "), [Effect::CreateGroup(key("demo"), "Nightly".to_owned())]);
    draft.group_created(Ok(group("g2", "Nightly")));
    assert_eq!(draft.destinations.chosen_groups().len(), 2);
}
