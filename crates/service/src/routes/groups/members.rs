//! The members of a group. Members are addresses: a person without an account is invited, and gets releases all the same.

use std::collections::{BTreeSet, HashSet};

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{EmailResult, EmailsRequest, ErrorCode, GroupMember, limit};
use serde::Deserialize;

use super::app_groups::{find_group, find_own_group, no_such_group};
use crate::db::{self, AccountRow, GroupRow, PersonRow};
use crate::email;
use crate::error::ApiError;
use crate::http::access::{Admin, AppFor, Develop, Member, OrgFor, Read};
use crate::http::extract::{Body, Query};
use crate::platform::{Job, JobQueue, JobV1, Platform};
use crate::validation::checked_email;

/// The query of [`list`].
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    exclude_pending_invitations: bool,
}

/// `GET …/members`.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name)): Path<(String, String, String)>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<GroupMember>>, ApiError> {
    list_members(&platform, &find_group(&platform, &app, &name).await?, &query).await
}

/// `GET …/members` of a shared group.
pub(crate) async fn list_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Member>,
    Path((_, name)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<GroupMember>>, ApiError> {
    list_members(&platform, &find_shared_group(&platform, &org, &name).await?, &query).await
}

/// The shared group of that name.
pub(super) async fn find_shared_group<P: Platform, R>(
    platform: &P,
    org: &OrgFor<R>,
    name: &str,
) -> Result<GroupRow, ApiError> {
    db::org_group_by_name(platform.database(), &org.org.id, name).await?.ok_or_else(|| no_such_group(name))
}

async fn list_members<P: Platform>(
    platform: &P,
    group: &GroupRow,
    query: &ListQuery,
) -> Result<Json<Vec<GroupMember>>, ApiError> {
    let members = db::members_of(platform.database(), group).await?;
    let wanted = |member: &PersonRow| member.id.is_some() || !query.exclude_pending_invitations;
    Ok(Json(members.into_iter().filter(wanted).map(member_view).collect()))
}

/// `POST …/members`: 200 with the result for each address. New members get an e-mail.
pub(crate) async fn add<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let group = find_own_group(&platform, &app, &name).await?;
    add_members(&platform, &group, &user, &app.display_name, request).await
}

/// `POST …/members` of a shared group.
pub(crate) async fn add_to_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let group = find_shared_group(&platform, &org, &name).await?;
    add_members(&platform, &group, &org.user, &org.org.display_name, request).await
}

async fn add_members<P: Platform>(
    platform: &P,
    group: &GroupRow,
    sender: &AccountRow,
    app_or_org: &str,
    request: EmailsRequest,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let sent = checked_emails(request)?;
    let valid = valid_emails(&sent);
    // New are also members whose e-mail was never queued, because an earlier call failed before that.
    let new = db::add_members(platform.database(), &group.id, &valid, platform.now()).await?;
    let new = new.ok_or_else(|| {
        let most = limit::MEMBERS_PER_GROUP;
        ApiError::conflict(format!(
            "the group would have more than {most} members, which is the limit; remove some, or use another group"
        ))
    })?;
    welcome(platform, group, sender, app_or_org, &new).await?;
    let pending = db::without_account(platform.database(), &valid).await?;
    Ok(Json(results(sent, |email| (StatusCode::OK, None, Some(pending.contains(email))))))
}

/// Queues e-mails to members of a group, and notes that they were queued.
async fn welcome<P: Platform>(
    platform: &P,
    group: &GroupRow,
    sender: &AccountRow,
    app_or_org: &str,
    emails: &[String],
) -> Result<(), ApiError> {
    for address in emails {
        let email = email::welcome(address, sender, app_or_org);
        platform.job_queue().send(Job::V1(JobV1::SendEmail(email))).await?;
    }
    if !emails.is_empty() {
        db::note_welcomed(platform.database(), &group.id, emails, platform.now()).await?;
    }
    Ok(())
}

