//! What a browser loads to upload.

use crate::goals::Goals;

/// The goal for the engine, compressed.
const MAX_BYTES: u64 = 60_000;

/// The task runner's name of the engine without its parsers.
const ENGINE: &str = "upload engine";

/// Prints what the task runner has measured: names and bytes, as `name=bytes;name=bytes`.
pub(crate) fn report(sizes: &str, goals: &mut Goals) {
    let sizes = sizes.split(';').filter_map(|size| size.split_once('='));
    let sizes: Vec<(&str, u64)> =
        sizes.filter_map(|(name, n_bytes)| Some((name, n_bytes.parse().ok()?))).collect();
    println!("\nscript and module, bytes in gzip");
    for (name, n_bytes) in sizes {
        println!("  {name:<28} {n_bytes:>8}");
        if name == ENGINE {
            goals.add(format!("{ENGINE}: {n_bytes} bytes of {MAX_BYTES}"), n_bytes <= MAX_BYTES);
        }
    }
}
