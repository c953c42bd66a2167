//! How much memory a thread takes.
#![expect(unsafe_code, reason = "an allocator cannot be counted from outside")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counting. To be the `#[global_allocator]` of a test.
pub(crate) struct Counting;

/// The memory that a closure took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Bytes held at once at the most.
    pub(crate) peak: usize,
    /// Bytes allocated in all: a measure of work that does not depend on time.
    pub(crate) total: usize,
}

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static TOTAL: Cell<usize> = const { Cell::new(0) };
}

fn add(len: usize) {
    let held = HELD.get() + len as isize;
    HELD.set(held);
    PEAK.set(PEAK.get().max(held));
    TOTAL.set(TOTAL.get().wrapping_add(len));
}

fn drop_len(len: usize) {
    HELD.set(HELD.get() - len as isize);
}

// SAFETY: everything is passed on to the system's allocator as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, len: usize) -> *mut u8 {
        // Both are held while one is copied into the other.
        add(len);
        drop_len(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.realloc(at, layout, len) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        drop_len(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

/// Runs a closure and returns the memory that it took on this thread.
pub(crate) fn measured<T>(work: impl FnOnce() -> T) -> (T, Usage) {
    let (held, total) = (HELD.get(), TOTAL.get());
    PEAK.set(held);
    let done = work();
    let peak = usize::try_from(PEAK.get() - held).unwrap_or(0);
    (done, Usage { peak, total: TOTAL.get().wrapping_sub(total) })
}
