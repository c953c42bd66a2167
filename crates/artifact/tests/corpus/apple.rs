use crate::compare::{Different, check};

const DIFFERENT: &[Different] = &[];

#[test]
fn every_ipa_or_zipped_app_yields_what_independent_tools_read() {
    check(&["ipa", "app.zip"], DIFFERENT);
}
