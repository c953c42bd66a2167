//! One invitation and what the user has done about it.

use leptos::{prelude::*, task::spawn_local};
use protocol::InvitedTo;

use crate::{
    api::{self, ApiError, ResponseText, calls, types::SignUpToken},
    browser::focus,
    ui_error::{CallState, UiError},
};

/// What became of the invitation on this page.
#[derive(Clone)]
pub(super) enum InvitationOutcome {
    /// Neither accepted nor declined.
    Open,
    /// The account that is signed in accepted it.
    Accepted,
    /// The account that is signed in declined it.
    Declined,
    /// An account was created from it, with this API token.
    SignedUp(String),
}

/// One invitation, the call that answers it, and what became of it.
#[derive(Clone, Copy)]
pub(super) struct InvitationState {
    token: StoredValue<String>,
    pub(super) call: RwSignal<CallState>,
    pub(super) outcome: RwSignal<InvitationOutcome>,
}

/// What the response to a call makes of the invitation.
type ParseOutcome = fn(Result<String, ApiError>) -> Result<InvitationOutcome, ApiError>;

impl InvitationState {
    /// The invitation with that token, not answered yet.
    pub(super) fn new(token: String) -> InvitationState {
        InvitationState {
            token: StoredValue::new(token),
            call: RwSignal::new(CallState::Idle),
            outcome: RwSignal::new(InvitationOutcome::Open),
        }
    }

    /// The path of the call that accepts it.
    pub(super) fn accept_path(self, kind: InvitedTo) -> String {
        self.token.with_value(|token| calls::answer_path(kind, token, true))
    }

    /// Accepts or declines it as the account that is signed in.
    pub(super) fn answer(self, kind: InvitedTo, accept: bool) {
        let call = self.token.with_value(|token| calls::answer_invitation(kind, token, accept));
        let to_outcome: ParseOutcome =
            if accept { accept_outcome } else { |response| response.map(|_| InvitationOutcome::Declined) };
        self.after(call.send(), to_outcome);
    }

    /// Creates an account from it.
    pub(super) fn sign_up(self, name: String, display_name: String) {
        let call = self.token.with_value(|token| calls::sign_up(token, name, display_name));
        self.after(call.send(), |response| {
            api::parse::<SignUpToken>(&response?)
                .map(|created| InvitationOutcome::SignedUp(created.api_token))
        });
    }

    /// Waits for the response; the page follows what `to_outcome` makes of it.
    fn after(self, response: ResponseText, to_outcome: ParseOutcome) {
        self.call.set(CallState::Sending);
        spawn_local(async move {
            match to_outcome(response.await) {
                Ok(outcome) => {
                    self.call.set(CallState::Idle);
                    self.outcome.set(outcome);
                    // The button that had the keyboard's focus is gone.
                    focus("outcome");
                }
                Err(error) => self.call.set(CallState::Failed(UiError::from(error))),
            }
        });
    }
}

fn accept_outcome(response: Result<String, ApiError>) -> Result<InvitationOutcome, ApiError> {
    match response {
        // A conflict means that the account is a member already.
        Err(error) if !error.is_conflict() => Err(error),
        _ => Ok(InvitationOutcome::Accepted),
    }
}
