//! Slipway's reader, with everything that it tells: icon, signatures and findings among it.

use std::fs::File;
use std::os::unix::fs::FileExt;

use artifact::{Hints, inspect_sync};
use native_peers::{PackageFields, measure};

fn main() {
    measure(|path| {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let len = file.metadata().map_err(|error| error.to_string())?.len();
        let file_name = path.rsplit('/').next().unwrap_or(path);
        let artifact = inspect_sync(&Hints { file_name, now: 1_795_132_800 }, len, |miss| {
            let mut bytes = vec![0; miss.len];
            file.read_exact_at(&mut bytes, miss.offset).map(|()| bytes)
        });
        let artifact = artifact.map_err(|error| error.to_string())?;
        Ok(PackageFields {
            identifier: artifact.identifier,
            version: artifact.version,
            build: artifact.build,
            name: artifact.name,
            counted: Some((artifact.reads.into(), artifact.bytes_read)),
        })
    });
}
