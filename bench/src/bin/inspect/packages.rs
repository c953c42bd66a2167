//! The packages that are measured.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use testkit::package::{corpus_path, noise};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A real debug build with many entries, and the largest APK of the corpus.
const APK: &str = "apk/npm__ApiDemos-debug.apk";

/// A real app of iOS with an icon and a profile.
const IPA: &str = "ipa/app-info__ipad.ipa";

/// Bytes of an asset of padding; below 4 GiB, so that readers without zip64 have a chance.
const ASSET: u64 = 64 << 20;

/// A package and its name in the tables.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// Whether readers that know only Android read it.
    pub(crate) is_apk: bool,
}

/// From small to large; the large ones are made in `folder` and kept there.
pub(crate) fn all(folder: &Path) -> Vec<Package> {
    let small = |name: &str, file: &str| Package {
        name: name.to_owned(),
        path: corpus_path(file),
        is_apk: file.ends_with(".apk"),
    };
    let large = |name: &str, template: &str, padding| {
        let extension = if template == APK { "apk" } else { "ipa" };
        let path = folder.join(format!("{padding}.{extension}"));
        Package { name: name.to_owned(), path: padded(template, &path, padding), is_apk: template == APK }
    };
    vec![
        small("ipa of 189 kB", IPA),
        small("apk of 4 MB", "apk/app-info__android.apk"),
        small("apk of 6 MB", APK),
        // What the full engine reads.
        small("appx of 3 MB", "appx/msix-packaging__NotepadPlusPlus.appx"),
        small("dmg of 2 MB", "dmg/apple-platform-rs__example.dmg"),
        large("apk of 100 MB", APK, 100_000_000),
        large("ipa of 100 MB", IPA, 100_000_000),
        large("apk of 1 GB", APK, 1_000_000_000),
        large("ipa of 1 GB", IPA, 1_000_000_000),
    ]
}

/// A template with that many bytes of stored assets after its first entry, which do not compress.
fn padded(template: &str, path: &Path, padding: u64) -> PathBuf {
    let is_made = fs::metadata(path).is_ok_and(|made| made.len() > padding);
    if is_made {
        return path.to_owned();
    }
    println!("making {}", path.display());
    let template = File::open(corpus_path(template)).expect("the corpus is beside the project");
    let mut source = ZipArchive::new(BufReader::new(template)).expect("the template is a zip");
    // Under another name until it is whole.
    let unfinished = path.with_extension("part");
    let file = File::create(&unfinished).expect("the folder is writable");
    let mut target = ZipWriter::new(BufWriter::with_capacity(1 << 20, file));
    for index in 0..source.len() {
        target.raw_copy_file(source.by_index_raw(index).expect("an entry")).expect("an entry is copied");
        if index == 0 {
            pad(&mut target, padding);
        }
    }
    let file = target.finish().expect("the directory is written").into_inner();
    file.expect("the last bytes are written").sync_all().expect("the file is on disk");
    fs::rename(&unfinished, path).expect("a file can be renamed");
    path.to_owned()
}

fn pad(target: &mut ZipWriter<BufWriter<File>>, padding: u64) {
    let block = noise(1 << 20);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut left = padding;
    for number in 0.. {
        let mut asset = left.min(ASSET);
        if asset == 0 {
            return;
        }
        left -= asset;
        target.start_file(format!("assets/padding-{number:02}.bin"), stored).expect("an entry is begun");
        while asset > 0 {
            let n_bytes = asset.min(block.len() as u64);
            let bytes = &block[..usize::try_from(n_bytes).expect("at most a block")];
            target.write_all(bytes).expect("an entry is written");
            asset -= n_bytes;
        }
    }
}
