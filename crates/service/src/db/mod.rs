//! The SQL of the service: a file for each table, with its row type and its statements. Everything that must happen together
//! is one `batch`, which is a transaction.

/// The columns of a [`ReleaseRow`]: all but the largest, for which there is [`artifact_json`].
macro_rules! release_columns {
    () => {
        "releases.app_id, releases.id, releases.asset_id, releases.external_url, releases.file_name, \
         releases.file_extension, releases.size, releases.md5, releases.sha256, releases.version, \
         releases.short_version, releases.min_os, releases.bundle_identifier, releases.package_hashes, \
         releases.release_notes, releases.build, releases.mandatory_update, releases.enabled, \
         releases.uploaded_at, releases.icon_type"
    };
}

/// The columns of a [`ReleaseSummaryRow`].
macro_rules! listed_columns {
    () => {
        "releases.id, releases.external_url, releases.file_extension, releases.version, releases.short_version, \
         releases.build, releases.enabled, releases.uploaded_at"
    };
}

/// Of the groups of those ids that are the default group of an app: the people who are in it without having been added,
/// which are all who may work on the app, as [`people_of_app`] says.
macro_rules! people_by_right {
    ($ids:literal) => {
        concat!(
            "SELECT firsts.id AS group_id, accounts.email FROM distribution_groups AS firsts ",
            "JOIN apps ON apps.id = firsts.app_id JOIN accounts ON accounts.id = apps.owner_id ",
            "WHERE firsts.id IN (",
            $ids,
            ") AND firsts.name = 'Collaborators' AND accounts.kind = 'user' ",
            "UNION SELECT firsts.id, accounts.email FROM distribution_groups AS firsts ",
            "JOIN apps ON apps.id = firsts.app_id ",
            "JOIN org_members ON org_members.org_id = apps.owner_id AND org_members.role = 'admin' ",
            "JOIN accounts ON accounts.id = org_members.user_id ",
            "WHERE firsts.id IN (",
            $ids,
            ") AND firsts.name = 'Collaborators' ",
            "UNION SELECT firsts.id, accounts.email FROM distribution_groups AS firsts ",
            "JOIN app_collaborators ON app_collaborators.app_id = firsts.app_id ",
            "JOIN accounts ON accounts.id = app_collaborators.user_id ",
            "WHERE firsts.id IN (",
            $ids,
            ") AND firsts.name = 'Collaborators'"
        )
    };
}

/// The people in the groups of those ids, as `group_id` and `email`: those who were added, and those who are in it by right.
macro_rules! people_in_groups {
    ($ids:literal) => {
        concat!(
            "(SELECT group_id, email FROM group_members WHERE group_id IN (",
            $ids,
            ") UNION SELECT group_id, email FROM (",
            people_by_right!($ids),
            "))"
        )
    };
}

mod accounts;
mod apps;
mod collaborators;
mod destinations;
mod garbage;
mod groups;
mod install_links;
mod invitations;
mod members;
mod orgs;
mod releases;
mod stores;
mod testers;
mod tokens;
mod uploads;
mod webhooks;

use serde::de::DeserializeOwned;

use crate::platform::{Database, PortError, Rows, Statement};

