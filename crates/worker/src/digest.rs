use futures_util::future::{join_all, try_join, try_join_all};
use worker::js_sys::{ArrayBuffer, BigInt, Reflect, Uint8Array};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{ReadableStream, WritableStream, WritableStreamDefaultWriter};
use worker::worker_sys::{DigestStream, FixedLengthStream};
use worker::{Result, js_sys};

/// How much is read at a time, in bytes. Each piece costs a turn through JavaScript, and two are held.
const PIECE_BYTES: u32 = 256 * 1024;

/// Fewer bytes than that are no piece unless the stream ends. The network brings 4 to 64 KiB at a time.
const MIN_PIECE_BYTES: u32 = 64 * 1024;

/// MD5 and SHA-256 of a stream, which is read once.
pub(crate) async fn digests(stream: &ReadableStream) -> Result<(String, String)> {
    let (md5, sha256) = (DigestStream::new("MD5"), DigestStream::new("SHA-256"));
    pump(stream, &[&md5, &sha256]).await?;
    Ok((hex(&md5).await?, hex(&sha256).await?))
}

/// A stream of a known length that is digested on its way.
pub(crate) struct DigestingStream {
    md5: DigestStream,
    through: FixedLengthStream,
}

impl DigestingStream {
    /// Nothing is read until [`Self::pump`].
    pub(crate) fn new(length: u64) -> Result<DigestingStream> {
        let through = FixedLengthStream::new_big_int(BigInt::from(length))?;
        Ok(DigestingStream { md5: DigestStream::new("MD5"), through })
    }

    /// The same bytes, as workerd's own stream, whose length workerd knows.
    pub(crate) fn stream(&self) -> ReadableStream {
        self.through.readable()
    }

    /// Passes the bytes on as the reader of [`Self::stream`] takes them, and returns their MD5.
    pub(crate) async fn pump(&self, from: &ReadableStream) -> Result<String> {
        pump(from, &[&self.md5, &self.through.writable()]).await?;
        hex(&self.md5).await
    }
}

/// Writes everything in a stream to all sinks, as fast as the slowest takes it.
///
/// No byte enters Wasm memory, and whatever the stream's length two pieces are held. The platform's own `tee` and
/// `pipeTo` would hold what the slower of the two has not taken yet, and give `DigestStream` 4 KiB at a time.
async fn pump(stream: &ReadableStream, sinks: &[&WritableStream]) -> Result<()> {
    let reader = PieceReader::new(stream)?;
    let writers = sinks.iter().map(|sink| sink.get_writer()).collect::<std::result::Result<Vec<_>, _>>()?;
    let passed = pass_on(&reader, &writers).await;
    if let Err(error) = &passed {
        // A reader of a sink must neither wait for more nor take this for the end.
        let reason = JsValue::from_str(&error.to_string());
        let aborted = writers.iter().map(|writer| JsFuture::from(writer.abort_with_reason(&reason)));
        join_all(aborted).await;
    }
    passed
}

async fn pass_on(reader: &PieceReader, writers: &[WritableStreamDefaultWriter]) -> Result<()> {
    let mut next = reader.piece(&ArrayBuffer::new(PIECE_BYTES)).await?;
    let mut spare = ArrayBuffer::new(PIECE_BYTES);
    while let Some(piece) = next {
        (next, _) =
            try_join(reader.piece(&spare), each(writers, |writer| writer.write_with_chunk(&piece))).await?;
        spare = piece.buffer();
    }
    each(writers, WritableStreamDefaultWriter::close).await
}

/// Asks each writer for a promise and waits for all of them.
async fn each(
    writers: &[WritableStreamDefaultWriter],
    ask: impl Fn(&WritableStreamDefaultWriter) -> js_sys::Promise,
) -> Result<()> {
    try_join_all(writers.iter().map(|writer| JsFuture::from(ask(writer)))).await?;
    Ok(())
}

async fn hex(digest: &DigestStream) -> Result<String> {
    let buffer: ArrayBuffer = JsFuture::from(digest.digest()).await?.unchecked_into();
    let bytes = Uint8Array::new(&buffer).to_vec();
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[wasm_bindgen]
extern "C" {
    /// A reader that fills buffers of ours, with what workerd has besides the standard.
    #[wasm_bindgen(js_name = ReadableStreamBYOBReader)]
    type PieceReader;

    #[wasm_bindgen(constructor, catch, js_class = "ReadableStreamBYOBReader")]
    fn new(stream: &ReadableStream) -> std::result::Result<PieceReader, JsValue>;

    #[wasm_bindgen(method, js_class = "ReadableStreamBYOBReader", js_name = readAtLeast)]
    fn read_at_least(this: &PieceReader, n_bytes: u32, into: &Uint8Array) -> js_sys::Promise;
}

impl PieceReader {
    /// The next piece, in the memory of `buffer`, which is another object then.
    async fn piece(&self, buffer: &ArrayBuffer) -> Result<Option<Uint8Array>> {
        let read = JsFuture::from(self.read_at_least(MIN_PIECE_BYTES, &Uint8Array::new(buffer))).await?;
        let is_done = Reflect::get(&read, &"done".into())?.is_truthy();
        let value = Reflect::get(&read, &"value".into())?;
        Ok((!is_done).then(|| value.unchecked_into()))
    }
}
