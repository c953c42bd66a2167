//! Ids, tokens and signatures, and what is stored of them.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::platform::Platform;

/// A new UUID.
pub(crate) fn uuid<P: Platform>(platform: &P) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&platform.random()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A new unguessable token of 192 random bits, safe in URLs.
pub(crate) fn token<P: Platform>(platform: &P) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&platform.random()[..24])
}

/// A new API token of 160 random bits in 40 hexadecimal digits, the form of App Center's: some clients check the form.
pub(crate) fn api_token<P: Platform>(platform: &P) -> String {
    hex(&platform.random()[..20])
}

/// The first API token of an account that is created from an invitation, in the same form. It is derived from the
/// invitation's token, so that the same call returns the same API token.
pub(crate) fn first_api_token<P: Platform>(platform: &P, invitation: &str) -> String {
    hex(&mac(platform, &format!("first token\n{invitation}")).finalize().into_bytes()[..20])
}

/// What is stored of a token: its SHA-256 in lower-case hex.
///
/// A reader of the database, or of a backup, learns no token that opens anything. No salt and no slow hash are needed: a
/// token has 160 or more random bits, so that guessing it is hopeless even at full speed, and the hash must be an index.
pub fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a signed download link opens, under which name, and until when.
pub(crate) struct SignedLink<'a> {
    pub(crate) asset_id: &'a str,
    pub(crate) file_name: &'a str,
    /// In milliseconds since 1970 UTC.
    pub(crate) expires_at: i64,
}

impl SignedLink<'_> {
    /// The link's signature: HMAC-SHA-256 of everything it says.
    pub(crate) fn sign<P: Platform>(&self, platform: &P) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.mac(platform).finalize().into_bytes())
    }

    /// Whether `signature` is the link's, compared in constant time.
    pub(crate) fn is_signed<P: Platform>(&self, platform: &P, signature: &str) -> bool {
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature);
        signature.is_ok_and(|signature| self.mac(platform).verify_slice(&signature).is_ok())
    }

    fn mac<P: Platform>(&self, platform: &P) -> Hmac<Sha256> {
        let SignedLink { asset_id, file_name, expires_at } = self;
        mac(platform, &format!("download\n{asset_id}\n{expires_at}\n{file_name}"))
    }
}

/// The signature of the link to a package's icon.
pub(crate) fn sign_icon<P: Platform>(platform: &P, asset_id: &str) -> String {
    let mac = mac(platform, &format!("icon\n{asset_id}"));
    BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Whether `signature` is that of the link to the package's icon, compared in constant time.
pub(crate) fn is_icon_signed<P: Platform>(platform: &P, asset_id: &str, signature: &str) -> bool {
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature);
    let mac = mac(platform, &format!("icon\n{asset_id}"));
    signature.is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
}

/// The permission to unsubscribe an address from the e-mails about an app: both of them, signed.
pub(crate) fn unsubscribe_token<P: Platform>(platform: &P, app_id: &str, email: &str) -> String {
    let content = format!("{app_id}\n{email}");
    let signature = mac(platform, &format!("unsubscribe\n{content}")).finalize().into_bytes();
    format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(content), BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// The app's id and the address in such a permission, if it was signed here.
pub(crate) fn read_unsubscribe_token<P: Platform>(platform: &P, sealed: &str) -> Option<(String, String)> {
    let (content, signature) = sealed.split_once('.')?;
    let content = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(content).ok()?).ok()?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    mac(platform, &format!("unsubscribe\n{content}")).verify_slice(&signature).ok()?;
    let (app_id, email) = content.split_once('\n')?;
    Some((app_id.to_owned(), email.to_owned()))
}

/// The signature of a webhook delivery, in lower-case hex: see [`protocol::header::SIGNATURE`].
pub(crate) fn sign_webhook(secret: &str, seconds: i64, body: &str) -> String {
    hex(&hmac_of(secret.as_bytes(), &format!("{seconds}.{body}")).finalize().into_bytes())
}

fn mac<P: Platform>(platform: &P, text: &str) -> Hmac<Sha256> {
    hmac_of(platform.signing_key(), text)
}

fn hmac_of(key: &[u8], text: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text.as_bytes());
    mac
}
