//! Digests of chunks, as workerd computes them.

use bytes::Bytes;
use http::Method;
use protocol::{header, limit::MIB, route};
use serde_json::{Value, json};
use testkit::package::{content_md5, md5, noise};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::recorded_client::RecordedClient;

/// An upload of a file of one and a half chunks to an app of its own, with its metadata set.
struct UploadWithMetadata {
    client: RecordedClient,
    asset: String,
    token: String,
    file: Vec<u8>,
}

impl UploadWithMetadata {
    async fn new() -> UploadWithMetadata {
        let client = RecordedClient::open().await;
        client.shared.new_app(&client.owner, "one", "Android").await;
        let created =
            client.api(Method::POST, &client.path(route::UPLOADS, &[]), &Value::Null).await.json(201);
        let text = |key: &str| created[key].as_str().expect("a text").to_owned();
        let (asset, token) = (text("package_asset_id"), text("token"));
        // Longer than one read, and by an odd number of bytes.
        let file = noise(12 * MIB as usize + 13);
        let upload = UploadWithMetadata { client, asset, token, file };
        assert_eq!(upload.plan().await["chunk_list"], json!([1, 2]));
        upload
    }

    fn chunk(&self, number: usize) -> &[u8] {
        self.file.chunks(8 * MIB as usize).nth(number - 1).expect("the file has the chunk")
    }

    async fn call(&self, template: &str, query: &str, md5: Option<&str>, body: Bytes) -> Value {
        let path = format!("{}?{query}", route::path(template, &[&self.asset]));
        let token = [(header::UPLOAD_TOKEN, self.token.as_str())];
        let headers: Vec<_> = token.into_iter().chain(md5.map(|md5| (header::CONTENT_MD5, md5))).collect();
        self.client.send(Method::POST, &path, &headers, body).await.json(200)
    }

    async fn plan(&self) -> Value {
        let query = format!("file_name=a.apk&file_size={}", self.file.len());
        self.call(route::SET_METADATA, &query, None, Bytes::new()).await
    }

    /// Sends half of a chunk, and closes the connection.
    async fn send_half(&self, number: usize) {
        let (authority, chunk) = (self.client.shared.stack.authority(), self.chunk(number));
        let path = route::path(route::UPLOAD_CHUNK, &[&self.asset]);
        let head = format!(
            "POST {path}?block_number={number} HTTP/1.1\r\nhost: {authority}\r\n{}: {}\r\ncontent-length: {}\r\n\r\n",
            header::UPLOAD_TOKEN,
            self.token,
            chunk.len()
        );
        let mut stream = TcpStream::connect(authority).await.expect("the stack listens");
        for bytes in [head.as_bytes(), &chunk[..chunk.len() / 2]] {
            stream.write_all(bytes).await.expect("the stack takes what comes");
        }
    }

    async fn send(&self, number: usize, md5: Option<&str>) -> Value {
        let bytes = Bytes::copy_from_slice(self.chunk(number));
        self.call(route::UPLOAD_CHUNK, &format!("block_number={number}"), md5, bytes).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_with_another_digest_is_missing_and_one_with_the_right_is_stored() {
    let upload = UploadWithMetadata::new().await;
    let [first, last] = [upload.chunk(1), upload.chunk(2)];
    let wrong = upload.send(1, Some(&content_md5(last))).await;
    assert_eq!((&wrong["error"], &wrong["error_code"]), (&json!(true), &json!("InvalidDigest")));
    assert_eq!(upload.plan().await["chunk_list"], json!([1, 2]));
    let right = upload.send(1, Some(&content_md5(first))).await;
    assert_eq!((&right["error"], &right["md5"]), (&json!(false), &json!(md5(first))));
    let unsaid = upload.send(2, None).await;
    assert_eq!((&unsaid["error"], &unsaid["md5"]), (&json!(false), &json!(md5(last))));
    let plan = upload.plan().await;
    let stored = json!([{"chunk_num": 1, "md5": md5(first)}, {"chunk_num": 2, "md5": md5(last)}]);
    assert_eq!((&plan["chunk_list"], &plan["stored"]), (&json!([]), &stored));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_is_cut_off_is_missing_and_the_next_attempt_is_stored() {
    let upload = UploadWithMetadata::new().await;
    for _ in 0..5 {
        upload.send_half(1).await;
    }
    assert_eq!(upload.plan().await["chunk_list"], json!([1, 2]));
    let whole = upload.send(1, Some(&content_md5(upload.chunk(1)))).await;
    assert_eq!((&whole["error"], &whole["md5"]), (&json!(false), &json!(md5(upload.chunk(1)))));
}
