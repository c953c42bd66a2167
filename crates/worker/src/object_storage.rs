use std::future::Future;
use std::rc::Rc;

use futures_util::future::try_join;
use service::platform::{
    ByteRange, Digests, ObjectKey, ObjectStorage, OpenObject, Part, PortError, StoredPart,
};
use worker::send::{IntoSendFuture, SendWrapper};
use worker::{Bucket, Object, Range, ResponseBody, UploadedPart, web_sys};

use crate::digest::{DigestingStream, digests};

/// A body that workerd holds; passing it on copies nothing.
pub(crate) type Stream = SendWrapper<web_sys::ReadableStream>;

/// R2.
#[derive(Clone)]
pub(crate) struct R2(SendWrapper<Rc<Bucket>>);

impl R2 {
    pub(crate) fn new(bucket: Bucket) -> R2 {
        R2(SendWrapper(Rc::new(bucket)))
    }

    async fn object(&self, key: &ObjectKey, range: Option<ByteRange>) -> worker::Result<Option<Object>> {
        let get = self.0.get(key.path());
        let range = range.map(|ByteRange { offset, length }| Range::OffsetWithLength { offset, length });
        match range {
            Some(range) => get.range(range).execute().await,
            None => get.execute().await,
        }
    }

    async fn open_object(
        &self,
        key: &ObjectKey,
        range: Option<ByteRange>,
    ) -> worker::Result<Option<OpenObject<Stream>>> {
        let Some(object) = self.object(key, range).await? else { return Ok(None) };
        let size = object.size();
        Ok(Some(OpenObject { stream: SendWrapper(body(&object)?), size }))
    }

    async fn read_range(&self, key: &ObjectKey, range: ByteRange) -> worker::Result<Vec<u8>> {
        let object = self.object(key, Some(range)).await?.ok_or("the object does not exist")?;
        let bytes = object.body().ok_or("the object has no body")?.bytes().await?;
        // workers-rs takes an aborted stream for a finished one: only the length shows it.
        if bytes.len() as u64 != range.length {
            return Err(format!("expected {} bytes, got {}", range.length, bytes.len()).into());
        }
        Ok(bytes)
    }

    async fn digest_object(&self, key: &ObjectKey) -> worker::Result<Digests> {
        let object = self.object(key, None).await?.ok_or("the object does not exist")?;
        let (md5, sha256) = digests(&body(&object)?).await?;
        Ok(Digests { md5, sha256 })
    }
}

/// The body as workerd's own stream, whose length workerd knows.
fn body(object: &Object) -> worker::Result<web_sys::ReadableStream> {
    match object.body().ok_or("the object has no body")?.response_body()? {
        ResponseBody::Stream(stream) => Ok(stream),
        ResponseBody::Body(_) | ResponseBody::Empty => Err("expected the object's body as a stream".into()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn storage_error(error: worker::Error) -> PortError {
    PortError::new("object_storage", &error)
}

impl ObjectStorage for R2 {
    type Stream = Stream;

    fn begin(&self, key: &ObjectKey) -> impl Future<Output = Result<String, PortError>> + Send {
        let path = key.path();
        async move {
            let upload = self.0.create_multipart_upload(path).execute().await.map_err(storage_error)?;
            Ok(upload.upload_id().await)
        }
        .into_send()
    }

    fn put_part(
        &self,
        key: &ObjectKey,
        multipart: &str,
        number: u32,
        stream: Stream,
        length: u64,
    ) -> impl Future<Output = Result<StoredPart, PortError>> + Send {
        let upload = self.0.resume_multipart_upload(key.path(), multipart);
        async move {
            let number = u16::try_from(number).map_err(|error| PortError::new("object_storage", &error))?;
            let digesting = DigestingStream::new(length).map_err(storage_error)?;
            let upload = upload.map_err(storage_error)?;
            let stored = upload.upload_part(number, digesting.stream());
            let (part, md5) = try_join(stored, digesting.pump(&stream.0)).await.map_err(storage_error)?;
            Ok(StoredPart { etag: part.etag(), md5 })
        }
        .into_send()
    }

    fn put_part_bytes(
        &self,
        key: &ObjectKey,
        multipart: &str,
        number: u32,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<String, PortError>> + Send {
        let upload = self.0.resume_multipart_upload(key.path(), multipart);
        async move {
            let number = u16::try_from(number).map_err(|error| PortError::new("object_storage", &error))?;
            let part =
                upload.map_err(storage_error)?.upload_part(number, bytes).await.map_err(storage_error)?;
            Ok(part.etag())
        }
        .into_send()
    }

    fn complete(
        &self,
        key: &ObjectKey,
        multipart: &str,
        parts: Vec<Part>,
    ) -> impl Future<Output = Result<(), PortError>> + Send {
        let upload = self.0.resume_multipart_upload(key.path(), multipart);
        async move {
            let part =
                |part: Part| u16::try_from(part.number).map(|number| UploadedPart::new(number, part.etag));
            let parts: Result<Vec<_>, _> = parts.into_iter().map(part).collect();
            let parts = parts.map_err(|error| PortError::new("object_storage", &error))?;
            upload.map_err(storage_error)?.complete(parts).await.map_err(storage_error)?;
            Ok(())
        }
        .into_send()
    }

    fn abort(&self, key: &ObjectKey, multipart: &str) -> impl Future<Output = Result<(), PortError>> + Send {
        let upload = self.0.resume_multipart_upload(key.path(), multipart);
        async move { upload.map_err(storage_error)?.abort().await.map_err(storage_error) }.into_send()
    }

    fn put(&self, key: &ObjectKey, bytes: Vec<u8>) -> impl Future<Output = Result<(), PortError>> + Send {
        let path = key.path();
        async move { self.0.put(path, bytes).execute().await.map(|_| ()).map_err(storage_error) }.into_send()
    }

    fn size(&self, key: &ObjectKey) -> impl Future<Output = Result<Option<u64>, PortError>> + Send {
        let path = key.path();
        async move { Ok(self.0.head(path).await.map_err(storage_error)?.map(|object| object.size())) }
            .into_send()
    }

    fn read(
        &self,
        key: &ObjectKey,
        range: ByteRange,
    ) -> impl Future<Output = Result<Vec<u8>, PortError>> + Send {
        let key = key.clone();
        async move { self.read_range(&key, range).await.map_err(storage_error) }.into_send()
    }

    fn open(
        &self,
        key: &ObjectKey,
        range: Option<ByteRange>,
    ) -> impl Future<Output = Result<Option<OpenObject<Stream>>, PortError>> + Send {
        let key = key.clone();
        async move { self.open_object(&key, range).await.map_err(storage_error) }.into_send()
    }

    fn digest(&self, key: &ObjectKey) -> impl Future<Output = Result<Digests, PortError>> + Send {
        let key = key.clone();
        async move { self.digest_object(&key).await.map_err(storage_error) }.into_send()
    }

    fn delete(&self, key: &ObjectKey) -> impl Future<Output = Result<(), PortError>> + Send {
        let path = key.path();
        async move { self.0.delete(path).await.map_err(storage_error) }.into_send()
    }
}
