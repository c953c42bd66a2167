use crate::compare::{Different, check};
use crate::support::{inspect_bytes, rows};

/// The table's reader takes a package's own identifier and title; users mean the app inside. Fleet's
/// tests, which the table quotes for vendors' packages (`pkg-xml/fleet__packageInfo-iriunWebcam.xml` has another
/// `pkg-info identifier`), take the app's id and name, and so do we: `bundle` elements, read again with
/// `ElementTree`, have what is listed here.
const DIFFERENT: &[Different] = &[
    ("pkg/rtrouton__Fix_Yosemite_VM_Graphic_Performance.pkg", "name", "beamoff"),
    ("pkg/rtrouton__Fix_Yosemite_VM_Graphic_Performance.pkg", "id", "home-development.beamoff"),
    ("derived/pkg__component-only-md5.pkg", "name", "GuiApp"),
    ("derived/pkg__component-only-md5.pkg", "id", "com.icyleaf.macos.GUIApp"),
    ("derived/pkg__component-only-nochecksum.pkg", "name", "GuiApp"),
    ("derived/pkg__component-only-nochecksum.pkg", "id", "com.icyleaf.macos.GUIApp"),
    // Here the title is a key whose text is nowhere in the archive besides.
    ("derived/pkg__distribution-two-components-bzip2.pkg", "name", "GuiApp"),
    ("derived/pkg__distribution-two-components-bzip2.pkg", "id", "com.icyleaf.macos.GUIApp"),
    ("derived/pkg__distribution-two-components-gzip.pkg", "name", "GuiApp"),
    ("derived/pkg__distribution-two-components-gzip.pkg", "id", "com.icyleaf.macos.GUIApp"),
    ("derived/pkg__distribution-two-components-lzma.pkg", "name", "GuiApp"),
    ("derived/pkg__distribution-two-components-lzma.pkg", "id", "com.icyleaf.macos.GUIApp"),
    ("derived/pkg__distribution-two-components-none.pkg", "name", "GuiApp"),
    ("derived/pkg__distribution-two-components-none.pkg", "id", "com.icyleaf.macos.GUIApp"),
    ("derived/pkg__distribution-two-components-xz.pkg", "name", "GuiApp"),
    ("derived/pkg__distribution-two-components-xz.pkg", "id", "com.icyleaf.macos.GUIApp"),
    // The folder's name; a Mac shows it without `.app`, and the table has it so for products.
    ("derived/pkg__vendor-component-oktaVerify.pkg", "name", "Okta Verify"),
    // `0` is what pkgbuild writes by default (its manual page, `--version`): not a version.
    ("pkg/rtrouton__Set_Mac_To_Bypass_Login_Check_for_Managed_Preferences.pkg", "version", ""),
    ("pkg/rtrouton__Disable_Gatekeeper.pkg", "version", ""),
    ("pkg/rtrouton__Uninstall_FileWave_Agent.pkg", "version", ""),
    // The table has a remark around it.
    ("derived/pkg__vendor-distribution-go.pkg", "min_os", "11"),
];

#[test]
fn every_mac_installer_yields_what_independent_tools_read() {
    check(&["pkg"], DIFFERENT);
}

#[test]
fn signatures_architectures_and_components_are_those_of_the_table() {
    let word = |text: &str, key: &str| {
        let mut words = text.split_whitespace().filter_map(|word| word.strip_prefix(key));
        words.next().unwrap_or_default().to_owned()
    };
    let mut n_signed = 0;
    for row in rows(&["pkg"]) {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        let has = |code: &str| artifact.findings.iter().any(|finding| finding.code == code);
        let has_unsigned = has("unsigned");
        let apple = artifact.apple.unwrap_or_default();
        // The table states nothing for the one with wrong lengths.
        if row.extra.contains("toc-checksum=") {
            let is_signed = word(&row.extra, "signed=") != "no";
            n_signed += u32::from(is_signed);
            assert_eq!(apple.is_signed, Some(is_signed), "{}", row.file);
            assert_eq!(has_unsigned, !is_signed, "{}", row.file);
            assert_eq!(apple.host_architectures.join(","), word(&row.extra, "arch="), "{}", row.file);
        }
        let references = word(&row.extra, "pkg-refs=");
        if !references.is_empty() {
            let mut components: Vec<String> = apple
                .components
                .iter()
                .map(|component| {
                    let text = |fact: &Option<String>| fact.clone().unwrap_or_default();
                    format!("{}@{}", text(&component.identifier), text(&component.version))
                })
                .collect();
            components.sort();
            assert_eq!(components.join(","), references, "{}", row.file);
        }
    }
    assert_eq!(n_signed, 1);
}

#[test]
fn the_signer_of_an_installer_is_read_from_its_table_of_contents() {
    let row = rows(&["pkg"]).into_iter().find(|row| row.extra.contains("signed=RSA+CMS"));
    let bytes = row.map(|row| row.bytes()).unwrap_or_default();
    let artifact = inspect_bytes("signed.pkg", &bytes).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let mut codes: Vec<&str> = artifact.findings.iter().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["expired-certificate", "missing-version", "no-application", "not-stapled"]);
    let apple = artifact.apple.unwrap_or_default();
    assert_eq!(apple.certificates.len(), 3);
    let signer = &apple.certificates[0];
    // As `openssl x509 -subject -enddate -fingerprint -sha256` prints them.
    assert!(signer.subject.contains("CN=Developer ID Installer: "), "{}", signer.subject);
    assert_eq!(signer.not_after, "2017-08-10T21:57:23Z");
    assert_eq!(signer.sha256, "ee25cd145a956c047c9146799f781a68f420c998d70f53416d6208d69b42c1aa");
}
