//! `cargo xtask bootstrap` and `cargo xtask token`: the first account of an installation, and API tokens without one at
//! hand. All others are made over the API.

use protocol::name;

use crate::error::{Error, Result};
use crate::stack::DEFAULT_DATA;
use crate::stack::api_token::ApiToken;
use crate::stack::database::Database;
use crate::stack::secrets::random_uuid;
use crate::stack::sql::{now, sql_literal};
use crate::tools;
use crate::workspace::Workspace;

/// Who owns a new installation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Owner {
    /// In URLs.
    pub(crate) name: String,
    /// In lower case.
    pub(crate) email: String,
}

impl Owner {
    /// Checks both, by the rules of the API.
    pub(crate) fn parse(name: &str, email: &str) -> std::result::Result<Self, String> {
        if !name::is_slug(name) {
            return Err(format!("expected a name of letters, digits, `-`, `_` and `.`, got `{name}`"));
        }
        if !name::is_email(email) {
            return Err(format!("expected an e-mail address, got `{email}`"));
        }
        Ok(Self { name: name.to_owned(), email: email.to_lowercase() })
    }
}

/// Makes the first account of a database and shows its API token, if there is no account yet.
pub(crate) fn run(workspace: &Workspace, database: &Database, owner: &Owner) -> Result<()> {
    tools::ensure(workspace)?;
    database.migrate(workspace)?;
    let id = random_uuid()?;
    let token = ApiToken::make()?;
    let answers = database.run(workspace, &owner_sql(owner, &id, &token))?;
    let first = answers.last().and_then(|rows| rows.first());
    let (first_id, first_name) = match first {
        Some(row) => (row["id"].as_str().unwrap_or_default(), row["name"].as_str().unwrap_or_default()),
        None => ("", "(no account)"),
    };
    if first_id != id {
        return Err(Error::Stack {
            what: format!("the installation has an owner already, `{first_name}`; no account was made"),
            fix: format!(
                "make another API token with `{}`, or have the owner invite the other people",
                token_command(first_name, database)
            ),
        });
    }
    println!("\n  `{}` owns this installation.", owner.name);
    show_for(&token, database);
    Ok(())
}

/// Makes one more API token for an account and shows it.
pub(crate) fn new_token(workspace: &Workspace, database: &Database, account: &str) -> Result<()> {
    tools::ensure(workspace)?;
    if !database.exists(workspace) {
        return Err(Error::Stack {
            what: "there is no data in that folder yet; no token was made".into(),
            fix: "name the folder with --data, or run `cargo xtask dev`, which shows a token at its first start".into(),
        });
    }
    let token = ApiToken::make()?;
    let condition = format!("kind = 'user' AND name = {}", sql_literal(account));
    let answers =
        database.run(workspace, &token.insert_sql(&condition, "Made by cargo xtask token", now()))?;
    if answers.first().is_none_or(Vec::is_empty) {
        return Err(Error::Stack {
            what: format!("there is no account `{account}`; no token was made"),
            fix: "name an account with --name".into(),
        });
    }
    println!("\n  A new API token of `{account}`; those it had still work.");
    show_for(&token, database);
    Ok(())
}

/// The account if it is the first, its token if the account was made, and who is the first now. One statement decides,
/// so that of two that run at once only one makes the owner.
fn owner_sql(owner: &Owner, id: &str, token: &ApiToken) -> String {
    let now = now();
    let (quoted_id, name, email) = (sql_literal(id), sql_literal(&owner.name), sql_literal(&owner.email));
    format!(
        "INSERT INTO accounts (id, name, display_name, email, created_at, updated_at) \
         SELECT {quoted_id}, {name}, {name}, {email}, {now}, {now} \
         WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE kind = 'user');\n\
         {}\
         SELECT id, name FROM accounts WHERE kind = 'user' ORDER BY created_at, id LIMIT 1;\n",
        token.insert_sql(&format!("id = {quoted_id}"), "Made with the account", now)
    )
}

/// Says the token, this once, and what it is good for at `address`.
pub(crate) fn show(token: &ApiToken, address: &str) {
    println!("  Its API token, shown now and never again (the database has only its SHA-256):\n");
    println!("    {}\n", token.text);
    println!(
        "  App Center's command line:  APPCENTER_ENDPOINT={address} appcenter login --env local --token <token>"
    );
    println!("  any other client:           the header X-API-Token");
}

/// What else a token is for that was made for an installation.
fn show_for(token: &ApiToken, database: &Database) {
    show(token, "<address>");
    if *database == Database::Remote {
        println!(
            "  the portal:                 npx wrangler secret put SLIPWAY_API_TOKEN   (it asks for the token)"
        );
    }
    println!();
}

fn token_command(name: &str, database: &Database) -> String {
    let place = match database {
        Database::Remote => " --remote".to_owned(),
        Database::Local(data) if data.as_os_str() == DEFAULT_DATA => String::new(),
        Database::Local(data) => format!(" --data {}", data.display()),
    };
    format!("cargo xtask token --name {name}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_has_a_name_for_urls_and_an_address() {
        assert_eq!(Owner::parse("ann", "Ann@Example.com").unwrap().email, "ann@example.com");
        assert!(Owner::parse("ann o'neil", "ann@example.com").is_err());
        assert!(Owner::parse("ann", "example.com").is_err());
    }

    #[test]
    fn the_way_to_another_token_names_the_same_database() {
        let check =
            |database: Database, expected: &str| assert_eq!(token_command("ann", &database), expected);
        check(Database::Remote, "cargo xtask token --name ann --remote");
        check(Database::Local(".slipway".into()), "cargo xtask token --name ann");
        check(Database::Local("x".into()), "cargo xtask token --name ann --data x");
    }

    #[test]
    fn what_the_user_typed_stays_in_its_quotes() {
        let owner = Owner { name: "ann".into(), email: "o'neil@example.com".into() };
        let sql = owner_sql(&owner, "1", &ApiToken::make().unwrap());
        assert!(sql.contains("'o''neil@example.com'"), "{sql}");
    }
}
