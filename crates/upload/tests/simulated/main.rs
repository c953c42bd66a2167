//! Uploads against a simulated disk, host, network, server and clock: a day takes microseconds, and every seed is
//! another day.

mod any_day;
mod bad_days;
mod odd_answers;
mod window;
mod world;
