//! The upload, as it is told and retried.

use engine::message::EngineEvent;
use upload::Phase;

use super::*;

#[test]
fn an_upload_is_started_once() {
    let mut wizard = uploading();
    assert_eq!(draft(&mut wizard).choose_app(&ours()), []);
}

#[test]
fn a_failed_upload_keeps_its_progress_and_can_be_retried() {
    let mut wizard = uploading();
    wizard.report(progress(Phase::Uploading, 40));
    wizard.report(progress(Phase::Failed, 40));
    wizard.report(failed(true));
    assert_eq!((draft(&mut wizard).transfer.percent(), draft(&mut wizard).transfer.phase()), (40, "failed"));
    assert_eq!(draft(&mut wizard).retry_upload(), [Effect::RetryUpload]);
    wizard.report(failed(false));
    assert_eq!(draft(&mut wizard).retry_upload(), []);
}

#[test]
fn a_cancelled_upload_keeps_what_was_entered_and_can_start_again() {
    let mut wizard = uploading();
    draft(&mut wizard).notes = "new".to_owned();
    assert_eq!(draft(&mut wizard).cancel_upload(), [Effect::CancelUpload]);
    wizard.report(progress(Phase::Uploading, 99));
    wizard.report(EngineEvent::Cancelled);
    assert_eq!(draft(&mut wizard).transfer, Transfer::Cancelled);
    assert_eq!(draft(&mut wizard).retry_upload(), [Effect::Upload(key("demo"), None)]);
    assert_eq!(draft(&mut wizard).notes, "new");
}

#[test]
fn a_cancel_confirmed_too_late_is_none() {
    for report in [progress(Phase::Finishing, 100), progress(Phase::Processing, 100), failed(false)] {
        let mut wizard = uploading();
        wizard.report(report);
        let before = wizard.clone();
        assert_eq!(draft(&mut wizard).cancel_upload(), []);
        assert_eq!(wizard, before);
    }
    let mut wizard = ready();
    assert_eq!(draft(&mut wizard).cancel_upload(), []);
    let mut wizard = uploading();
    wizard.report(progress(Phase::Processing, 100));
    wizard.report(failed(true));
    assert_eq!(draft(&mut wizard).cancel_upload(), [], "a retry may still find the release");
    let mut wizard = uploading();
    wizard.report(progress(Phase::Uploading, 40));
    wizard.report(failed(true));
    assert_eq!(draft(&mut wizard).cancel_upload(), [Effect::CancelUpload]);
}

#[test]
fn a_cancel_that_the_engine_could_not_carry_out_goes_on_to_the_release() {
    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.report(progress(Phase::Uploading, 99));
    wizard.report(progress(Phase::Cancelling, 99));
    assert_eq!(draft(&mut wizard).transfer, Transfer::Cancelling, "news from before the cancel");
    wizard.report(progress(Phase::Processing, 100));
    assert_eq!(draft(&mut wizard).transfer.phase(), "processing");
    wizard.report(EngineEvent::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).transfer.release_id(), Some(7));

    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.report(EngineEvent::Ready { release_id: 7 });
    assert_eq!(draft(&mut wizard).transfer.release_id(), Some(7));
}

#[test]
fn a_failure_on_the_way_to_a_cancel_claims_no_cancel() {
    let mut wizard = uploading();
    draft(&mut wizard).cancel_upload();
    wizard.report(failed(true));
    assert_eq!(draft(&mut wizard).transfer.phase(), "failed");
    wizard.report(EngineEvent::Cancelled);
    assert_eq!(draft(&mut wizard).transfer, Transfer::Cancelled);
}

#[test]
fn a_screen_reader_hears_of_quarters_not_of_percents() {
    let mut wizard = uploading();
    let mut heard = vec![wizard.announcement()];
    for percent in 0..=100 {
        wizard.report(progress(Phase::Uploading, percent));
        heard.push(wizard.announcement());
    }
    wizard.report(progress(Phase::Processing, 100));
    heard.push(wizard.announcement());
    wizard.report(EngineEvent::Ready { release_id: 7 });
    heard.push(wizard.announcement());
    heard.dedup();
    let expected = [
        "Upload of demo.apk started",
        "25 percent uploaded",
        "50 percent uploaded",
        "75 percent uploaded",
        "Uploaded. The server is verifying the package",
        "Ready to distribute",
    ];
    assert_eq!(heard, expected);
}
