//! The memory that the largest readable package takes: a Cloudflare Worker has 128 MB in all.
#![cfg(target_os = "linux")]

mod support;

use std::convert::Infallible;
use std::fs;

use artifact::{Hints, inspect_sync, limits};
use miniz_oxide::deflate::compress_to_vec;
use support::NOW;
use support::apk::manifest;

/// The most that a parse may add: what is left of 128 MB is for the program and for the other end of the ranges.
const MAX: u64 = 96 << 20;

/// A number of KiB from `/proc/self/status` of this process.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or_default()
}

/// A package with a directory and a resource table as large as they may be, and hardly packed.
fn largest() -> Vec<u8> {
    const PACKED: usize = 11 << 20;
    let directory_len = limits::MAX_DIRECTORY as usize - 200;
    let size = limits::MAX_RESOURCES as usize;
    let mut table = Vec::with_capacity(PACKED + (1 << 20));
    let mut n_stored = 0;
    while table.len() < PACKED {
        // A stored block that is not the last one.
        table.extend_from_slice(&[0, 0xff, 0xff, 0, 0]);
        table.extend_from_slice(&[0; 0xffff]);
        n_stored += 0xffff;
    }
    table.extend_from_slice(&compress_to_vec(&vec![0; size - n_stored], 1));
    let (mut file, mut directory) = (Vec::new(), Vec::with_capacity(directory_len));
    let manifest = manifest((1, 0x7f01_0000));
    for (name, method, data, size) in
        [("AndroidManifest.xml", 0, &manifest, manifest.len()), ("resources.arsc", 8, &table, size)]
    {
        directory.extend_from_slice(&header(name, method, [data.len(), size], file.len()));
        file.extend_from_slice(b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        file.extend_from_slice(&[name.len() as u8, 0, 0, 0]);
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(data);
    }
    for n in 0.. {
        let header = header(&format!("assets/a/name/of/usual/length/{n:06}.bin"), 0, [0, 0], 0);
        if directory.len() + header.len() > directory_len {
            break;
        }
        directory.extend_from_slice(&header);
    }
    let end = [directory.len() as u32, file.len() as u32].map(u32::to_le_bytes).concat();
    file.extend_from_slice(&directory);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0\0\0\0\0");
    file.extend_from_slice(&end);
    file.extend_from_slice(&[0, 0]);
    file
}

fn header(name: &str, method: u8, sizes: [usize; 2], local: usize) -> Vec<u8> {
    let mut header = b"PK\x01\x02\0\0\0\0\0\0".to_vec();
    header.extend_from_slice(&[method, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.extend(sizes.map(|size| (size as u32).to_le_bytes()).concat());
    header.extend_from_slice(&[name.len() as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.extend((local as u32).to_le_bytes());
    header.extend_from_slice(name.as_bytes());
    header
}

#[test]
fn the_largest_package_takes_bounded_memory() {
    let file = largest();
    // From here on the highest mark counts.
    fs::write("/proc/self/clear_refs", "5").unwrap_or_default();
    let before = status("VmRSS");
    let hints = Hints { file_name: "app.apk", now: NOW };
    let read = inspect_sync(&hints, file.len() as u64, |miss| {
        let start = miss.offset as usize;
        Ok::<_, Infallible>(file[start..start + miss.len].to_vec())
    });
    let added = status("VmHWM").saturating_sub(before) << 10;
    println!("{} MiB of a package of {} MiB", added >> 20, file.len() >> 20);
    let artifact = read.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(artifact.name.as_deref(), None);
    assert!(artifact.bytes_read > limits::MAX_BYTES_READ * 9 / 10, "{}", artifact.bytes_read);
    assert!(added > limits::MAX_RESOURCES && added < MAX, "expected less than {MAX} bytes, got {added}");
}
