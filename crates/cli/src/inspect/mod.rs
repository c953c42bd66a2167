//! `slipway inspect`: one file after the other, each shown as soon as it is read.
//!
//! `report_output` prints the reports: `text_report` for people, with the lines of `facts`, `json_report` for programs.
//! `icon` writes the package's icon as a PNG.

mod facts;
mod icon;
mod json_report;
mod report_output;
mod text_report;

use std::process::ExitCode;

use crate::args::InspectArgs;
use crate::package::inspect_file;
use report_output::ReportOutput;

/// Inspects all files; the exit code says whether all could be read.
pub(crate) fn run(args: &InspectArgs) -> ExitCode {
    let mut output = ReportOutput::new(args);
    let mut is_complete = true;
    for (n, path) in args.files.iter().enumerate() {
        let report = inspect_file(path, args.digest);
        // The program that reads standard output, such as `head`, may close it. Nothing is left to do then.
        if output.print_report(n, &report).is_err() {
            return ExitCode::FAILURE;
        }
        let icon = args.icon.as_ref().filter(|_| report.error.is_none());
        let written = icon.map(|to| icon::write_icon(&report, to)).transpose();
        match (&report.error, &written) {
            (Some(error), _) | (None, Err(error)) => {
                is_complete = false;
                output.print_error(&report, error);
            }
            (None, Ok(Some(written))) => output.note(&report, written),
            (None, Ok(None)) => {}
        }
    }
    if output.finish().is_ok() && is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
