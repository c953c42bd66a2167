#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| artifact::fuzzing::run("idsig", bytes));
