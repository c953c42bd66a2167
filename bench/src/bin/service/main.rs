//! Calls a second of the service, and the processor time of each, with 10 000 releases of 1 000 apps in the database.
//!
//! Both Workers run in one workerd on loopback, so a call's time is the edge's and the service's together. The service
//! admits 1000 calls a minute with one API token; that limit stays as it is everywhere, and the calls alternate between
//! so many tokens that none of them comes near it.

#![expect(clippy::expect_used, reason = "a benchmark that cannot continue says why and fails")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use artifact::Hints;
use http::Method;
use protocol::{header, route};
use rusqlite::{Connection, params};
use serde_json::json;
use testkit::Stack;
use testkit::TempFolder;
use testkit::clients::http::send;
use testkit::package::{HELLO_WORLD, corpus};

const N_APPS: u32 = 1000;
const RELEASES_PER_APP: u32 = 10;
const N_TOKENS: u32 = 40;

/// Calls that are in flight at the same time.
const CONCURRENCY: u32 = 4;

/// The account that every local stack has.
const DEVELOPER: &str = "5d7cde00-0000-4000-8000-000000000001";

/// One kind of call.
struct Kind {
    name: &'static str,
    n_calls: u32,
    status: u16,
    method: Method,
    /// The path and the body of the call of that number.
    call: fn(u32) -> (String, String),
}

fn app(template: &str, n: u32) -> String {
    route::path(template, &["developer", &format!("app-{}", n % N_APPS)])
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "list 1000 apps",
        n_calls: 100,
        status: 200,
        method: Method::GET,
        call: |_| (route::APPS.to_owned(), String::new()),
    },
    Kind {
        name: "list 10 releases",
        n_calls: 1000,
        status: 200,
        method: Method::GET,
        call: |n| (app(route::RELEASES, n), String::new()),
    },
    Kind {
        name: "get a release",
        n_calls: 1000,
        status: 200,
        method: Method::GET,
        call: |n| (format!("{}/{}", app(route::RELEASES, n), n % RELEASES_PER_APP + 1), String::new()),
    },
    Kind {
        name: "create a release",
        n_calls: 500,
        status: 201,
        method: Method::POST,
        call: |n| {
            let url = format!("https://dl.mycorp.com/{n}");
            let body = json!({"external_download_url": url, "build_version": "1.0"});
            (app(route::RELEASES, n), body.to_string())
        },
    },
    Kind {
        name: "create an upload",
        n_calls: 200,
        status: 201,
        method: Method::POST,
        call: |n| (app(route::UPLOADS, n), "{}".to_owned()),
    },
];

