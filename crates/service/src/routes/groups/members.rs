//! Who is in a group. Members are addresses: somebody without an account is invited, and gets releases all the same.

use std::collections::{BTreeSet, HashSet};

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{EmailResult, EmailsRequest, ErrorCode, GroupMember, limit};
use serde::Deserialize;

use super::app_groups::{group_of, missing, own_group_of};
use crate::db::{self, AccountRow, GroupRow, PersonRow};
use crate::email;
use crate::error::ApiError;
use crate::http::access::{Admin, AppFor, Develop, Member, OrgFor, Read};
use crate::http::extract::{Body, Query};
use crate::platform::{Job, JobV1};
use crate::platform::{JobQueue, Platform};
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
    listed(&platform, &group_of(&platform, &app, &name).await?, &query).await
}

/// `GET …/members` of a shared group.
pub(crate) async fn list_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Member>,
    Path((_, name)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<GroupMember>>, ApiError> {
    listed(&platform, &shared(&platform, &org, &name).await?, &query).await
}

/// The shared group of that name.
pub(crate) async fn shared<P: Platform, R>(
    platform: &P,
    org: &OrgFor<R>,
    name: &str,
) -> Result<GroupRow, ApiError> {
    db::org_group_by_name(platform.database(), &org.org.id, name).await?.ok_or_else(|| missing(name))
}

async fn listed<P: Platform>(
    platform: &P,
    group: &GroupRow,
    query: &ListQuery,
) -> Result<Json<Vec<GroupMember>>, ApiError> {
    let members = db::members_of(platform.database(), group).await?;
    let wanted = |member: &PersonRow| member.id.is_some() || !query.exclude_pending_invitations;
    Ok(Json(members.into_iter().filter(wanted).map(view).collect()))
}

/// `POST …/members`: 200 with what became of each address. Who is new gets a letter.
pub(crate) async fn add<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let group = own_group_of(&platform, &app, &name).await?;
    added(&platform, &group, &user, &app.display_name, request).await
}

/// `POST …/members` of a shared group.
pub(crate) async fn add_to_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let group = shared(&platform, &org, &name).await?;
    added(&platform, &group, &org.user, &org.org.display_name, request).await
}

async fn added<P: Platform>(
    platform: &P,
    group: &GroupRow,
    sender: &AccountRow,
    of: &str,
    request: EmailsRequest,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let sent = checked(request)?;
    let good = good(&sent);
    // Who is in it and has had no letter is new, or an earlier call failed before the letter was queued.
    let new = db::add_members(platform.database(), &group.id, &good, platform.now()).await?;
    let new =
        new.ok_or_else(|| ApiError::full(limit::MEMBERS_PER_GROUP, "members in the group, or almost"))?;
    welcome(platform, group, sender, of, &new).await?;
    let pending = db::without_account(platform.database(), &good).await?;
    Ok(Json(results(sent, |email| (StatusCode::OK, None, Some(pending.contains(email))))))
}

/// Sends letters about a group, and notes that they were.
async fn welcome<P: Platform>(
    platform: &P,
    group: &GroupRow,
    sender: &AccountRow,
    of: &str,
    emails: &[String],
) -> Result<(), ApiError> {
    for email in emails {
        let mail = email::welcome(email, sender, of);
        platform.job_queue().send(Job::V1(JobV1::SendEmail(mail))).await?;
    }
    if !emails.is_empty() {
        db::note_welcomed(platform.database(), &group.id, emails, platform.now()).await?;
    }
    Ok(())
}

/// `POST …/members/bulk_delete`: 200 with what became of each address.
pub(crate) async fn bulk_delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<Json<Vec<EmailResult>>, ApiError> {
    let group = own_group_of(&platform, &app, &name).await?;
    Ok(Json(removed(&platform, &group, request).await?))
}

/// `POST …/members/bulk_delete` of a shared group: 204.
pub(crate) async fn bulk_delete_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = shared(&platform, &org, &name).await?;
    removed(&platform, &group, request).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn removed<P: Platform>(
    platform: &P,
    group: &GroupRow,
    request: EmailsRequest,
) -> Result<Vec<EmailResult>, ApiError> {
    let sent = checked(request)?;
    let gone = db::remove_members(platform.database(), &group.id, &good(&sent)).await?;
    let gone: HashSet<String> = gone.into_iter().map(|email| email.to_lowercase()).collect();
    Ok(results(sent, |email| {
        if gone.contains(email) {
            (StatusCode::OK, None, None)
        } else {
            (StatusCode::NOT_FOUND, Some((ErrorCode::NotFound, "not a member of the group".to_owned())), None)
        }
    }))
}

/// `POST …/resend_invite`: 204. Only members get a letter, who want letters and have had none for an hour.
pub(crate) async fn resend_invite<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = own_group_of(&platform, &app, &name).await?;
    resent(&platform, &group, &user, &app.display_name, request).await
}

/// `POST …/resend_invite` of a shared group: 204.
pub(crate) async fn resend_invite_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<EmailsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = shared(&platform, &org, &name).await?;
    resent(&platform, &group, &org.user, &org.org.display_name, request).await
}

async fn resent<P: Platform>(
    platform: &P,
    group: &GroupRow,
    sender: &AccountRow,
    of: &str,
    request: EmailsRequest,
) -> Result<StatusCode, ApiError> {
    let since = platform.now() - limit::SAME_LETTER_MS;
    let good = good(&checked(request)?);
    let members = db::members_to_remind(platform.database(), &group.id, &good, since).await?;
    welcome(platform, group, sender, of, &members).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Each address as it was sent, and in the form in which it is kept.
type Checked = Vec<(String, Result<String, ApiError>)>;

fn checked(request: EmailsRequest) -> Result<Checked, ApiError> {
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

/// Those that are addresses, each once.
fn good(sent: &Checked) -> BTreeSet<String> {
    sent.iter().filter_map(|(_, email)| email.as_ref().ok().cloned()).collect()
}

type Outcome = (StatusCode, Option<(ErrorCode, String)>, Option<bool>);

fn results(sent: Checked, outcome: impl Fn(&str) -> Outcome) -> Vec<EmailResult> {
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

fn view(member: PersonRow) -> GroupMember {
    GroupMember {
        invite_pending: member.id.is_none(),
        id: member.id,
        email: member.email,
        display_name: member.display_name,
        name: member.name,
    }
}
