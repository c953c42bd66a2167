//! The picture of an app.

use serde::{Deserialize, Serialize};

/// An icon that a browser can show.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Icon {
    /// `image/png`, `image/webp`, `image/jpeg` or `image/svg+xml`.
    pub media_type: String,
    /// In pixels, if the picture says so.
    pub width: Option<u32>,
    /// In pixels, if the picture says so.
    pub height: Option<u32>,
    /// The picture. It is not part of the JSON.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}
