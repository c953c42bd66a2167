use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};
use protocol::{ChunkErrorCode, UploadChunkResponse};
use testkit::browser::Kind;
use testkit::gate::{Passed, Reply};

use crate::scene::{MIB, Scene, part};

const GIB: u64 = 1 << 30;

/// Bytes of each part but the last, as the service chooses them for so large a file.
const PART: u64 = 16 * MIB;

/// The last part that ends below 4 GiB.
const LAST_BELOW: u32 = (4 * GIB / PART) as u32;

/// What the service would say of a part that came as it was meant. Storing it would only take time and disk.
fn stored(request: &Passed) -> Reply {
    let md5 = request.md5.map(|md5| BASE64_STANDARD.encode(md5));
    let is_whole = request.n_bytes == PART && md5.as_deref() == Some(request.header("content-md5"));
    let answer = UploadChunkResponse {
        error: !is_whole,
        chunk_num: part(request).unwrap_or(0),
        error_code: if is_whole { ChunkErrorCode::None } else { ChunkErrorCode::InvalidDigest },
        message: None,
        md5: request.md5.map(|md5| md5.iter().map(|byte| format!("{byte:02x}")).collect()),
    };
    Reply::json(&serde_json::to_value(answer).expect("an answer is JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_beyond_4_gib_are_the_files_own_in_every_browser() {
    for kind in Kind::present() {
        let scene = Scene::open(kind).await;
        let package = scene.package("large.apk", 9 * GIB / 2);
        let n_parts = package.n_bytes.div_ceil(PART) as u32;
        scene.gate.hash_bodies();
        scene.gate.stand_in(|request| part(request).is_some_and(|number| number <= LAST_BELOW), stored);
        // The service would ask for the parts that it never got.
        scene.gate.hold(|request| request.path.contains("/upload/finished/"));
        scene.begin_release(&package.path, "Large").await;
        scene.until_finishing().await;
        let (below, beyond): (Vec<_>, Vec<_>) =
            scene.gate.passed("/upload_chunk/").into_iter().partition(|request| request.is_ours);
        assert_eq!(below.len(), LAST_BELOW as usize, "{kind:?}");
        assert_eq!(beyond.len(), (n_parts - LAST_BELOW) as usize, "{kind:?}");
        for request in &beyond {
            let number = part(request).expect("a part");
            let own: [u8; 16] = Md5::digest(package.range(u64::from(number - 1) * PART, PART)).into();
            assert_eq!(request.md5, Some(own), "{kind:?}, part {number}");
            assert_eq!(request.header("content-md5"), BASE64_STANDARD.encode(own), "{kind:?}, part {number}");
        }
        scene.close().await;
    }
}
