use artifact::Artifact;

use super::ProcessError;
use crate::db::{self, AppRow, InsertError};
use crate::platform::{Platform, PortError};

/// Checks that a package belongs to the app: the same system, the same identifier as before.
pub(super) async fn check_app<P: Platform>(
    platform: &P,
    app: &AppRow,
    artifact: &Artifact,
) -> Result<(), ProcessError> {
    if !artifact.oses().iter().any(|os| os.to_string() == app.os.as_str()) {
        return Err(ProcessError::Package(format!(
            "expected a package for {}, got one for {}",
            app.os, artifact.os
        )));
    }
    let identifier = match artifact.app_identifier() {
        Some(identifier) => identifier,
        // It may go to any app: its uploader decides.
        None if artifact.may_lack_identifier() => return Ok(()),
        None => {
            let message = "expected a package that names its app, got one without an identifier; build it again with one";
            return Err(ProcessError::Package(message.to_owned()));
        }
    };
    match &app.bundle_identifier {
        Some(expected) if expected != identifier => Err(ProcessError::Package(format!(
            "the app's packages are `{expected}`, this one is `{identifier}`; release it to an app of its own"
        ))),
        Some(_) => Ok(()),
        None => claim_identifier(platform, app, identifier).await,
    }
}

/// The first package of an app gives it its identifier.
async fn claim_identifier<P: Platform>(
    platform: &P,
    app: &AppRow,
    identifier: &str,
) -> Result<(), ProcessError> {
    match db::set_identifier(platform.database(), &app.id, identifier, platform.now()).await {
        Ok(true) => Ok(()),
        // Another package set it a moment ago: the next try compares with that.
        Ok(false) => {
            let message = "another package set the app's identifier at the same time";
            Err(ProcessError::Port(PortError::new("database", message)))
        }
        Err(InsertError::Taken(_)) => Err(ProcessError::Package(format!(
            "another app of yours has the packages `{identifier}`; release it to that one"
        ))),
        Err(InsertError::Port(error)) => Err(ProcessError::Port(error)),
    }
}
