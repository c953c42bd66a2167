use crate::compare::{Different, check};

const DIFFERENT: &[Different] = &[];

#[test]
fn every_windows_app_package_yields_what_independent_tools_read() {
    check(&["appx", "msix", "appxbundle", "msixbundle", "appxupload", "msixupload"], DIFFERENT);
}
