use std::collections::BTreeSet;

use protocol::{DestinationKind, limit};
use serde::Deserialize;

use super::{GroupRow, parse_rows, query};
use crate::platform::{Database, PortError, Statement};

/// A person who gets releases, in a group or as a tester: an address, and the account with that address if there is one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PersonRow {
    pub(crate) email: String,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) display_name: Option<String>,
    /// The person's id as a tester of the app.
    #[serde(default)]
    pub(crate) tester_id: Option<String>,
}

/// The members of a group, by address. All people who may work on an app are in its default group, too.
pub(crate) async fn members_of(
    database: &impl Database,
    group: &GroupRow,
) -> Result<Vec<PersonRow>, PortError> {
    let sql = concat!(
        "SELECT people.email, accounts.id, accounts.name, accounts.display_name FROM ",
        people_in_groups!("?1"),
        " AS people LEFT JOIN accounts ON accounts.email = people.email COLLATE NOCASE AND accounts.kind = 'user' ",
        "ORDER BY people.email COLLATE NOCASE"
    );
    query(database, Statement::new(sql, [(&group.id).into()])).await
}

/// The apps of a group: unsubscribing from one of them counts.
macro_rules! apps_of_group {
    () => {
        "SELECT app_id FROM distribution_groups WHERE id = ?1 AND app_id IS NOT NULL \
         UNION SELECT app_id FROM shared_group_apps WHERE group_id = ?1"
    };
}

/// Adds addresses to a group: all of them or, if that would be more than the limit, none. Returns those that got no e-mail
/// about the group yet and are not unsubscribed; `None` if there was no room.
pub(crate) async fn add_members(
    database: &impl Database,
    group_id: &str,
    emails: &BTreeSet<String>,
    now: i64,
) -> Result<Option<Vec<String>>, PortError> {
    let add = "INSERT INTO group_members (group_id, email, created_at) SELECT ?1, value, ?3 FROM json_each(?2) \
               WHERE (SELECT COUNT(*) FROM group_members WHERE group_id = ?1) \
               + (SELECT COUNT(*) FROM json_each(?2) AS sent WHERE NOT EXISTS \
               (SELECT 1 FROM group_members WHERE group_id = ?1 AND email = sent.value)) <= ?4 \
               ON CONFLICT DO NOTHING";
    let new = concat!(
        "SELECT email FROM group_members WHERE group_id = ?1 AND email IN (SELECT value FROM json_each(?2)) ",
        "AND welcomed_at IS NULL AND email NOT IN (SELECT email FROM unsubscribed WHERE app_id IN (",
        apps_of_group!(),
        ")) ORDER BY email"
    );
    let left_out = "SELECT value FROM json_each(?2) AS sent WHERE NOT EXISTS \
                (SELECT 1 FROM group_members WHERE group_id = ?1 AND email = sent.value) LIMIT 1";
    let emails = serde_json::to_string(emails).unwrap_or_default();
    let values = [group_id.into(), (&emails).into()];
    let most = limit::MEMBERS_PER_GROUP.into();
    let batch = vec![
        Statement::new(add, [group_id.into(), (&emails).into(), now.into(), most]),
        Statement::new(left_out, values.clone()),
        Statement::new(new, values),
    ];
    let mut rows = database.batch(batch).await?;
    let new = parse_rows::<EmailRow>(rows.pop().unwrap_or_default())?;
    let is_full = rows.pop().is_some_and(|left_out| !left_out.is_empty());
    Ok((!is_full).then(|| new.into_iter().map(|row| row.email).collect()))
}

#[derive(Deserialize)]
struct EmailRow {
    email: String,
}

/// Those of the addresses that are in a group, are not unsubscribed, and got no e-mail about it since.
pub(crate) async fn members_to_remind(
    database: &impl Database,
    group_id: &str,
    emails: &BTreeSet<String>,
    since: i64,
) -> Result<Vec<String>, PortError> {
    let sql = concat!(
        "SELECT sent.value AS email FROM json_each(?2) AS sent WHERE (EXISTS (SELECT 1 FROM group_members ",
        "WHERE group_id = ?1 AND email = sent.value) OR sent.value IN (SELECT lower(email) FROM (",
        people_by_right!("?1"),
        "))) AND NOT EXISTS (SELECT 1 FROM group_members ",
        "WHERE group_id = ?1 AND email = sent.value AND welcomed_at > ?3) ",
        "AND NOT EXISTS (SELECT 1 FROM unsubscribed WHERE unsubscribed.email = sent.value ",
        "AND app_id IN (",
        apps_of_group!(),
        ")) ORDER BY sent.value"
    );
    let emails = serde_json::to_string(emails).unwrap_or_default();
    let values = [group_id.into(), (&emails).into(), since.into()];
    let rows: Vec<EmailRow> = query(database, Statement::new(sql, values)).await?;
    Ok(rows.into_iter().map(|row| row.email).collect())
}

/// Those of the addresses, in lower case, that no account has.
pub(crate) async fn without_account(
    database: &impl Database,
    emails: &BTreeSet<String>,
) -> Result<BTreeSet<String>, PortError> {
    let sql = "SELECT sent.value AS email FROM json_each(?) AS sent WHERE NOT EXISTS \
               (SELECT 1 FROM accounts WHERE email = sent.value COLLATE NOCASE AND kind = 'user')";
    let emails = serde_json::to_string(emails).unwrap_or_default();
    let rows: Vec<EmailRow> = query(database, Statement::new(sql, [(&emails).into()])).await?;
    Ok(rows.into_iter().map(|row| row.email).collect())
}

