//! The D1 database, on this machine or Cloudflare's: its migrations, and statements that wrangler runs in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::api_token::{self, ApiToken};
use super::secrets::Secrets;
use super::sql::now;
use crate::error::{Error, Result};
use crate::process;
use crate::stamp::{self, Inputs};
use crate::tools::npm;
use crate::workspace::Workspace;

/// The name in crates/worker/wrangler.toml.
const NAME: &str = "slipway";

/// Which database.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Database {
    /// On this machine, in that folder of data, relative to the project's root.
    Local(PathBuf),
    /// The one at Cloudflare that crates/worker/wrangler.toml names, by the account that wrangler is signed in to.
    Remote,
}

impl Database {
    /// Applies the migrations that are new, and says which.
    pub(crate) fn migrate(&self, workspace: &Workspace) -> Result<String> {
        process::output(self.wrangler(workspace, "migrations apply").arg(NAME))
    }

    /// Runs statements and returns each one's rows.
    pub(crate) fn run(&self, workspace: &Workspace, sql: &str) -> Result<Vec<Vec<Value>>> {
        let mut command = self.wrangler(workspace, "execute");
        let json = process::output(command.args([NAME, "--json", "--command", sql]))?;
        rows(&json).ok_or_else(|| Error::Stack {
            what: "wrangler did not say what the database answered".into(),
            fix: "look whether package.json names another wrangler than is installed".into(),
        })
    }

    /// Whether there is one: at Cloudflare there is, or wrangler says why not.
    pub(crate) fn exists(&self, workspace: &Workspace) -> bool {
        match self {
            Self::Local(data) => state_of(workspace, data).exists(),
            Self::Remote => true,
        }
    }

    fn wrangler(&self, workspace: &Workspace, verb: &str) -> Command {
        let mut command = npm::tool(workspace, "wrangler");
        command.arg("d1").args(verb.split(' ')).args(["-c", "crates/worker/wrangler.toml"]);
        match self {
            Self::Local(data) => command.args(["--local", "--persist-to"]).arg(state_of(workspace, data)),
            Self::Remote => command.arg("--remote"),
        };
        command
    }
}

fn state_of(workspace: &Workspace, data: &Path) -> PathBuf {
    workspace.root.join(data).join("state")
}

/// The rows of each statement in what `wrangler d1 execute --json` prints.
fn rows(json: &str) -> Option<Vec<Vec<Value>>> {
    let answers: Vec<Value> = serde_json::from_str(json).ok()?;
    answers.into_iter().map(|answer| Some(answer["results"].as_array()?.clone())).collect()
}

/// Brings the local database up to date and makes sure that the developer's account is there. The first time it also
/// makes an API token for the developer's command line, which is kept nowhere but in the answer.
pub(crate) fn prepare(workspace: &Workspace, data: &Path, secrets: &Secrets) -> Result<Option<ApiToken>> {
    let mut inputs = Inputs::default();
    inputs.folder(&workspace.crate_folder("worker").join("migrations"))?;
    inputs.text(&api_token::hash(&secrets.api_token));
    let stamp = data.join("database.stamp");
    if stamp::is_current(&stamp, &inputs) {
        return Ok(None);
    }
    let token = if stamp.exists() { None } else { Some(ApiToken::make()?) };
    let database = Database::Local(data.to_owned());
    let output = database.migrate(workspace)?;
    let log = data.join("database.log");
    std::fs::write(&log, output).map_err(Error::file("write", &log))?;
    database.run(workspace, &seed_sql(secrets, token.as_ref()))?;
    stamp::note(&stamp, &inputs)?;
    Ok(token)
}

/// The account of the local stack.
pub(crate) const DEVELOPER: &str = "developer";

/// The account `developer` with the edge's token, and the token for its command line. Of both only the hash is stored.
fn seed_sql(secrets: &Secrets, token: Option<&ApiToken>) -> String {
    let now = now();
    let hash = api_token::hash(&secrets.api_token);
    let mut sql = format!(
        "INSERT OR IGNORE INTO accounts (id, name, display_name, email, created_at) VALUES \
         ('{DEVELOPER_ID}', '{DEVELOPER}', 'Local developer', 'developer@localhost.localdomain', {now});\n\
         INSERT OR IGNORE INTO api_tokens (id, user_id, token_hash, scope, description, created_at) VALUES \
         ('{TOKEN_ID}', '{DEVELOPER_ID}', '{hash}', 'all', 'The edge on this machine', {now});\n"
    );
    if let Some(token) = token {
        sql += &token.insert_sql(&format!("id = '{DEVELOPER_ID}'"), "Shown at the first start", now);
    }
    sql
}

// Any UUIDs do; constant ones make the seed repeatable.
const DEVELOPER_ID: &str = "5d7cde00-0000-4000-8000-000000000001";
const TOKEN_ID: &str = "5d7cde00-0000-4000-8000-000000000002";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statement_has_its_rows() {
        let json = r#"[{"results":[],"success":true},{"results":[{"name":"ann"}],"success":true}]"#;
        let rows = rows(json).unwrap();
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(rows[1][0]["name"], "ann");
    }
}
