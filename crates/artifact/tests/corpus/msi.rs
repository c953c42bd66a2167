use crate::compare::{Different, check};

const DIFFERENT: &[Different] = &[];

#[test]
fn every_windows_installer_yields_what_independent_tools_read() {
    check(&["msi"], DIFFERENT);
}
