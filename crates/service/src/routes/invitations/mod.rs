//! Invitations to apps and organizations: an administrator sends, lists and revokes them (`invite`), the invited person
//! accepts or rejects them by the link in the e-mail (`answer`).

pub(crate) mod answer;
pub(crate) mod invite;
