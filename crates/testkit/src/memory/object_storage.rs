//! The object storage, with the rules of R2.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use md5::{Digest, Md5};
use service::platform::{
    ByteRange, Digests, ObjectKey, ObjectStorage, OpenObject, Part, PortError, StoredPart,
};
use sha2::Sha256;

use super::faults::{Faults, OperationEffect};
use super::lock;

/// The smallest part that R2 accepts, in bytes; only the last may be smaller.
const MIN_PART: usize = 5 * 1024 * 1024;

struct Multipart {
    path: String,
    parts: BTreeMap<u32, (String, Bytes)>,
}

#[derive(Default)]
struct Bucket {
    objects: HashMap<String, Bytes>,
    multiparts: HashMap<String, Multipart>,
    /// Counts up to make `ETag`s. As in R2, storing a part again makes its older `ETag` invalid.
    n_etags: u64,
}

/// An object storage with R2's rules about parts.
pub struct MemoryObjectStorage {
    bucket: Mutex<Bucket>,
    faults: Arc<Faults>,
}

impl MemoryObjectStorage {
    pub(super) fn new(faults: Arc<Faults>) -> MemoryObjectStorage {
        MemoryObjectStorage { bucket: Mutex::default(), faults }
    }

    /// The paths of all objects.
    pub fn paths(&self) -> Vec<String> {
        lock(&self.bucket).objects.keys().cloned().collect()
    }

    /// The paths of the packages, without the icons beside them.
    pub fn packages(&self) -> Vec<String> {
        self.paths().into_iter().filter(|path| path.starts_with("packages/")).collect()
    }

    /// The length of an object, in bytes.
    pub fn n_bytes(&self, path: &str) -> Option<usize> {
        lock(&self.bucket).objects.get(path).map(Bytes::len)
    }

    /// How many multipart uploads are open.
    pub fn n_multiparts(&self) -> usize {
        lock(&self.bucket).multiparts.len()
    }

    fn run<T>(
        &self,
        operation: &'static str,
        operate: impl FnOnce(&mut Bucket) -> Result<T, String>,
    ) -> Result<T, PortError> {
        let effect = match operation {
            "size" | "read" | "open" | "digest" => OperationEffect::Read,
            _ => OperationEffect::Write,
        };
        self.faults.run("object_storage", operation, effect, || {
            operate(&mut lock(&self.bucket)).map_err(|message| PortError::new("object_storage", &message))
        })
    }
}

impl Bucket {
    fn complete(&mut self, path: &str, multipart: &str, parts: &[Part]) -> Result<(), String> {
        let upload = self.multiparts.get(multipart).ok_or("no such multipart upload (10024)")?;
        let mut sizes = Vec::new();
        let mut whole = Vec::new();
        for part in parts {
            match upload.parts.get(&part.number) {
                Some((etag, bytes)) if *etag == part.etag => {
                    sizes.push(bytes.len());
                    whole.extend_from_slice(bytes);
                }
                _ => return Err(format!("part {} is not there or was replaced (10025)", part.number)),
            }
        }
        let all_but_last = sizes.split_last().map_or(&[][..], |(_, rest)| rest);
        if all_but_last.iter().any(|size| *size < MIN_PART) {
            return Err("a part is smaller than 5 MiB (10011)".to_owned());
        }
        if all_but_last.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err("the parts are not of one size (10048)".to_owned());
        }
        self.multiparts.remove(multipart);
        self.objects.insert(path.to_owned(), whole.into());
        Ok(())
    }
}

fn slice(object: &Bytes, range: ByteRange) -> Result<Bytes, String> {
    let start = usize::try_from(range.offset).map_err(|error| error.to_string())?;
    let end = usize::try_from(range.offset + range.length).map_err(|error| error.to_string())?;
    if start >= end || end > object.len() {
        return Err("the range is not in the object (10039)".to_owned());
    }
    Ok(object.slice(start..end))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl ObjectStorage for MemoryObjectStorage {
    type Stream = Bytes;

    async fn begin(&self, key: &ObjectKey) -> Result<String, PortError> {
        self.run("begin", |bucket| {
            bucket.n_etags += 1;
            let id = format!("multipart-{}", bucket.n_etags);
            let multipart = Multipart { path: key.path(), parts: BTreeMap::new() };
            bucket.multiparts.insert(id.clone(), multipart);
            Ok(id)
        })
    }

    async fn put_part(
        &self,
        key: &ObjectKey,
        multipart: &str,
        number: u32,
        stream: Bytes,
        length: u64,
    ) -> Result<StoredPart, PortError> {
        self.run("put_part", |bucket| {
            if stream.len() as u64 != length {
                return Err("the stream ended before its stated length".to_owned());
            }
            bucket.n_etags += 1;
            let etag = format!("etag-{}", bucket.n_etags);
            let upload = bucket.multiparts.get_mut(multipart).ok_or("no such multipart upload (10024)")?;
            if upload.path != key.path() {
                return Err("the multipart upload is another object's (10024)".to_owned());
            }
            let md5 = hex(&Md5::digest(&stream));
            upload.parts.insert(number, (etag.clone(), stream));
            Ok(StoredPart { etag, md5 })
        })
    }

    async fn put_part_bytes(
        &self,
        key: &ObjectKey,
        multipart: &str,
        number: u32,
        bytes: Vec<u8>,
    ) -> Result<String, PortError> {
        let length = bytes.len() as u64;
        Ok(self.put_part(key, multipart, number, bytes.into(), length).await?.etag)
    }

    async fn complete(&self, key: &ObjectKey, multipart: &str, parts: Vec<Part>) -> Result<(), PortError> {
        self.run("complete", |bucket| bucket.complete(&key.path(), multipart, &parts))
    }

    async fn abort(&self, _: &ObjectKey, multipart: &str) -> Result<(), PortError> {
        self.run("abort", |bucket| {
            bucket.multiparts.remove(multipart);
            Ok(())
        })
    }

    async fn put(&self, key: &ObjectKey, bytes: Vec<u8>) -> Result<(), PortError> {
        self.run("put", |bucket| {
            bucket.objects.insert(key.path(), bytes.into());
            Ok(())
        })
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, PortError> {
        self.run("size", |bucket| Ok(bucket.objects.get(&key.path()).map(|object| object.len() as u64)))
    }

    async fn read(&self, key: &ObjectKey, range: ByteRange) -> Result<Vec<u8>, PortError> {
        self.run("read", |bucket| {
            let object = bucket.objects.get(&key.path()).ok_or("no such object")?;
            Ok(slice(object, range)?.to_vec())
        })
    }

    async fn open(
        &self,
        key: &ObjectKey,
        range: Option<ByteRange>,
    ) -> Result<Option<OpenObject<Bytes>>, PortError> {
        self.run("open", |bucket| {
            let Some(object) = bucket.objects.get(&key.path()) else { return Ok(None) };
            let stream = range.map_or_else(|| Ok(object.clone()), |range| slice(object, range))?;
            Ok(Some(OpenObject { stream, size: object.len() as u64 }))
        })
    }

    async fn digest(&self, key: &ObjectKey) -> Result<Digests, PortError> {
        self.run("digest", |bucket| {
            let object = bucket.objects.get(&key.path()).ok_or("no such object")?;
            Ok(Digests { md5: hex(&Md5::digest(object)), sha256: hex(&Sha256::digest(object)) })
        })
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), PortError> {
        self.run("delete", |bucket| {
            bucket.objects.remove(&key.path());
            Ok(())
        })
    }
}
