use artifact::Icon;

use crate::support::{inspect_bytes, rows};

/// The package's icon as aapt2 and Pillow see it: the media type and the sides of the densest picture that the icon's
/// resource has in pixels; where it has none, what Chromium shows of ours.
const ICONS: &[(&str, &str, u32)] = &[
    ("apk/app-info__android.apk", "image/webp", 192),
    ("apk/app-info__tv.apk", "image/png", 144),
    ("apk/app-info__wear.apk", "image/png", 144),
    ("apk/bundletool__com.test.app.apk", "image/png", 72),
    ("apk/androidbinary__helloworld.apk", "image/png", 192),
    ("apk/fastlane-plugin-appcenter__app-release.apk", "image/png", 192),
    ("apk/apkInspector__minimal_orig.apk", "image/webp", 192),
    ("apk/apkInspector__minimal_zero_sized_end_ns.apk", "image/webp", 192),
    ("apk/Apktool__GHSA-2hqv-2xv4-5h5w.apk", "image/webp", 192),
    ("apk/Apktool__dynamic_dex.apk", "image/png", 96),
    ("apk/Apktool__empty_9patch.apk", "image/png", 96),
    ("apk/Apktool__issue1234.apk", "image/png", 192),
    ("apk/Apktool__issue1244.apk", "image/png", 192),
    ("apk/Apktool__issue1264.apk", "image/png", 192),
    ("apk/Apktool__issue1456.apk", "image/png", 192),
    ("apk/Apktool__issue1498.apk", "image/png", 192),
    ("apk/Apktool__issue1589.apk", "image/png", 192),
    ("apk/Apktool__issue1605.apk", "image/png", 96),
    ("apk/Apktool__issue1680.apk", "image/png", 192),
    ("apk/Apktool__issue2836.apk", "image/webp", 192),
    ("apk/Apktool__issue636.apk", "image/png", 144),
    ("apk/Apktool__issue767.apk", "image/png", 192),
    ("apk/Apktool__unknown_compression.apk", "image/png", 192),
    ("apk/adbkit-apkreader__app-debug-unaligned.apk", "image/png", 144),
    ("apk/apksig-android__v1-only-no-uses-sdk.apk", "image/png", 72),
    ("apk/npm__ApiDemos-debug.apk", "image/png", 96),
    ("apk/npm__appium-settings.apk", "image/png", 192),
    ("apk/pypi__app-uiautomator.apk", "image/png", 128),
    ("derived/apk__all-stored.apk", "image/png", 72),
    ("derived/apk__fake-encrypted-flag.apk", "image/png", 72),
    ("derived/apk__local-sizes-bogus.apk", "image/png", 72),
    ("derived/apk__max-comment-65535.apk", "image/png", 72),
    ("derived/apk__v2v3v4-resigned.apk", "image/png", 72),
    ("apk/jadx__small.apk", "image/svg+xml", 192),
    ("aab/app-info__android.aab", "image/webp", 192),
    ("aab/bundletool__install-time-permanent-modules.aab", "image/png", 192),
    ("aab/bundletool__watch-face-from-tool.aab", "image/png", 450),
];

fn icon(file: &str) -> Option<Icon> {
    let row = rows(&["apk", "aab"]).into_iter().find(|row| row.file == file)?;
    inspect_bytes(&row.file, &row.bytes()).ok()?.icon
}

#[test]
fn icons_are_the_densest_that_a_package_has() {
    for (file, media_type, side) in ICONS {
        let icon = icon(file).unwrap_or_else(|| panic!("{file}: expected an icon"));
        assert_eq!(
            (icon.media_type.as_str(), icon.width, icon.height),
            (*media_type, Some(*side), Some(*side)),
            "{file}"
        );
    }
}

#[test]
fn every_icon_that_the_table_knows_of_decodes() {
    let mut n_icons = 0;
    for row in rows(&["apk", "aab"]) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        let is_stated = row.extra.contains("icon=res/") || row.extra.contains("icon=r/");
        assert!(artifact.icon.is_some() || !is_stated, "{}: {:?}", row.file, artifact.findings);
        let Some(icon) = artifact.icon else { continue };
        n_icons += 1;
        let sides = match icon.media_type.as_str() {
            "image/png" => decode_png(&icon.bytes),
            "image/webp" => decode_webp(&icon.bytes),
            "image/svg+xml" => (icon.width, icon.height),
            other => panic!("{}: {other}", row.file),
        };
        assert_eq!((icon.width, icon.height), sides, "{}", row.file);
    }
    println!("{n_icons} icons");
    assert!(n_icons > 40);
}

fn decode_png(bytes: &[u8]) -> (Option<u32>, Option<u32>) {
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().unwrap_or_else(|error| panic!("{error}"));
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let info = reader.next_frame(&mut pixels).unwrap_or_else(|error| panic!("{error}"));
    (Some(info.width), Some(info.height))
}

fn decode_webp(bytes: &[u8]) -> (Option<u32>, Option<u32>) {
    let mut decoder =
        image_webp::WebPDecoder::new(std::io::Cursor::new(bytes)).unwrap_or_else(|error| panic!("{error}"));
    let mut pixels = vec![0; decoder.output_buffer_size().unwrap_or_default()];
    decoder.read_image(&mut pixels).unwrap_or_else(|error| panic!("{error}"));
    let (width, height) = decoder.dimensions();
    (Some(width), Some(height))
}
