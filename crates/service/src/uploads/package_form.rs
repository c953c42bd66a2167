//! The form in which a whole package arrives: the file, and what the client states about it.
//!
//! Why the bytes come into Wasm here, while a chunk's do not: the file is inside `multipart/form-data`, its length is not
//! known before its end, and R2 takes parts of known, equal lengths. So the form is parsed as it arrives, and the file is
//! cut into parts of [`PART_BYTES`]. No more than one part is buffered at a time, whatever the package's size.

use axum::body::Body as HttpBody;
use futures_util::StreamExt;
use protocol::{ErrorCode, limit};

use super::file_name::clean_file_name;
use crate::error::ApiError;
use crate::http::form::{FormError, FormEvent, FormParser};
use crate::platform::{FileMetadata, ObjectKey, ObjectStorage, Part, Platform};

/// The file's field, whatever the file is: App Center began with iOS.
const FILE_FIELD: &str = "ipa";

/// Longest value of another field, in bytes.
const FIELD_BYTES: usize = 4 * limit::NAME_CHARS;

/// Length of one part in object storage, and so of what is buffered, in bytes. R2 wants all parts but the last equally long.
const PART_BYTES: usize = limit::MIN_CHUNK_BYTES as usize;

/// What a form states besides the file, unchecked. It counts before what the first call stated.
#[derive(Debug, Default)]
pub(crate) struct FormFields {
    pub(crate) release_id: Option<String>,
    pub(crate) build_version: Option<String>,
    pub(crate) build_number: Option<String>,
}

impl FormFields {
    fn by_name(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "release_id" => Some(&mut self.release_id),
            "build_version" => Some(&mut self.build_version),
            "build_number" => Some(&mut self.build_number),
            _ => None,
        }
    }

    /// Whether the form had no such field.
    pub(crate) fn is_empty(&self) -> bool {
        self.release_id.is_none() && self.build_version.is_none() && self.build_number.is_none()
    }
}

/// A package that arrived whole.
pub(crate) struct ReceivedPackage {
    pub(crate) file: FileMetadata,
    pub(crate) parts: Vec<Part>,
    pub(crate) fields: FormFields,
}

pub(crate) fn bad_form(error: FormError) -> ApiError {
    ApiError::bad_request(format!(
        "{error}; send the package as the part `{FILE_FIELD}` of multipart/form-data"
    ))
}

/// Reads a form to its end, and stores the file in it as parts of `multipart`.
pub(crate) async fn store_package<P: Platform>(
    platform: &P,
    key: ObjectKey,
    multipart: String,
    mut form: FormParser,
    body: HttpBody,
) -> Result<ReceivedPackage, ApiError> {
    let mut writer = PackageWriter::new(platform, key, multipart);
    let mut stream = body.into_data_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| bad_form(FormError::CutOff))?;
        for event in form.push(&bytes).map_err(bad_form)? {
            writer.take(event).await?;
        }
    }
    form.finish().map_err(bad_form)?;
    writer.finish().await
}

/// Which part of the form is being read.
#[derive(PartialEq)]
enum FormPosition {
    File,
    /// A field that counts: its name, and its value so far.
    Field(String, Vec<u8>),
    /// Between parts, or in one that is ignored.
    Other,
}

/// Writes the file of a form to object storage.
struct PackageWriter<'a, P> {
    platform: &'a P,
    key: ObjectKey,
    multipart: String,
    /// The file's name, once its part has begun.
    name: Option<String>,
    position: FormPosition,
    fields: FormFields,
    /// What is not stored yet: less than a part.
    buffered: Vec<u8>,
    parts: Vec<Part>,
    size: u64,
}

impl<'a, P: Platform> PackageWriter<'a, P> {
    fn new(platform: &'a P, key: ObjectKey, multipart: String) -> PackageWriter<'a, P> {
        let (name, buffered, parts) = (None, Vec::new(), Vec::new());
        let (position, fields) = (FormPosition::Other, FormFields::default());
        PackageWriter { platform, key, multipart, name, position, fields, buffered, parts, size: 0 }
    }

    async fn take(&mut self, event: FormEvent) -> Result<(), ApiError> {
        match (event, &mut self.position) {
            (FormEvent::Begin { name, file_name }, _) => {
                self.position = if name == FILE_FIELD && self.name.is_none() {
                    self.name = Some(clean_file_name(&file_name.unwrap_or_default()));
                    FormPosition::File
                } else if self.fields.by_name(&name).is_some() {
                    FormPosition::Field(name, Vec::new())
                } else {
                    FormPosition::Other
                };
                Ok(())
            }
            (FormEvent::Bytes(bytes), FormPosition::File) => self.take_file(&bytes).await,
            (FormEvent::Bytes(bytes), FormPosition::Field(name, value)) => {
                value.extend_from_slice(&bytes);
                if value.len() > FIELD_BYTES {
                    let message = format!("expected at most {FIELD_BYTES} bytes in the field `{name}`");
                    return Err(ApiError::bad_request(message));
                }
                Ok(())
            }
            (FormEvent::Bytes(_), FormPosition::Other) => Ok(()),
            (FormEvent::End, _) => {
                if let FormPosition::Field(name, value) =
                    std::mem::replace(&mut self.position, FormPosition::Other)
                {
                    let value = String::from_utf8_lossy(&value).trim().to_owned();
                    if let Some(field) = self.fields.by_name(&name).filter(|_| !value.is_empty()) {
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
            let (now, later) = rest.split_at(rest.len().min(PART_BYTES - self.buffered.len()));
            self.buffered.extend_from_slice(now);
            rest = later;
            if self.buffered.len() == PART_BYTES {
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
        let bytes = std::mem::take(&mut self.buffered);
        let storage = self.platform.object_storage();
        let etag = storage.put_part_bytes(&self.key, &self.multipart, number, bytes).await?;
        self.parts.push(Part { number, etag });
        Ok(())
    }

    async fn finish(mut self) -> Result<ReceivedPackage, ApiError> {
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
        if !self.buffered.is_empty() {
            self.store_part().await?;
        }
        let file = FileMetadata { name, size: self.size, chunk_size: PART_BYTES as u64 };
        Ok(ReceivedPackage { file, parts: self.parts, fields: self.fields })
    }
}
