//! Pieces that more than one page is made of.

mod app_key;
mod ask;
mod choose_file;
mod header;
mod loaded;
mod package_card;
mod problem_box;
pub(crate) mod rich;
mod saved_uploads;
mod unfinished;

pub(crate) use app_key::{app_path, release_path, use_app_key};
pub(crate) use ask::{Answer, Ask, Question, QuestionDialog};
pub(crate) use choose_file::{ChooseFile, DropArea, ResumeFile};
pub(crate) use header::Header;
pub(crate) use loaded::{Remote, loaded};
pub(crate) use package_card::{AppIcon, FactList, PackageCard};
pub(crate) use problem_box::{CallProblem, ProblemBox};
pub(crate) use saved_uploads::SavedUploads;
pub(crate) use unfinished::UnfinishedRelease;
