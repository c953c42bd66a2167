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

/// How long an upload that nobody finishes is kept, in milliseconds: 24 h, as App Center documents it.
pub const UPLOAD_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

/// How long a call that says the same again is taken for the call before, in milliseconds, where the call makes
/// something: clients repeat a call whose answer they did not get.
pub const SAME_CALL_MS: i64 = 5 * 60 * 1000;

/// Most groups or stores that one call gives a release to.
pub const DESTINATIONS_PER_CALL: usize = 100;

/// Most addresses in one call: each may get a letter, and a Worker may make so many calls.
pub const EMAILS_PER_CALL: usize = 500;

/// Most apps that one call shares a group with.
pub const APPS_PER_CALL: usize = 500;
