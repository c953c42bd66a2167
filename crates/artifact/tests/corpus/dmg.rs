use crate::compare::{Different, check};

const DIFFERENT: &[Different] = &[];

#[test]
fn every_disk_image_yields_what_independent_tools_read() {
    check(&["dmg"], DIFFERENT);
}
