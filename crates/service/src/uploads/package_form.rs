//! The form in which a whole package comes: the file, and what else is said of it.

use axum::body::Body as HttpBody;
use futures_util::StreamExt;
use protocol::{ErrorCode, limit};

use crate::error::ApiError;
use crate::http::form::{Form, FormError, Piece};
use crate::platform::FileMetadata;
use crate::platform::{ObjectKey, ObjectStorage, Part, Platform};
use crate::uploads::file_name;

/// The file's field, whatever the file is: App Center began with iOS.
const FILE_FIELD: &str = "ipa";

/// Longest value of another field, in bytes.
const FIELD_BYTES: usize = 4 * limit::NAME_CHARS;

/// Bytes of one part in the store, and so of what is held in memory: all but the last must be equally long.
const PART_BYTES: usize = limit::MIN_CHUNK_BYTES as usize;

/// What a form says besides the file, each as it stands there. It counts before what the first call said.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    pub(crate) release_id: Option<String>,
    pub(crate) build_version: Option<String>,
    pub(crate) build_number: Option<String>,
}

impl Fields {
    fn named(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "release_id" => Some(&mut self.release_id),
            "build_version" => Some(&mut self.build_version),
            "build_number" => Some(&mut self.build_number),
            _ => None,
        }
    }

    /// Whether the form had none of them.
    pub(crate) fn is_empty(&self) -> bool {
        self.release_id.is_none() && self.build_version.is_none() && self.build_number.is_none()
    }
}

/// A package that came whole.
pub(crate) struct Received {
    pub(crate) file: FileMetadata,
    pub(crate) parts: Vec<Part>,
    pub(crate) fields: Fields,
}

pub(crate) fn bad_form(error: FormError) -> ApiError {
    ApiError::bad_request(format!(
        "{error}; send the package as the part `{FILE_FIELD}` of multipart/form-data"
    ))
}

/// Reads a form to its end, and stores the file in it as parts of `multipart`.
pub(crate) async fn store<P: Platform>(
    platform: &P,
    key: ObjectKey,
    multipart: String,
    mut form: Form,
    body: HttpBody,
) -> Result<Received, ApiError> {
    let mut storing = Storing::new(platform, key, multipart);
    let mut stream = body.into_data_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| bad_form(FormError::CutOff))?;
        for piece in form.push(&bytes).map_err(bad_form)? {
            storing.take(piece).await?;
        }
    }
    form.finish().map_err(bad_form)?;
    storing.finish().await
}

/// Where in a form we are.
#[derive(PartialEq)]
enum Within {
    File,
    /// A field that counts: its name, and what came of it.
    Field(String, Vec<u8>),
    /// Between parts, or in one that does not count.
    Other,
}

/// A file on its way into the store.
struct Storing<'a, P> {
    platform: &'a P,
    key: ObjectKey,
    multipart: String,
    /// The file's name, once its part has begun.
    name: Option<String>,
    within: Within,
    fields: Fields,
    held: Vec<u8>,
    parts: Vec<Part>,
    size: u64,
}

impl<'a, P: Platform> Storing<'a, P> {
    fn new(platform: &'a P, key: ObjectKey, multipart: String) -> Storing<'a, P> {
        let (name, held, parts) = (None, Vec::new(), Vec::new());
        let (within, fields) = (Within::Other, Fields::default());
        Storing { platform, key, multipart, name, within, fields, held, parts, size: 0 }
    }

    async fn take(&mut self, piece: Piece) -> Result<(), ApiError> {
        match (piece, &mut self.within) {
            (Piece::Begin { name, file_name }, _) => {
                self.within = if name == FILE_FIELD && self.name.is_none() {
                    self.name = Some(file_name::clean(&file_name.unwrap_or_default()));
                    Within::File
                } else if self.fields.named(&name).is_some() {
                    Within::Field(name, Vec::new())
                } else {
                    Within::Other
                };
                Ok(())
            }
            (Piece::Bytes(bytes), Within::File) => self.take_file(&bytes).await,
            (Piece::Bytes(bytes), Within::Field(name, value)) => {
                value.extend_from_slice(&bytes);
                if value.len() > FIELD_BYTES {
                    let message = format!("expected at most {FIELD_BYTES} bytes in the field `{name}`");
                    return Err(ApiError::bad_request(message));
                }
                Ok(())
            }
            (Piece::Bytes(_), Within::Other) => Ok(()),
            (Piece::End, _) => {
                if let Within::Field(name, value) = std::mem::replace(&mut self.within, Within::Other) {
                    let value = String::from_utf8_lossy(&value).trim().to_owned();
                    if let Some(field) = self.fields.named(&name).filter(|_| !value.is_empty()) {
                        *field = Some(value);
                    }
                }
                Ok(())
            }
        }
    }

    async fn take_file(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        self.size += bytes.len() as u64;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(PART_BYTES - self.held.len()));
            self.held.extend_from_slice(now);
            rest = later;
            if self.held.len() == PART_BYTES {
                self.store_part().await?;
            }
        }
        Ok(())
    }

    async fn store_part(&mut self) -> Result<(), ApiError> {
        let number = u32::try_from(self.parts.len() + 1).unwrap_or(u32::MAX);
        if number > limit::CHUNKS {
            let message =
                "the package is too large for one request; upload it in chunks, by uploads/releases";
            return Err(ApiError::Refused(ErrorCode::TooLarge, message.to_owned()));
        }
        let bytes = std::mem::take(&mut self.held);
        let objects = self.platform.object_storage();
        let etag = objects.put_part_bytes(&self.key, &self.multipart, number, bytes).await?;
        self.parts.push(Part { number, etag });
        Ok(())
    }

    async fn finish(mut self) -> Result<Received, ApiError> {
        let name = self.name.take().ok_or_else(|| {
            ApiError::bad_request(format!(
                "expected the package as the part `{FILE_FIELD}` of the form, got no such part"
            ))
        })?;
        if self.size == 0 {
            return Err(ApiError::bad_request(
                "expected a package, got an empty file; check the path you upload",
            ));
        }
        if !self.held.is_empty() {
            self.store_part().await?;
        }
        let file = FileMetadata { name, size: self.size, chunk_size: PART_BYTES as u64 };
        Ok(Received { file, parts: self.parts, fields: self.fields })
    }
}
