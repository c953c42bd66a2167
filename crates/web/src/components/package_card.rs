//! A package, as the user sees it: icon, facts and findings.

use artifact::{Artifact, Finding, Severity};
use leptos::prelude::*;

use super::rich;
use crate::{browser::language_name, package, text::phrase::sentence};

/// The facts of a package, and its findings.
#[component]
pub(crate) fn PackageCard(
    /// The package.
    artifact: Artifact,
    /// Where its icon is.
    icon: Option<String>,
) -> impl IntoView {
    let more = package::more_rows(&artifact, &language_name);
    view! {
        <section class="card package" aria-label="Package" data-test="facts">
            <div class="package-head">
                <AppIcon url=icon size=64/>
                <FactList rows=package::main_rows(&artifact)/>
            </div>
            {package::by_severity(&artifact.findings).into_iter().map(|finding| view! { <FindingNote finding/> }).collect_view()}
            {(!more.is_empty()).then(|| view! {
                <details data-test="more-facts">
                    <summary>"More about this package"</summary>
                    <FactList rows=more/>
                </details>
            })}
        </section>
    }
}

/// Rows of a label and a fact.
#[component]
pub(crate) fn FactList(
    /// The rows.
    rows: Vec<(&'static str, String)>,
) -> impl IntoView {
    view! {
        <dl class="facts">
            {rows.into_iter().map(|(name, fact)| view! { <dt>{name}</dt> <dd>{rich::fact(&fact)}</dd> }).collect_view()}
        </dl>
    }
}

/// An app's picture. In an `img`, even an SVG runs nothing and fetches nothing.
#[component]
pub(crate) fn AppIcon(
    /// Where it is; without it a neutral one.
    url: Option<String>,
    /// Width and height in CSS pixels.
    size: u32,
) -> impl IntoView {
    let url = url.unwrap_or_else(|| "/app.svg".to_owned());
    // Beside the app's name the picture says nothing new to a screen reader.
    view! { <img class="app-icon" src=url alt="" width=size height=size data-test="app-icon"/> }
}

/// Severity and title, then what was found and what to do.
#[component]
fn FindingNote(finding: Finding) -> impl IntoView {
    let (class, severity) = match finding.severity {
        Severity::Error => ("finding error", "Error: "),
        Severity::Warning => ("finding warning", "Warning: "),
        Severity::Info => ("finding", "Note: "),
    };
    view! {
        <div class=class data-test="finding" data-code=finding.code.clone()>
            <p><strong>{severity} {finding.title().to_owned()}</strong></p>
            <p>{rich::message(&sentence(&finding.message))} " " {rich::message(&sentence(&finding.fix))}</p>
        </div>
    }
}
