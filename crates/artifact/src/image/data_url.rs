//! Pictures as text.

use crate::Icon;
use crate::encoding::base64;

impl Icon {
    /// The picture as a `data:` URL (RFC 2397).
    #[must_use]
    pub fn data_url(&self) -> String {
        let mut url = format!("data:{};base64,", self.media_type);
        base64::encode_into(&mut url, &self.bytes);
        url
    }
}
