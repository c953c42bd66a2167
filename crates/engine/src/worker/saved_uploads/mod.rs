//! Saved uploads: what survives a reload or a crash, in `IndexedDB`.
//!
//! `db`: the database. `checkpoint_writer`: keeps one upload saved while it runs. `list`: the saved uploads as the page
//! shows them. `verify`: whether a file is that of a saved upload.

mod checkpoint_writer;
mod db;
mod list;
mod verify;

pub(super) use checkpoint_writer::CheckpointWriter;
pub(super) use db::{SavedUploadRow, UploadDb};
pub(super) use list::SavedUploads;
pub(super) use verify::{FileMismatch, verify_file};
