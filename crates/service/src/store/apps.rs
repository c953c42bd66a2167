use protocol::{Os, Platform, Right, Role};
use serde::Deserialize;

use super::{AccountKind, InsertError, first, insert_group_statement, query};
use crate::platform::{Database, PortError, Statement};
use crate::store::GroupRow;

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
}

/// An owner's apps, in the order of their making.
pub(crate) async fn apps_of(database: &impl Database, owner_id: &str) -> Result<Vec<AppRow>, PortError> {
    query(
        database,
        Statement::new("SELECT * FROM apps WHERE owner_id = ? ORDER BY created_at, name", [owner_id.into()]),
    )
    .await
}

/// An app with what one person has to do with it.
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
    /// What the person was given in the app itself.
    pub(crate) permission: Option<Right>,
}

/// The app of that owner and name, whatever the case, and what the person has to do with it.
pub(crate) async fn access_to_app(
    database: &impl Database,
    owner: &str,
    name: &str,
    user_id: &str,
) -> Result<Option<AccessRow>, PortError> {
    let sql = "SELECT apps.*, owner.kind AS owner_kind, owner.name AS owner_name, \
               owner.display_name AS owner_display_name, owner.email AS owner_email, \
               (SELECT role FROM org_members WHERE org_id = owner.id AND user_id = ?1) AS role, \
               (SELECT permission FROM app_collaborators WHERE app_id = apps.id AND user_id = ?1) AS permission \
               FROM accounts AS owner JOIN apps ON apps.owner_id = owner.id WHERE owner.name = ?2 AND apps.name = ?3";
    first(database, Statement::new(sql, [user_id.into(), owner.into(), name.into()])).await
}

/// The app of that id.
pub(crate) async fn app_by_id(database: &impl Database, id: &str) -> Result<Option<AppRow>, PortError> {
    first(database, Statement::new("SELECT * FROM apps WHERE id = ?", [id.into()])).await
}

/// Makes an app together with its first group.
pub(crate) async fn insert_app(
    database: &impl Database,
    app: &AppRow,
    group: &GroupRow,
) -> Result<(), InsertError> {
    let sql = "INSERT INTO apps (id, app_secret, owner_id, name, display_name, description, os, platform, \
               release_type, bundle_identifier, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
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
    ];
    database.batch(vec![Statement::new(sql, values), insert_group_statement(group)]).await?;
    Ok(())
}

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
    let changed: Option<serde_json::Value> = first(database, statement).await?;
    Ok(changed.is_some())
}
