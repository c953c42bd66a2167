use protocol::{Os, Platform, Right, Role, limit};
use serde::Deserialize;

use super::{
    AccountKind, GroupRow, InsertError, add_collaborator, has_room, insert_group_statement, query,
    query_first,
};
use crate::platform::{Database, PortError, Statement};

/// One app.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AppRow {
    pub(crate) id: String,
    pub(crate) app_secret: String,
    pub(crate) owner_id: String,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) description: Option<String>,
    pub(crate) os: Os,
    pub(crate) platform: Platform,
    pub(crate) release_type: Option<String>,
    pub(crate) bundle_identifier: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// The asset id of the newest release that has an icon.
    pub(crate) icon_asset_id: Option<String>,
    /// The asset id of the picture that a manager uploaded, which is shown in place of an icon.
    pub(crate) avatar_asset_id: Option<String>,
}

/// An app with what one person's rights to it follow from.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AccessRow {
    #[serde(flatten)]
    pub(crate) app: AppRow,
    pub(crate) owner_kind: AccountKind,
    pub(crate) owner_name: String,
    pub(crate) owner_display_name: String,
    pub(crate) owner_email: String,
    /// The person's role in the organization that owns the app.
    pub(crate) role: Option<Role>,
    /// The person's permission in the app itself.
    pub(crate) permission: Option<Right>,
}

macro_rules! select_access {
    ($condition:literal) => {
        concat!(
            "SELECT apps.*, owner.kind AS owner_kind, owner.name AS owner_name, ",
            "owner.display_name AS owner_display_name, owner.email AS owner_email, ",
            "(SELECT role FROM org_members WHERE org_id = owner.id AND user_id = ?1) AS role, ",
            "(SELECT permission FROM app_collaborators WHERE app_id = apps.id AND user_id = ?1) AS permission ",
            "FROM apps JOIN accounts AS owner ON owner.id = apps.owner_id WHERE ",
            $condition
        )
    };
}

/// The app of that owner and name, whatever the case, and what the person's rights to it follow from.
pub(crate) async fn access_to_app(
    database: &impl Database,
    owner: &str,
    name: &str,
    user_id: &str,
) -> Result<Option<AccessRow>, PortError> {
    let sql = select_access!("owner.name = ?2 AND apps.name = ?3");
    query_first(database, Statement::new(sql, [user_id.into(), owner.into(), name.into()])).await
}

/// All apps that a person may see, in the order of their creation.
pub(crate) async fn apps_for(database: &impl Database, user_id: &str) -> Result<Vec<AccessRow>, PortError> {
    let sql = select_access!(
        "apps.id IN (SELECT id FROM apps WHERE owner_id = ?1 \
         UNION SELECT apps.id FROM org_members JOIN apps ON apps.owner_id = org_members.org_id \
         WHERE org_members.user_id = ?1 AND org_members.role = 'admin' \
         UNION SELECT app_id FROM app_collaborators WHERE user_id = ?1) ORDER BY apps.created_at, apps.name"
    );
    query(database, Statement::new(sql, [user_id.into()])).await
}

/// All apps of an owner, with what the person's rights follow from, in the order of their creation.
pub(crate) async fn apps_of(
    database: &impl Database,
    owner_id: &str,
    user_id: &str,
) -> Result<Vec<AccessRow>, PortError> {
    let sql = select_access!("apps.owner_id = ?2 ORDER BY apps.created_at, apps.name");
    query(database, Statement::new(sql, [user_id.into(), owner_id.into()])).await
}

/// The apps that a group is shared with, in the order of their creation.
pub(crate) async fn apps_of_group(
    database: &impl Database,
    group_id: &str,
    user_id: &str,
) -> Result<Vec<AccessRow>, PortError> {
    let sql = "SELECT apps.*, owner.kind AS owner_kind, owner.name AS owner_name, \
               owner.display_name AS owner_display_name, owner.email AS owner_email, \
               (SELECT role FROM org_members WHERE org_id = owner.id AND user_id = ?2) AS role, \
               (SELECT permission FROM app_collaborators WHERE app_id = apps.id AND user_id = ?2) AS permission \
               FROM shared_group_apps JOIN apps ON apps.id = shared_group_apps.app_id \
               JOIN accounts AS owner ON owner.id = apps.owner_id WHERE group_id = ?1 ORDER BY apps.created_at, apps.name";
    query(database, Statement::new(sql, [group_id.into(), user_id.into()])).await
}

