/// The oldest system that runs a package, in the same words for release managers and testers:
/// `Android 7.0 (API 24) or newer`, `Windows 10, version 1809 or newer`, `iOS 15.0 or newer`.
///
/// `os` is App Center's word for the system, and `min` what the package says: an API level or a codename for
/// Android, a version for the others.
#[must_use]
pub fn oldest_system(os: &str, min: &str) -> String {
    let system = match os {
        "Android" => android(min),
        "Windows" => windows(min),
        _ => format!("{os} {min}"),
    };
    format!("{system} or newer")
}

fn android(min: &str) -> String {
    let Ok(level) = min.parse::<usize>() else {
        // A version that was looked up already, or a preview's codename.
        return format!("Android {min}");
    };
    match ANDROID_VERSIONS.get(level) {
        Some(version) if level > 0 => format!("Android {version} (API {level})"),
        _ => format!("Android with API {level}"),
    }
}

fn windows(min: &str) -> String {
    let mut numbers = min.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    let mut number = || numbers.next().unwrap_or_default();
    let (major, minor, build) = (number(), number(), number());
    if major != 10 {
        let known = WINDOWS_VERSIONS.iter().find(|(version, _)| *version == (major, minor));
        return known.map_or_else(|| format!("Windows {min}"), |(_, name)| format!("Windows {name}"));
    }
    let name = if build < WINDOWS_11 { "Windows 10" } else { "Windows 11" };
    match WINDOWS_BUILDS.iter().find(|(known, _)| *known == build) {
        Some((_, version)) => format!("{name}, version {version}"),
        None if build == 0 => name.to_owned(),
        None => format!("{name}, build {build}"),
    }
}

/// Android's versions by API level, from the table at
/// <https://developer.android.com/tools/releases/platforms>.
const ANDROID_VERSIONS: [&str; 37] = [
    "", "1.0", "1.1", "1.5", "1.6", "2.0", "2.0.1", "2.1", "2.2", "2.3", "2.3.3", "3.0", "3.1", "3.2", "4.0",
    "4.0.3", "4.1", "4.2", "4.3", "4.4", "4.4W", "5.0", "5.1", "6.0", "7.0", "7.1", "8.0", "8.1", "9", "10",
    "11", "12", "12L", "13", "14", "15", "16",
];

/// Names of Windows before 10 by version, from
/// <https://learn.microsoft.com/windows/win32/sysinfo/operating-system-version>.
const WINDOWS_VERSIONS: [((u32, u32), &str); 6] =
    [((5, 0), "2000"), ((5, 1), "XP"), ((6, 0), "Vista"), ((6, 1), "7"), ((6, 2), "8"), ((6, 3), "8.1")];

/// The first build of Windows 11, which calls itself 10.0 as well.
const WINDOWS_11: u32 = 22_000;

/// Versions of Windows 10 and 11 by build, from <https://learn.microsoft.com/windows/release-health/release-information>
/// and <https://learn.microsoft.com/windows/release-health/windows11-release-information>.
const WINDOWS_BUILDS: [(u32, &str); 19] = [
    (10_240, "1507"),
    (10_586, "1511"),
    (14_393, "1607"),
    (15_063, "1703"),
    (16_299, "1709"),
    (17_134, "1803"),
    (17_763, "1809"),
    (18_362, "1903"),
    (18_363, "1909"),
    (19_041, "2004"),
    (19_042, "20H2"),
    (19_043, "21H1"),
    (19_044, "21H2"),
    (19_045, "22H2"),
    (22_000, "21H2"),
    (22_621, "22H2"),
    (22_631, "23H2"),
    (26_100, "24H2"),
    (26_200, "25H2"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(os: &str, min: &str, shown: &str) {
        assert_eq!(oldest_system(os, min), format!("{shown} or newer"));
    }

    #[test]
    fn an_api_level_is_shown_with_its_version() {
        check("Android", "24", "Android 7.0 (API 24)");
        check("Android", "14", "Android 4.0 (API 14)");
        check("Android", "36", "Android 16 (API 36)");
        check("Android", "99", "Android with API 99");
        check("Android", "0", "Android with API 0");
        check("Android", "Baklava", "Android Baklava");
    }

    #[test]
    fn windows_is_named_as_people_know_it() {
        check("Windows", "6.3", "Windows 8.1");
        check("Windows", "6.2.1", "Windows 8");
        check("Windows", "6.1.7601.0", "Windows 7");
        check("Windows", "10.0.17763.0", "Windows 10, version 1809");
        check("Windows", "10.0.22000.0", "Windows 11, version 21H2");
        check("Windows", "10.0.17017.0", "Windows 10, build 17017");
        check("Windows", "10.0.0.0", "Windows 10");
        check("Windows", "7.9", "Windows 7.9");
    }

    #[test]
    fn other_systems_are_named_by_their_version() {
        check("iOS", "15.0", "iOS 15.0");
        check("macOS", "11.3", "macOS 11.3");
    }
}
