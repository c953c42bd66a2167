use testkit::package::{HELLO_WORLD, corpus_path};
use testkit::proxy::RequestFault;
use testkit::proxy::tls::UNRESOLVABLE_HOST;
use testkit::{CertificateAuthority, FaultyProxy, SlipwayCli};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_proxy_is_used_for_uploads_too() {
    let fixture = Fixture::new().await;
    let way_out = FaultyProxy::start(fixture.shared.stack.authority()).await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let (app, server) = (fixture.app(), format!("http://{UNRESOLVABLE_HOST}"));
    let cli = SlipwayCli::new(&server, &fixture.shared.token).with("HTTP_PROXY", &way_out.url);
    let command = ["distribute", "release", "-a", &app, "-f", &file, "-g", "Collaborators"];
    // The proxy can read plain HTTP.
    let printed = cli.fails(2, &command).await.stderr;
    assert!(printed.contains("--insecure"), "{printed}");
    assert!(way_out.requests("").is_empty());
    cli.ok(&[&command[..], &["--insecure"]].concat()).await;
    assert!(!way_out.requests("/upload/upload_chunk/").is_empty());
    assert!(way_out.requests("").iter().all(|request| request.path.starts_with(&server)));
    let own =
        SlipwayCli::new(&fixture.proxy.url, &fixture.shared.token).with("HTTP_PROXY", "http://127.0.0.1:9");
    own.ok(&["apps"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn https_goes_through_the_systems_proxy_in_a_tunnel() {
    let fixture = Fixture::new().await;
    let authority = CertificateAuthority::new();
    let server = FaultyProxy::start_tls(fixture.shared.stack.authority(), &authority).await;
    let certificate =
        fixture.cli.home().file("ca.pem", authority.certificate.as_bytes()).display().to_string();
    let tunnel = tunnel_to(server.url.trim_start_matches("https://").to_owned()).await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let cli = SlipwayCli::new(&format!("https://{UNRESOLVABLE_HOST}"), &fixture.shared.token)
        .with("SSL_CERT_FILE", &certificate)
        .with("HTTPS_PROXY", &tunnel);
    let printed =
        cli.json(&["distribute", "release", "-a", &fixture.app(), "-f", &file, "-g", "Collaborators"]).await;
    assert_eq!(printed["id"], 1);
    assert!(!server.requests("/upload/upload_chunk/").is_empty());
    cli.with("NO_PROXY", UNRESOLVABLE_HOST).fails(6, &["apps"]).await;
}

/// A proxy that supports only `CONNECT` and connects every client to `target`; returns its address.
async fn tunnel_to(target: String) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound address"));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(lead(client, target.clone()));
        }
    });
    url
}

async fn lead(client: TcpStream, target: String) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        client.read_line(&mut head).await?;
    }
    assert!(head.starts_with(&format!("CONNECT {UNRESOLVABLE_HOST}:443 ")), "{head}");
    assert!(!head.contains("x-api-token"), "{head}");
    let mut server = TcpStream::connect(target).await?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_companys_own_certificate_authority_is_named_by_a_variable() {
    let fixture = Fixture::new().await;
    let authority = CertificateAuthority::new();
    let proxy = FaultyProxy::start_tls(fixture.shared.stack.authority(), &authority).await;
    let certificate =
        fixture.cli.home().file("ca.pem", authority.certificate.as_bytes()).display().to_string();
    let file = corpus_path(HELLO_WORLD).display().to_string();
    let cli = SlipwayCli::new(&proxy.url, &fixture.shared.token).with("SSL_CERT_FILE", &certificate);
    let printed =
        cli.json(&["distribute", "release", "-a", &fixture.app(), "-f", &file, "-g", "Collaborators"]).await;
    assert!(printed["install_link"].as_str().is_some_and(|link| link.starts_with(&proxy.url)), "{printed}");
    let other = fixture
        .cli
        .home()
        .file("other.pem", CertificateAuthority::new().certificate.as_bytes())
        .display()
        .to_string();
    let printed = cli.with("SSL_CERT_FILE", &other).fails(6, &["apps"]).await.stderr;
    assert!(printed.contains("certificate") && printed.contains("SSL_CERT_FILE"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_finishes_is_polled_until_the_timeout() {
    let fixture = Fixture::new().await;
    let (app, file) = (fixture.app(), corpus_path(HELLO_WORLD).display().to_string());
    // The upload is committed, but polling for the release gets no response.
    fixture.proxy.fail_next("/uploads/releases/", RequestFault::None, 1);
    fixture.proxy.fail_next("/uploads/releases/", RequestFault::Hold, 1000);
    let command = ["distribute", "release", "-a", &app, "-f", &file, "-g", "Collaborators"];
    let printed = fixture.cli.fails(6, &[&command[..], &["--timeout", "1"]].concat()).await.stderr;
    assert!(printed.contains("within 1 s") && printed.contains("the same command again"), "{printed}");
    fixture.proxy.clear_faults();
    let n_chunks = fixture.proxy.requests("/upload/upload_chunk/").len();
    fixture.cli.ok(&command).await;
    assert_eq!(fixture.proxy.requests("/upload/upload_chunk/").len(), n_chunks);
    assert_eq!(fixture.n_releases().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_sometimes_is_retried() {
    let fixture = Fixture::new().await;
    let file = corpus_path(HELLO_WORLD).display().to_string();
    fixture.proxy.fail_next("/distribution_groups/", RequestFault::Respond500, 1);
    fixture.proxy.fail_next("/upload/upload_chunk/", RequestFault::DropRequest, 1);
    fixture.proxy.fail_next("/releases/1/groups", RequestFault::DropResponse, 1);
    fixture
        .cli
        .ok(&["distribute", "release", "-a", &fixture.app(), "-f", &file, "-g", "Collaborators"])
        .await;
    assert_eq!(fixture.n_releases().await, 1);
    assert_eq!(fixture.release(1).await["destinations"].as_array().map(Vec::len), Some(1));
}
