//! `slipway apps`.

use protocol::{App, route};

use crate::args::ServiceArgs;
use crate::output::{Output, table};
use crate::trouble::Trouble;

pub(super) async fn run(args: &ServiceArgs, output: Output) -> Result<(), Trouble> {
    let apps: Vec<App> = super::open(args, output)?.get(route::APPS).await?;
    output.result(&apps, &text(&apps))
}

fn text(apps: &[App]) -> String {
    if apps.is_empty() {
        return "no apps yet\n".to_owned();
    }
    let row = |app: &App| {
        let identifier = app.bundle_identifier.clone().unwrap_or_default();
        [format!("{}/{}", app.owner.name, app.name), app.os.to_string(), app.display_name.clone(), identifier]
    };
    table(["APP", "OS", "NAME", "IDENTIFIER"], &apps.iter().map(row).collect::<Vec<_>>())
}
