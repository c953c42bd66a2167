use upload::HostCapabilities;
use wasm_bindgen::JsCast;
use web_sys::PerformanceResourceTiming;

use crate::worker::file::sends_slices;
use crate::worker::scope::scope;

/// Browsers open six connections to an origin over HTTP/1.1, of which other calls need one.
const OVER_HTTP_1: u32 = 5;

/// What this browser can do, over the protocol that the server speaks: what this Worker has loaded tells which one.
///
/// Where slices are not sent, all of the file is read once more before the upload is finished. Firefox and Safari read
/// whatever is in the file by then, and do not say that it was changed since the user chose it: a build that runs
/// during the upload would give a package made of two builds, whose chunks all have the right MD5. The second reading
/// finds that the file no longer is what was sent. Chromium fails to read such a file, so once is enough there.
pub(super) fn host_capabilities() -> HostCapabilities {
    let entries = scope().performance().map(|it| it.get_entries_by_type("resource"));
    let is_multiplexed = entries.into_iter().flatten().any(|entry| {
        let entry: PerformanceResourceTiming = entry.unchecked_into();
        is_from_this_server(&entry) && matches!(entry.next_hop_protocol().as_str(), "h2" | "h3")
    });
    let over_http_2 = HostCapabilities { may_miss_changes: !sends_slices(), ..HostCapabilities::default() };
    if is_multiplexed { over_http_2 } else { HostCapabilities { max_parallel: OVER_HTTP_1, ..over_http_2 } }
}

fn is_from_this_server(entry: &PerformanceResourceTiming) -> bool {
    entry.name().starts_with(&scope().origin())
}