pub(crate) use accounts::{AccountKind, AccountRow, insert_user, rename_account, user_by_email};
pub(crate) use apps::{
    AccessRow, AppRow, access_to_app, app_by_id, apps_for, apps_of, apps_of_group, delete_app, insert_app,
    set_avatar, set_identifier, transfer_app, update_app,
};
pub(crate) use collaborators::{add_collaborator, people_of_app, remove_collaborator, set_permission};
pub(crate) use destinations::{
    DestinationRow, DistributionRow, NewDestination, add_destination, destinations_among, destinations_of,
    destinations_of_person, distribution, note_all_notified, note_page_notified, note_publishing, release_at,
    releases_at, remove_destination, update_destination,
};
pub(crate) use garbage::{forget_garbage, garbage, note_garbage};
pub(crate) use groups::{
    GroupRow, delete_group, group_by_id, group_by_name, groups_of, groups_of_org, insert_group,
    insert_group_statement, member_counts, org_group_by_name, share_group, unshare_group, update_group,
};
pub(crate) use install_links::{
    InstallLinkRow, insert_install_link, install_link_by_token, install_links_of, revoke_install_link,
};
pub(crate) use invitations::{
    InvitationDetailsRow, InvitationRow, InvitationScope, accept_invitation, delete_invitation,
    insert_invitation, invitation_by_token, invitation_details_by_token, invitation_of, invitations_by,
    invitations_to, set_invited_role,
};
pub(crate) use members::{
    PersonRow, add_members, members_of, members_to_remind, note_welcomed, recipients, remove_members,
    testers_of_app, testers_of_org, unsubscribe, without_account,
};
pub(crate) use orgs::{
    MemberRow, delete_org, insert_org, members_of_org, membership, orgs_of, remove_member, set_role,
};
pub(crate) use releases::{
    ExternalRelease, NewRelease, PackageRow, ReleaseChange, ReleaseRow, ReleaseSummaryRow, artifact_json,
    delete_release, icon_type, insert_external, insert_release, latest_release, release_by_id, releases_of,
    replace_package, update_release,
};
pub(crate) use stores::{
    StoreRow, delete_store, insert_store, store_by_id, store_by_name, stores_of, update_store,
};
pub(crate) use testers::{delete_tester, insert_tester};
pub(crate) use tokens::{
    Bearer, TokenRow, add_token, bearer_by_token, delete_token, delete_token_of_app, insert_token, tokens_of,
    tokens_of_app,
};
pub(crate) use uploads::{
    StatedMetadata, UploadRow, begin_last_try, fail_upload, insert_upload, note_queued, note_stated_metadata,
    set_upload_status, upload_by_asset, upload_by_id,
};

pub(crate) use webhooks::{
    DeliveryRow, WebhookRow, delete_webhook, deliveries_of, delivery, insert_delivery, insert_webhook,
    note_attempt, prune_deliveries, untried_deliveries, update_webhook, webhook, webhooks_of,
};

/// Runs one statement and reads its rows.
async fn query<T: DeserializeOwned>(
    database: &impl Database,
    statement: Statement,
) -> Result<Vec<T>, PortError> {
    let rows = database.batch(vec![statement]).await?.pop().unwrap_or_default();
    parse_rows(rows)
}

/// Runs one statement and reads its first row.
async fn query_first<T: DeserializeOwned>(
    database: &impl Database,
    statement: Statement,
) -> Result<Option<T>, PortError> {
    Ok(query(database, statement).await?.into_iter().next())
}

fn parse_rows<T: DeserializeOwned>(rows: Rows) -> Result<Vec<T>, PortError> {
    rows.into_iter()
        .map(|row| serde_json::from_value(row).map_err(|error| PortError::new("database", &error)))
        .collect()
}

/// Runs a batch whose statement at `index` returns a row if the limit of what it inserts was not reached, and says whether it
/// was not.
async fn has_room(database: &impl Database, batch: Vec<Statement>, index: usize) -> Result<bool, PortError> {
    Ok(database.batch(batch).await?.get(index).is_some_and(|rows| !rows.is_empty()))
}

/// Why an insert failed.
#[derive(Debug)]
pub(crate) enum InsertError {
    /// Another row has that name already; the column that says so.
    Taken(String),
    /// The database failed.
    Port(PortError),
}

impl From<PortError> for InsertError {
    /// SQLite and D1 both say `UNIQUE constraint failed: table.column`.
    fn from(error: PortError) -> InsertError {
        match error.message.split_once("UNIQUE constraint failed: ") {
            Some((_, columns)) => InsertError::Taken(columns.to_owned()),
            None => InsertError::Port(error),
        }
    }
}