/// `POST …/members/bulk_delete`: 200 with the result for each address.
pub(crate) async fn bulk_delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let group = find_own_group(&platform, &app, &name).await?;
    Ok(Json(remove_members(&platform, &group, request).await?))
}

/// `POST …/members/bulk_delete` of a shared group: 204.
pub(crate) async fn bulk_delete_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = find_shared_group(&platform, &org, &name).await?;
    remove_members(&platform, &group, request).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_members<P: Platform>(
    platform: &P,
    group: &GroupRow,
    request: EmailsRequest,
) -> Result<Vec<EmailResult>, ApiError> {
    let sent = checked_emails(request)?;
    let gone = db::remove_members(platform.database(), &group.id, &valid_emails(&sent)).await?;
    let gone: HashSet<String> = gone.into_iter().map(|email| email.to_lowercase()).collect();
    Ok(results(sent, |email| {
        if gone.contains(email) {
            (StatusCode::OK, None, None)
        } else {
            (StatusCode::NOT_FOUND, Some((ErrorCode::NotFound, "not a member of the group".to_owned())), None)
        }
    }))
}

/// `POST …/resend_invite`: 204. Only members get an e-mail, unless they unsubscribed or got one within the last hour.
pub(crate) async fn resend_invite<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = find_own_group(&platform, &app, &name).await?;
    remind_members(&platform, &group, &user, &app.display_name, request).await
}

/// `POST …/resend_invite` of a shared group: 204.
pub(crate) async fn resend_invite_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = find_shared_group(&platform, &org, &name).await?;
    remind_members(&platform, &group, &org.user, &org.org.display_name, request).await
}

async fn remind_members<P: Platform>(
    platform: &P,
    group: &GroupRow,
    sender: &AccountRow,
    app_or_org: &str,
    request: EmailsRequest,
) -> Result<StatusCode, ApiError> {
    let since = platform.now() - limit::SAME_EMAIL_MS;
    let valid = valid_emails(&checked_emails(request)?);
    let members = db::members_to_remind(platform.database(), &group.id, &valid, since).await?;
    welcome(platform, group, sender, app_or_org, &members).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Each address as it was sent, and in the form in which it is kept.
type CheckedEmails = Vec<(String, Result<String, ApiError>)>;

fn checked_emails(request: EmailsRequest) -> Result<CheckedEmails, ApiError> {
    let count = request.user_emails.len();
    let most = limit::EMAILS_PER_CALL;
    if count == 0 || count > most {
        let message = format!("expected 1 to {most} addresses in `user_emails`, got {count}");
        return Err(ApiError::bad_request(message));
    }
    Ok(request
        .user_emails
        .into_iter()
        .map(|sent| {
            let email = checked_email(&sent);
            (sent, email)
        })
        .collect())
}

/// The valid addresses, each once.
fn valid_emails(sent: &CheckedEmails) -> BTreeSet<String> {
    sent.iter().filter_map(|(_, email)| email.as_ref().ok().cloned()).collect()
}

type EmailOutcome = (StatusCode, Option<(ErrorCode, String)>, Option<bool>);

fn results(sent: CheckedEmails, outcome: impl Fn(&str) -> EmailOutcome) -> Vec<EmailResult> {
    let result = |(user_email, email): (String, Result<String, ApiError>)| {
        let (status, failure, invite_pending) = match email {
            Ok(email) => outcome(&email),
            Err(ApiError::Refused(code, message)) => (StatusCode::BAD_REQUEST, Some((code, message)), None),
            Err(ApiError::Port(_)) => (StatusCode::INTERNAL_SERVER_ERROR, None, None),
        };
        let (code, message) = failure.unzip();
        EmailResult { status: status.as_u16(), user_email, code, message, invite_pending }
    };
    sent.into_iter().map(result).collect()
}

fn member_view(member: PersonRow) -> GroupMember {
    GroupMember {
        invite_pending: member.id.is_none(),
        id: member.id,
        email: member.email,
        display_name: member.display_name,
        name: member.name,
    }
}
