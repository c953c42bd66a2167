//! `slipway apps`.

use protocol::{App, route};

use crate::args::ServerArgs;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(args: &ServerArgs, output: Output) -> Result<(), CliError> {
    let apps: Vec<App> = super::connect(args, output)?.get(route::APPS).await?;
    output.print_result(&apps, &describe(&apps))
}

fn describe(apps: &[App]) -> String {
    if apps.is_empty() {
        return "no apps yet\n".to_owned();
    }
    let row = |app: &App| {
        let identifier = app.bundle_identifier.clone().unwrap_or_default();
        [format!("{}/{}", app.owner.name, app.name), app.os.to_string(), app.display_name.clone(), identifier]
    };
    table(["APP", "OS", "NAME", "IDENTIFIER"], &apps.iter().map(row).collect::<Vec<_>>())
}
