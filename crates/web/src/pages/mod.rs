//! The pages besides the wizard.
//!
//! - `home`: the apps; `app`: an app and its releases; `release` with `links`: a release and its install links.
//! - `invitation/`: what an invitation's link opens; `not_found`: any other address.

mod app;
mod home;
mod invitation;
mod links;
mod not_found;
mod release;

pub(crate) use app::AppPage;
pub(crate) use home::HomePage;
pub(crate) use invitation::invitation_page;
pub(crate) use not_found::NotFoundPage;
pub(crate) use release::ReleasePage;
