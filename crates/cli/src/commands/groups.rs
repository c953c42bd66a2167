//! `slipway groups`.

use protocol::{Group, route};

use crate::args::AppArgs;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(args: &AppArgs, output: Output) -> Result<(), CliError> {
    let slug = &args.app.slug;
    let path = route::path(route::GROUPS, &[&slug.owner, &slug.app]);
    let groups: Vec<Group> = super::connect(&args.server_args, output)?.get(&path).await?;
    output.print_result(&groups, &describe(&groups))
}

fn describe(groups: &[Group]) -> String {
    let access = |group: &Group| if group.is_public { "public" } else { "private" };
    let row = |group: &Group| [group.name.clone(), access(group).to_owned(), group.id.clone()];
    table(["GROUP", "ACCESS", "ID"], &groups.iter().map(row).collect::<Vec<_>>())
}
