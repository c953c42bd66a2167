/// How long nothing of a request may move, in milliseconds: neither a byte out nor the response in.
///
/// Twenty seconds are more than a phone needs to change from one cell to the next, and less than a user waits before
/// reloading the page. Browsers themselves wait for minutes, and some for ever.
pub const STALL_MS: u64 = 20_000;

/// First and longest wait between two polls, in milliseconds.
pub(crate) const POLL_MS: (u64, u64) = (250, 2_000);

/// How long a server may work on a package, in milliseconds: half an hour.
pub(crate) const PROCESSING_MS: u64 = 30 * 60 * 1000;

/// After so many failures the wait for a silent server grows no more: 160 s.
const MAX_DOUBLINGS: u32 = 3;

/// How long a chunk may take in any case, and what it may take for its length, in milliseconds and bytes a second.
/// Eight chunks at once at this speed are 128 KiB/s; on slower networks the window is smaller.
const DEADLINE: (u64, u64) = (60_000, 16 * 1024);

/// How long nothing of a request may move before it is aborted and sent again, in milliseconds.
///
/// Once the body is out, only the response can come. It may take its time, because proxies take a body in faster than
/// they pass it on: a fixed limit would abort such a request each time just before its response, and never get
/// anywhere. So each further attempt waits twice as long.
pub(crate) fn stall_ms(is_body_sent: bool, n_failures: u32) -> u64 {
    if is_body_sent { STALL_MS << n_failures.min(MAX_DOUBLINGS) } else { STALL_MS }
}

/// How long a request with a body of `len` bytes may take in all, in milliseconds.
///
/// A stall is noticed only when nothing moves. A connection that lets a few bytes trickle through each second never
/// stalls, and would hold one place of the window for hours while a new connection needs a minute: for that there is a
/// deadline.
pub(crate) fn deadline_ms(len: u64) -> u64 {
    let (least, bytes_per_second) = DEADLINE;
    least + len.saturating_mul(1000) / bytes_per_second
}