/// The app of that id.
pub(crate) async fn app_by_id(database: &impl Database, id: &str) -> Result<Option<AppRow>, PortError> {
    query_first(database, Statement::new("SELECT * FROM apps WHERE id = ?", [id.into()])).await
}

/// Creates an app together with its first group, and its creator a manager of it if it is an organization's. Says whether the
/// owner had room for it.
pub(crate) async fn insert_app(
    database: &impl Database,
    app: &AppRow,
    group: &GroupRow,
    creator_id: &str,
) -> Result<bool, InsertError> {
    let sql = "INSERT INTO apps (id, app_secret, owner_id, name, display_name, description, os, platform, \
               release_type, bundle_identifier, created_at, updated_at) \
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 \
               WHERE (SELECT COUNT(*) FROM apps WHERE owner_id = ?3) < ?13 RETURNING id";
    let platform = serde_json::to_value(app.platform).unwrap_or_default();
    let values = [
        (&app.id).into(),
        (&app.app_secret).into(),
        (&app.owner_id).into(),
        (&app.name).into(),
        (&app.display_name).into(),
        app.description.as_ref().into(),
        app.os.as_str().into(),
        platform.as_str().unwrap_or("Unknown").into(),
        app.release_type.as_ref().into(),
        app.bundle_identifier.as_ref().into(),
        app.created_at.into(),
        app.updated_at.into(),
        limit::APPS_PER_ACCOUNT.into(),
    ];
    let mut batch = vec![Statement::new(sql, values), insert_group_statement(group)];
    if app.owner_id != creator_id {
        batch.push(add_collaborator(&app.id, creator_id, Right::Manage, app.created_at));
    }
    Ok(has_room(database, batch, 0).await?)
}

/// Changes the names, description, release type and owner of an app.
pub(crate) async fn update_app(database: &impl Database, app: &AppRow) -> Result<(), InsertError> {
    database.batch(vec![update_app_statement(app)]).await?;
    Ok(())
}

/// Makes another account the owner of an app, as part of a larger transaction. The person who transfers it stays a manager.
/// Groups that the former organization shared with it, and their members, stay with the organization.
pub(crate) fn transfer_app(app: &AppRow, to: AccountKind, user_id: &str) -> Vec<Statement> {
    let destinations = "DELETE FROM release_destinations WHERE app_id = ?1 AND kind = 'group' \
                        AND destination_id IN (SELECT group_id FROM shared_group_apps WHERE app_id = ?1)";
    let shared = "DELETE FROM shared_group_apps WHERE app_id = ?";
    let manager = match to {
        AccountKind::Org => add_collaborator(&app.id, user_id, Right::Manage, app.updated_at),
        AccountKind::User => Statement::new(
            "DELETE FROM app_collaborators WHERE app_id = ? AND user_id = ?",
            [(&app.id).into(), user_id.into()],
        ),
    };
    vec![
        update_app_statement(app),
        Statement::new(destinations, [(&app.id).into()]),
        Statement::new(shared, [(&app.id).into()]),
        manager,
    ]
}

fn update_app_statement(app: &AppRow) -> Statement {
    let sql = "UPDATE apps SET name = ?, display_name = ?, description = ?, release_type = ?, \
               owner_id = ?, updated_at = ? WHERE id = ?";
    let values = [
        (&app.name).into(),
        (&app.display_name).into(),
        app.description.as_ref().into(),
        app.release_type.as_ref().into(),
        (&app.owner_id).into(),
        app.updated_at.into(),
        (&app.id).into(),
    ];
    Statement::new(sql, values)
}