#[tokio::main]
async fn main() {
    let folder = TempFolder::new("bench-service");
    let data = folder.path().join("data");
    // The first start makes the database.
    drop(Stack::start(&data));
    seed(&database(&data));
    let stack = Stack::start(&data);
    let authority = Arc::new(stack.authority().to_owned());
    println!("{} releases of {N_APPS} apps, {CONCURRENCY} calls at once", N_APPS * RELEASES_PER_APP);
    println!("load of the machine before: {}", load());
    for kind in &KINDS {
        // The first calls start the Workers and open the database.
        run(kind, &authority, CONCURRENCY).await;
        let (cpu, started) = (cpu_seconds(), Instant::now());
        run(kind, &authority, kind.n_calls).await;
        report(kind, started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    }
    println!("load of the machine after: {}", load());
}

async fn run(kind: &Kind, authority: &Arc<String>, n_calls: u32) {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let next = Arc::new(AtomicU32::new(0));
    let worker = || {
        let (next, authority) = (next.clone(), authority.clone());
        let (method, call, status) = (kind.method.clone(), kind.call, kind.status);
        tokio::spawn(async move {
            while next.fetch_add(1, Ordering::Relaxed) < n_calls {
                let n = CALLS.fetch_add(1, Ordering::Relaxed);
                let (path, body) = call(n);
                let token = token(n % N_TOKENS);
                let headers = [(header::API_TOKEN, token.as_str())];
                let response = send(&authority, method.clone(), &path, &headers, body.into()).await;
                let text = String::from_utf8_lossy(response.body());
                assert_eq!(response.status().as_u16(), status, "{path}: {text}");
            }
        })
    };
    let workers: Vec<_> = (0..CONCURRENCY).map(|_| worker()).collect();
    for worker in workers {
        worker.await.expect("every call is answered");
    }
}

fn report(kind: &Kind, seconds: f64, cpu: f64) {
    let n = f64::from(kind.n_calls);
    println!(
        "{:<18} {:>5} calls {:>8.1} calls/s {:>8.2} ms of processor time a call",
        kind.name,
        kind.n_calls,
        n / seconds,
        cpu * 1000.0 / n
    );
}

fn token(n: u32) -> String {
    format!("{n:040x}")
}

/// The file in which the local D1 keeps the database.
fn database(data: &Path) -> PathBuf {
    let folder = data.join("state/v3/d1/miniflare-D1DatabaseObject");
    let files = std::fs::read_dir(&folder).expect("the local D1 has a folder");
    let mut paths = files.map(|file| file.expect("a file").path());
    let has_apps = |path: &PathBuf| {
        let is_database = path.extension().is_some_and(|extension| extension == "sqlite");
        is_database && Connection::open(path).is_ok_and(|open| open.prepare("SELECT id FROM apps").is_ok())
    };
    paths.find(has_apps).expect("the local D1 has the database")
}

/// Fills the database as after some years of use by one account, with several API tokens.
fn seed(database: &Path) {
    let mut connection = Connection::open(database).expect("the database opens");
    let transaction = connection.transaction().expect("the only writer");
    let facts = facts();
    for n in 0..N_TOKENS {
        let hash = service::token_hash(&token(n));
        let sql =
            "INSERT INTO api_tokens (id, user_id, token_hash, scope, created_at) VALUES (?, ?, ?, 'all', 0)";
        transaction.execute(sql, params![format!("bench-{n}"), DEVELOPER, hash]).expect("a token");
    }
    for app in 0..N_APPS {
        let id = format!("app-{app}");
        let sql = "INSERT INTO apps (id, app_secret, owner_id, name, display_name, os, platform, last_release_id, \
                   created_at, updated_at) VALUES (?1, ?1, ?2, ?1, ?1, 'Android', 'Java', ?3, ?4, ?4)";
        transaction.execute(sql, params![id, DEVELOPER, RELEASES_PER_APP, app]).expect("an app");
        let group = format!("group-{app}");
        let sql = "INSERT INTO distribution_groups (id, app_id, name, created_at) VALUES (?, ?, 'Collaborators', 0)";
        transaction.execute(sql, params![group, id]).expect("a group");
        for number in 1..=RELEASES_PER_APP {
            let sql = "INSERT INTO releases (app_id, id, asset_id, file_name, file_extension, size, md5, sha256, \
                       version, short_version, artifact, uploaded_at) \
                       VALUES (?1, ?2, ?1 || '-' || ?2, 'a.apk', 'apk', 1000, ?3, ?4, ?2, '1.0', ?5, 0)";
            let values = params![id, number, "0".repeat(32), "0".repeat(64), facts];
            transaction.execute(sql, values).expect("a release");
            let sql = "INSERT INTO release_destinations (app_id, release_id, kind, destination_id, distributed_at) \
                       VALUES (?, ?, 'group', ?, 0)";
            transaction.execute(sql, params![id, number, group]).expect("a destination");
        }
    }
    transaction.commit().expect("the seed is kept");
}

/// The stored report of a real package.
fn facts() -> String {
    let file = corpus(HELLO_WORLD);
    let fetch = |miss: artifact::Miss| {
        let start = usize::try_from(miss.offset).expect("small");
        Ok::<_, std::convert::Infallible>(file[start..start + miss.len].to_vec())
    };
    let hints = Hints { file_name: "helloworld.apk", now: 0 };
    let artifact = artifact::inspect_sync(&hints, file.len() as u64, fetch).expect("a good package");
    serde_json::to_string(&artifact).expect("JSON")
}

/// Processor seconds, in the system and outside it, of every workerd of the stack: Linux counts them in hundredths.
fn cpu_seconds() -> f64 {
    let ticks: u32 = processes()
        .filter(|process| process.name == "workerd" && process.is_ours())
        .map(|process| process.ticks)
        .sum();
    f64::from(ticks) / 100.0
}

/// One line of `/proc/PID/stat`.
struct Process {
    name: String,
    parent: u32,
    ticks: u32,
}

impl Process {
    fn of(id: u32) -> Option<Process> {
        let line = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let (name, rest) = line.split_once('(')?.1.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let field = |n: usize| fields.get(n)?.parse::<u32>().ok();
        Some(Process { name: name.to_owned(), parent: field(1)?, ticks: field(11)? + field(12)? })
    }

    fn is_ours(&self) -> bool {
        let ours = std::process::id();
        let mut parent = self.parent;
        while parent > 1 {
            if parent == ours {
                return true;
            }
            let Some(process) = Process::of(parent) else { return false };
            parent = process.parent;
        }
        false
    }
}

fn processes() -> impl Iterator<Item = Process> {
    let entries = std::fs::read_dir("/proc").expect("Linux tells what runs");
    entries.filter_map(|entry| Process::of(entry.ok()?.file_name().to_str()?.parse().ok()?))
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}
