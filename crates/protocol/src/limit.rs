//! Sizes and counts that both sides must agree on.

/// One mebibyte, in bytes.
pub const MIB: u64 = 1024 * 1024;

/// Longest release notes, in characters (App Center's documented limit).
pub const RELEASE_NOTES_CHARS: usize = 5000;

/// Longest app, owner or group name, in characters (appcenter-cli accepts slugs of 1 to 100).
pub const NAME_CHARS: usize = 100;

/// Longest description of an app, in characters.
pub const DESCRIPTION_CHARS: usize = 500;

/// Longest file name kept as a release's metadata, in characters.
pub const FILE_NAME_CHARS: usize = 255;

/// Most chunks of one upload: R2 takes at most 10 000 parts in a multipart upload.
pub const CHUNKS: u32 = 10_000;

/// Smallest chunk, in bytes: R2 wants parts of at least 5 MiB (all but the last).
pub const MIN_CHUNK_BYTES: u64 = 8 * MIB;

/// Largest chunk that the server chooses by itself, in bytes: below the 100 MB that Cloudflare lets through
/// in one request on its smallest plans.
pub const MAX_CHUNK_BYTES: u64 = 64 * MIB;

/// Largest chunk that a client may ask for, in bytes: what R2 stores as one part.
pub const MAX_ASKED_CHUNK_BYTES: u64 = 5 * 1024 * MIB - 5 * MIB;

/// Largest package, in bytes: [`CHUNKS`] chunks of [`MAX_CHUNK_BYTES`], 625 GiB.
pub const PACKAGE_BYTES: u64 = CHUNKS as u64 * MAX_CHUNK_BYTES;

/// How long an unfinished upload is kept, in milliseconds: 24 h, as App Center documents it.
pub const UPLOAD_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

/// How long an identical call is taken for a repetition of the call before, in milliseconds, where the call makes
/// something: clients repeat a call whose response they did not get.
pub const SAME_CALL_MS: i64 = 5 * 60 * 1000;

/// Most groups or stores that one call distributes a release to.
pub const DESTINATIONS_PER_CALL: usize = 100;

/// Most addresses in one call: each may get an e-mail, and the number of calls that a Worker may make is limited.
pub const EMAILS_PER_CALL: usize = 500;

/// Most apps that one call shares a group with.
pub const APPS_PER_CALL: usize = 500;

/// Most groups of one app (App Center's documented limit), and most that one organization shares.
pub const GROUPS: i64 = 100;

/// Most members of one group (App Center's documented limit).
pub const MEMBERS_PER_GROUP: i64 = 30_000;

/// Most stores of one app: each has a track or is a company's, and there are few of both.
pub const STORES_PER_APP: i64 = 100;

/// Most webhooks of one app: each new release makes one request to each of them.
pub const WEBHOOKS_PER_APP: i64 = 20;

/// Most install links of one release that work at a time.
pub const INSTALL_LINKS_PER_RELEASE: i64 = 100;

/// Most API tokens that one person has made (App Center's documented limit).
pub const TOKENS_PER_ACCOUNT: i64 = 10_000;

/// Most apps of one owner (App Center's documented limit).
pub const APPS_PER_ACCOUNT: i64 = 2_000;

/// How long a member whose e-mail was queued gets no other about the same group, in milliseconds.
pub const SAME_EMAIL_MS: i64 = 60 * 60 * 1000;

/// Longest name of a branch and id of a commit that are kept of a release, in characters.
pub const SOURCE_NAME_CHARS: usize = 255;

/// Longest message of a commit that is kept of a release, in characters: lists show it.
pub const COMMIT_MESSAGE_CHARS: usize = 1000;

/// Longest signature for Sparkle, in characters; real ones have less than 100.
pub const SIGNATURE_CHARS: usize = 1000;
