//! Pieces that more than one page is made of. None of them knows the release that is being made.
//!
//! - `ask`: the dialog for questions; `problem_box`: what went wrong.
//! - `loaded`: what comes from the server, and what is shown until it is there.
//! - `package_card`: a package; `rich`: messages and facts with what is inside them set apart.

mod ask;
mod loaded;
mod package_card;
mod problem_box;
pub(crate) mod rich;

pub(crate) use ask::{Answer, Ask, Question, QuestionDialog};
pub(crate) use loaded::{Remote, loaded};
pub(crate) use package_card::{AppIcon, FactList, PackageCard};
pub(crate) use problem_box::{CallProblem, ProblemBox};
