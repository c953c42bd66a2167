//! The pages in docs, against the program and the sources: `findings` docs/inspecting-a-package.md, `command_line`
//! docs/command-line.md.
#![expect(clippy::unwrap_used, reason = "a test without its page or sources stops where that shows")]

mod command_line;
mod findings;