/// Sets or removes the picture of an app; the one that it had becomes garbage.
pub(crate) async fn set_avatar(
    database: &impl Database,
    app_id: &str,
    avatar: Option<(&str, &str)>,
    now: i64,
) -> Result<(), PortError> {
    let garbage = "INSERT OR IGNORE INTO garbage (asset_id, due_at) \
                   SELECT avatar_asset_id, ? FROM apps WHERE id = ? AND avatar_asset_id IS NOT NULL";
    let update = "UPDATE apps SET avatar_asset_id = ?, avatar_type = ?, updated_at = ? WHERE id = ?";
    let (asset_id, media_type) = avatar.unzip();
    let values = [asset_id.into(), media_type.into(), now.into(), app_id.into()];
    let mut batch =
        vec![Statement::new(garbage, [now.into(), app_id.into()]), Statement::new(update, values)];
    // The new picture was noted as garbage before it was stored, and no longer is.
    batch.extend(asset_id.map(|id| Statement::new("DELETE FROM garbage WHERE asset_id = ?", [id.into()])));
    database.batch(batch).await?;
    Ok(())
}

/// Deletes an app with all that belongs to it. Its packages and icons become garbage.
pub(crate) async fn delete_app(database: &impl Database, app_id: &str, now: i64) -> Result<(), PortError> {
    // The package of an upload that is being processed may be one object already.
    let garbage = "INSERT OR IGNORE INTO garbage (asset_id, due_at) \
                   SELECT asset_id, ?2 FROM releases WHERE app_id = ?1 AND asset_id IS NOT NULL \
                   UNION SELECT asset_id, ?2 FROM uploads WHERE app_id = ?1 AND status = 'uploadFinished' \
                   UNION SELECT avatar_asset_id, ?2 FROM apps WHERE id = ?1 AND avatar_asset_id IS NOT NULL";
    let mut batch = vec![Statement::new(garbage, [app_id.into(), now.into()])];
    batch.extend(CHILDREN_OF_APPS.map(|sql| Statement::new(sql, [app_id.into()])));
    database.batch(batch).await?;
    Ok(())
}

/// Children first: nothing may refer to a row that is deleted.
const CHILDREN_OF_APPS: [&str; 16] = [
    "DELETE FROM webhook_deliveries WHERE webhook_id IN (SELECT id FROM webhooks WHERE app_id = ?)",
    "DELETE FROM webhooks WHERE app_id = ?",
    "DELETE FROM install_links WHERE app_id = ?",
    "DELETE FROM release_destinations WHERE app_id = ?",
    "DELETE FROM releases WHERE app_id = ?",
    "DELETE FROM uploads WHERE app_id = ?",
    "DELETE FROM group_members WHERE group_id IN (SELECT id FROM distribution_groups WHERE app_id = ?)",
    "DELETE FROM distribution_groups WHERE app_id = ?",
    "DELETE FROM shared_group_apps WHERE app_id = ?",
    "DELETE FROM testers WHERE app_id = ?",
    "DELETE FROM stores WHERE app_id = ?",
    "DELETE FROM unsubscribed WHERE app_id = ?",
    "DELETE FROM invitations WHERE app_id = ?",
    "DELETE FROM app_collaborators WHERE app_id = ?",
    "DELETE FROM api_tokens WHERE app_id = ?",
    "DELETE FROM apps WHERE id = ?",
];

/// Notes the identifier of an app that has none, and says whether it had none.
pub(crate) async fn set_identifier(
    database: &impl Database,
    app_id: &str,
    identifier: &str,
    now: i64,
) -> Result<bool, InsertError> {
    let sql = "UPDATE apps SET bundle_identifier = ?, updated_at = ? WHERE id = ? AND bundle_identifier IS NULL \
               RETURNING id";
    let statement = Statement::new(sql, [identifier.into(), now.into(), app_id.into()]);
    let changed: Option<serde_json::Value> = query_first(database, statement).await?;
    Ok(changed.is_some())
}