/// Notes that the e-mails to these members were queued.
pub(crate) async fn note_welcomed(
    database: &impl Database,
    group_id: &str,
    emails: &[String],
    now: i64,
) -> Result<(), PortError> {
    let sql = "UPDATE group_members SET welcomed_at = ?3 WHERE group_id = ?1 \
               AND email IN (SELECT value FROM json_each(?2))";
    let emails = serde_json::to_string(emails).unwrap_or_default();
    database.batch(vec![Statement::new(sql, [group_id.into(), (&emails).into(), now.into()])]).await?;
    Ok(())
}

/// Removes addresses from a group, and returns those that were in it.
pub(crate) async fn remove_members(
    database: &impl Database,
    group_id: &str,
    emails: &BTreeSet<String>,
) -> Result<Vec<String>, PortError> {
    let sql = "DELETE FROM group_members WHERE group_id = ?1 AND email IN (SELECT value FROM json_each(?2)) \
               RETURNING email";
    let emails = serde_json::to_string(emails).unwrap_or_default();
    let rows: Vec<EmailRow> =
        query(database, Statement::new(sql, [group_id.into(), (&emails).into()])).await?;
    Ok(rows.into_iter().map(|row| row.email).collect())
}

/// All people who get releases of an app, by address: members of its groups and of groups shared with it, and testers.
pub(crate) async fn testers_of_app(
    database: &impl Database,
    app_id: &str,
) -> Result<Vec<PersonRow>, PortError> {
    let sql = concat!(
        "SELECT people.email, accounts.id, accounts.name, accounts.display_name, testers.id AS tester_id FROM ",
        "(SELECT email COLLATE NOCASE AS email FROM ",
        people_in_groups!(
            "SELECT id FROM distribution_groups WHERE app_id = ?1 \
             UNION SELECT group_id FROM shared_group_apps WHERE app_id = ?1"
        ),
        " UNION SELECT email FROM testers WHERE app_id = ?1) AS people ",
        "LEFT JOIN accounts ON accounts.email = people.email COLLATE NOCASE AND accounts.kind = 'user' ",
        "LEFT JOIN testers ON testers.app_id = ?1 AND testers.email = people.email ",
        "ORDER BY people.email COLLATE NOCASE"
    );
    query(database, Statement::new(sql, [app_id.into()])).await
}

/// All people who get releases of any app of an organization, by address.
pub(crate) async fn testers_of_org(
    database: &impl Database,
    org_id: &str,
) -> Result<Vec<PersonRow>, PortError> {
    let sql = concat!(
        "SELECT people.email, accounts.id, accounts.name, accounts.display_name FROM ",
        "(SELECT email COLLATE NOCASE AS email FROM ",
        people_in_groups!(
            "SELECT id FROM distribution_groups WHERE org_id = ?1 UNION SELECT distribution_groups.id \
             FROM apps JOIN distribution_groups ON distribution_groups.app_id = apps.id WHERE owner_id = ?1"
        ),
        " UNION SELECT email FROM testers WHERE app_id IN (SELECT id FROM apps WHERE owner_id = ?1)) AS people ",
        "LEFT JOIN accounts ON accounts.email = people.email COLLATE NOCASE AND accounts.kind = 'user' ",
        "ORDER BY people.email COLLATE NOCASE"
    );
    query(database, Statement::new(sql, [org_id.into()])).await
}

/// The addresses at a destination that come after one, in order, without those that unsubscribed from the app's e-mails.
pub(crate) async fn recipients(
    database: &impl Database,
    app_id: &str,
    kind: DestinationKind,
    destination_id: &str,
    after: &str,
    at_most: i64,
) -> Result<Vec<String>, PortError> {
    let sql = match kind {
        DestinationKind::Tester => {
            "SELECT email FROM testers WHERE id = ?2 AND app_id = ?1 AND email > ?3 \
             AND email NOT IN (SELECT email FROM unsubscribed WHERE app_id = ?1) LIMIT ?4"
        }
        DestinationKind::Group | DestinationKind::Store => {
            // The inner LIMIT: of a large group, no more than the page is read.
            concat!(
                "SELECT email FROM (SELECT email FROM (SELECT email FROM group_members ",
                "WHERE group_id = ?2 AND email > ?3 ",
                "AND email NOT IN (SELECT email FROM unsubscribed WHERE app_id = ?1) ORDER BY email LIMIT ?4) ",
                "UNION SELECT email FROM (",
                people_by_right!("?2"),
                ") WHERE email COLLATE NOCASE > ?3 ",
                "AND email COLLATE NOCASE NOT IN (SELECT email FROM unsubscribed WHERE app_id = ?1)) ",
                "ORDER BY email COLLATE NOCASE LIMIT ?4"
            )
        }
    };
    let values = [app_id.into(), destination_id.into(), after.into(), at_most.into()];
    let rows: Vec<EmailRow> = query(database, Statement::new(sql, values)).await?;
    Ok(rows.into_iter().map(|row| row.email).collect())
}

/// Unsubscribes an address from the e-mails about an app.
pub(crate) async fn unsubscribe(
    database: &impl Database,
    app_id: &str,
    email: &str,
    now: i64,
) -> Result<(), PortError> {
    let sql = "INSERT INTO unsubscribed (app_id, email, created_at) SELECT id, ?2, ?3 FROM apps WHERE id = ?1 \
               ON CONFLICT DO NOTHING";
    database.batch(vec![Statement::new(sql, [app_id.into(), email.into(), now.into()])]).await?;
    Ok(())
}
