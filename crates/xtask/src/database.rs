//! The local D1 database: its migrations and the account that works in it.

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};
use crate::npm;
use crate::run;
use crate::secrets::Secrets;
use crate::stamp::{self, Inputs};
use crate::workspace::Workspace;

/// The name in crates/worker/wrangler.toml.
const DATABASE: &str = "slipway";

/// Applies migrations that are new and makes sure that the developer's account is there.
pub(crate) fn prepare(workspace: &Workspace, data: &Path, secrets: &Secrets) -> Result<()> {
    let mut inputs = Inputs::default();
    inputs.folder(&workspace.crate_folder("worker").join("migrations"))?.text(&secrets.api_token_hash());
    let stamp = data.join("database.stamp");
    if stamp::is_current(&stamp, &inputs) {
        return Ok(());
    }
    let log = data.join("database.log");
    run::logged(wrangler(workspace, data, "migrations").args(["apply", DATABASE]), &log)?;
    let seed = data.join("seed.sql");
    stamp::write(&seed, seed_sql(secrets).as_bytes())?;
    run::logged(wrangler(workspace, data, "execute").arg(DATABASE).arg("--file").arg(&seed), &log)?;
    std::fs::remove_file(&seed).map_err(Error::file("remove", &seed))?;
    stamp::note(&stamp, &inputs)
}

fn wrangler(workspace: &Workspace, data: &Path, verb: &str) -> Command {
    let mut command = npm::tool(workspace, "wrangler");
    command.args(["d1", verb, "--local", "-c", "crates/worker/wrangler.toml", "--persist-to"]);
    command.arg(data.join("state"));
    command
}

/// The account `developer` with the edge's token, of which only the hash is stored.
fn seed_sql(secrets: &Secrets) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let hash = secrets.api_token_hash();
    format!(
        "INSERT OR IGNORE INTO accounts (id, name, display_name, email, created_at) VALUES \
         ('{DEVELOPER}', 'developer', 'Local developer', 'developer@localhost.localdomain', {now});\n\
         INSERT OR IGNORE INTO api_tokens (id, user_id, token_hash, scope, description, created_at) VALUES \
         ('{TOKEN}', '{DEVELOPER}', '{hash}', 'all', 'The edge on this machine', {now});\n"
    )
}

// Any UUIDs do; constant ones make the seed repeatable.
const DEVELOPER: &str = "5d7cde00-0000-4000-8000-000000000001";
const TOKEN: &str = "5d7cde00-0000-4000-8000-000000000002";
