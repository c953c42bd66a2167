use protocol::{App, Owner, OwnerKind, Right};

use crate::db::{AccessRow, AccountKind, AccountRow, AppRow};
use crate::http::access::{AppOwner, right_of};
use crate::platform::Platform;
use crate::releases::links::icon_url;
use crate::time::iso;

/// Those of the apps that a person may see.
pub(crate) fn visible_apps<P: Platform>(
    platform: &P,
    origin: &str,
    apps: Vec<AccessRow>,
    person: &AccountRow,
) -> Vec<App> {
    let visible = apps.into_iter().filter_map(|access| {
        let right = right_of(&access.app.owner_id, access.role, access.permission, &person.id)?;
        let (app, owner) = access.split();
        Some(app_view(platform, origin, app, &owner, right))
    });
    visible.collect()
}

/// An app as the API shows it.
pub(crate) fn app_view<P: Platform>(
    platform: &P,
    origin: &str,
    app: AppRow,
    owner: &AppOwner,
    right: Right,
) -> App {
    let picture = app.avatar_asset_id.as_ref().or(app.icon_asset_id.as_ref());
    App {
        icon_url: picture.map(|asset_id| icon_url(platform, origin, asset_id)),
        id: app.id,
        app_secret: app.app_secret,
        name: app.name,
        display_name: app.display_name,
        description: app.description,
        os: app.os,
        platform: app.platform,
        release_type: app.release_type,
        origin: "appcenter".to_owned(),
        owner: Owner {
            id: owner.id.clone(),
            name: owner.name.clone(),
            display_name: owner.display_name.clone(),
            email: (owner.kind == AccountKind::User).then(|| owner.email.clone()),
            kind: match owner.kind {
                AccountKind::User => OwnerKind::User,
                AccountKind::Org => OwnerKind::Org,
            },
        },
        created_at: iso(app.created_at),
        updated_at: iso(app.updated_at),
        member_permissions: vec![right],
        bundle_identifier: app.bundle_identifier,
    }
}
