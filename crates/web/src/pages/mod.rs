//! The pages besides the wizard.

mod app;
mod home;
mod invitation;
mod links;
mod newcomer;
mod not_found;
mod release;

pub(crate) use app::AppPage;
pub(crate) use home::HomePage;
pub(crate) use invitation::{INVITATIONS, invitation_page};
pub(crate) use not_found::NotFoundPage;
pub(crate) use release::ReleasePage;
