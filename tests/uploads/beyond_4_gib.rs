use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HOST};
use md5::{Digest, Md5};
use protocol::{ChunkErrorCode, SetMetadataResponse, StoredChunk, UploadChunkResponse};
use testkit::browser::BrowserKind;
use testkit::clients::http::send;
use testkit::proxy::streaming::{RecordedRequest, StubResponse};

use crate::fixture::{Fixture, MIB, chunk_number};

const GIB: u64 = 1 << 30;

/// Bytes of each chunk but the last: the size that the service chooses for so large a file.
const CHUNK_SIZE: u64 = 16 * MIB;

/// The last chunk that ends below 4 GiB.
const LAST_BELOW: u32 = (4 * GIB / CHUNK_SIZE) as u32;

/// The service's response to a complete chunk. Storing chunks would only take time and disk.
fn stored_response(request: &RecordedRequest) -> StubResponse {
    let md5 = request.md5.map(|md5| BASE64_STANDARD.encode(md5));
    let is_whole = request.n_bytes == CHUNK_SIZE && md5.as_deref() == Some(request.header("content-md5"));
    let response = UploadChunkResponse {
        error: !is_whole,
        chunk_num: chunk_number(request).unwrap_or(0),
        error_code: if is_whole { ChunkErrorCode::None } else { ChunkErrorCode::InvalidDigest },
        message: None,
        md5: request.md5.map(|md5| hex(&md5)),
    };
    StubResponse::json(&serde_json::to_value(response).expect("a response is JSON"))
}

/// The chunks that the service has, with its own digests: the browser's `set_metadata` is repeated.
async fn stored_by_the_service(fixture: &Fixture) -> Vec<StoredChunk> {
    let announcements = fixture.proxy.requests("/upload/set_metadata/");
    let request = announcements.first().expect("the upload was announced");
    // The response is not decompressed here.
    let headers = request.headers.iter().filter(|(name, _)| ![HOST, ACCEPT_ENCODING].contains(name));
    let headers: Vec<_> =
        headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let response =
        send(fixture.network.authority(), request.method.clone(), &request.path, &headers, Bytes::new())
            .await;
    let response: SetMetadataResponse = serde_json::from_slice(response.body()).expect("the upload is known");
    response.stored
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_beyond_4_gib_have_the_files_bytes_in_every_browser() {
    for kind in BrowserKind::from_environment() {
        let fixture = Fixture::open(kind).await;
        let package = fixture.package("large.apk", 9 * GIB / 2);
        let n_chunks = package.n_bytes.div_ceil(CHUNK_SIZE) as u32;
        fixture.proxy.stub(
            |request| chunk_number(request).is_some_and(|number| number <= LAST_BELOW),
            stored_response,
        );
        // The service would report the chunks that it never got as missing.
        fixture.proxy.hold(|request| request.path.contains("/upload/finished/"));
        fixture.begin_release(&package.path, "Large").await;
        fixture.wait_until_stored().await;
        let requests = fixture.proxy.requests("/upload_chunk/");
        let below: BTreeSet<_> =
            requests.iter().filter(|request| request.is_stubbed).filter_map(chunk_number).collect();
        assert!(below.into_iter().eq(1..=LAST_BELOW), "{kind:?}: every chunk below was sent");
        let stored = stored_by_the_service(&fixture).await;
        assert_eq!(stored.len(), (n_chunks - LAST_BELOW) as usize, "{kind:?}");
        for StoredChunk { chunk_num, md5 } in stored {
            let own = package.range(u64::from(chunk_num - 1) * CHUNK_SIZE, CHUNK_SIZE);
            assert_eq!(md5, hex(&Md5::digest(own)), "{kind:?}, chunk {chunk_num}");
        }
        fixture.close().await;
    }
}
