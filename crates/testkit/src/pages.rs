//! A server for the pages that measure, on this machine only.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Folders by the start of a path, which are looked for one after the other.
struct Folders(Vec<(&'static str, PathBuf)>);

/// Serves the files of folders and returns the origin. The first folder whose start a path has is meant; a start that
/// ends with `/` is cut off, of any other only the file's name is looked for.
pub async fn serve(folders: Vec<(&'static str, PathBuf)>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("a bound address"));
    let folders = Arc::new(Folders(folders));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let folders = Arc::clone(&folders);
            // A browser that goes away in mid-answer has no need of it.
            tokio::spawn(async move {
                let _ = answer(stream, &folders).await;
            });
        }
    });
    origin
}

/// One request on one connection.
async fn answer(mut stream: TcpStream, folders: &Folders) -> std::io::Result<()> {
    let mut lines = BufReader::new(&mut stream).lines();
    let first = lines.next_line().await?.unwrap_or_default();
    while lines.next_line().await?.is_some_and(|line| !line.is_empty()) {}
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let file = folders.file(&path);
    let (status, body) = match &file {
        Some(file) => ("200 OK", tokio::fs::read(file).await?),
        None => ("404 Not Found", Vec::new()),
    };
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "text/plain",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

impl Folders {
    fn file(&self, path: &str) -> Option<PathBuf> {
        let is_plain = !path.contains("..") && !path.contains('?');
        let (start, folder) = self.0.iter().find(|(start, _)| is_plain && path.starts_with(start))?;
        let name = if start.ends_with('/') { path.strip_prefix(start)? } else { path.rsplit('/').next()? };
        Some(folder.join(name)).filter(|file| file.is_file())
    }
}
