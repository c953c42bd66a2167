//! Releases, below the calls and the jobs that work on them: finding one (`find`), showing it (`view`), the addresses that
//! lead to it (`links`), and distributing it to groups, testers and stores (`distribute`).

pub(crate) mod distribute;
pub(crate) mod find;
pub(crate) mod links;
pub(crate) mod view;
