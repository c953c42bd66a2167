//! The crate apk-info, asked for four facts and nothing else.

use apk_info::Apk;
use native_peers::{PackageFields, measure};

fn main() {
    measure(|path| {
        let apk = Apk::new(path).map_err(|error| error.to_string())?;
        Ok(PackageFields {
            identifier: apk.get_package_name(),
            version: apk.get_version_name(),
            build: apk.get_version_code(),
            name: apk.get_application_label(),
            counted: None,
        })
    });
}
