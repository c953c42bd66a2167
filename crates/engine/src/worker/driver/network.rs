use upload::HostCapabilities;
use wasm_bindgen::JsCast;
use web_sys::PerformanceResourceTiming;

use crate::worker::file::chunk_body::sends_slices;
use crate::worker::page;

/// Browsers open six connections to an origin over HTTP/1.1, of which other calls need one.
const OVER_HTTP_1: u32 = 5;

/// How many parts may be in flight: what this Worker has loaded tells which protocol the server speaks.
pub(in crate::worker) fn limits() -> HostCapabilities {
    let entries = page::scope().performance().map(|it| it.get_entries_by_type("resource"));
    let is_multiplexed = entries.into_iter().flatten().any(|entry| {
        let entry: PerformanceResourceTiming = entry.unchecked_into();
        is_ours(&entry) && matches!(entry.next_hop_protocol().as_str(), "h2" | "h3")
    });
    // Firefox reads whatever is in the file by now. Chromium does not, nor send it.
    let limits = HostCapabilities { may_miss_changes: !sends_slices(), ..HostCapabilities::default() };
    if is_multiplexed { limits } else { HostCapabilities { max_parallel: OVER_HTTP_1, ..limits } }
}

fn is_ours(entry: &PerformanceResourceTiming) -> bool {
    entry.name().starts_with(&page::scope().origin())
}

/// What the browser thinks. That there is no network is true; that there is one may not be.
pub(in crate::worker) fn is_online() -> bool {
    page::scope().navigator().on_line()
}
