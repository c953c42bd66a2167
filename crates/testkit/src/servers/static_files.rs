//! A server of static files, for pages that measure.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Folders by the prefix of a path, in the order in which they are tried.
struct Folders(Vec<(&'static str, PathBuf)>);

/// Serves the files of folders and returns the origin. The first prefix that a path has selects the folder. A prefix
/// that ends with `/` is cut off; with any other only the file's name is used.
pub async fn serve(folders: Vec<(&'static str, PathBuf)>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("a bound address"));
    let folders = Arc::new(Folders(folders));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let folders = Arc::clone(&folders);
            // A browser may close the connection in the middle of a response.
            tokio::spawn(async move {
                let _ = respond(stream, &folders).await;
            });
        }
    });
    origin
}

/// One request on one connection.
async fn respond(mut stream: TcpStream, folders: &Folders) -> std::io::Result<()> {
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
        let (prefix, folder) = self.0.iter().find(|(prefix, _)| is_plain && path.starts_with(prefix))?;
        let name =
            if prefix.ends_with('/') { path.strip_prefix(prefix)? } else { path.rsplit('/').next()? };
        Some(folder.join(name)).filter(|file| file.is_file())
    }
}
