//! Uploads against a simulated server, network and clock: a day takes microseconds, and every seed is another
//! day.

mod any_day;
mod bad_days;
mod world;
