//! What the package says about itself.

use artifact::{Artifact, Finding, Severity};
use leptos::prelude::*;

use crate::{
    drive::use_wizard,
    phrase::{self, sentence},
};

/// The facts, and what is odd about them. Shown before anything is uploaded.
#[component]
pub(super) fn FactsCard() -> impl IntoView {
    let artifact = use_wizard().of_draft(|draft| Some(draft.artifact.clone()));
    move || {
        artifact.get().map(|artifact| {
            let findings = artifact.findings.clone();
            view! {
                <section class="card" aria-label="Package" data-test="facts">
                    <dl class="facts">
                        {facts(&artifact)
                            .into_iter()
                            .map(|(name, fact)| view! { <dt>{name}</dt> <dd>{fact}</dd> })
                            .collect_view()}
                    </dl>
                    {findings.into_iter().map(|finding| view! { <FindingNote finding/> }).collect_view()}
                </section>
            }
        })
    }
}

fn facts(artifact: &Artifact) -> Vec<(&'static str, String)> {
    let os = artifact.os.to_string();
    let min = artifact.min_os.as_ref().map(|min| phrase::min_os(&os, min));
    let unknown = || "not stated".to_owned();
    let (version, build, min_label) = match artifact.os {
        artifact::Os::Android => ("Version name", "Version code", "Minimum SDK"),
        _ => ("Version", "Build number", "Minimum OS"),
    };
    vec![
        ("Name", artifact.name.clone().unwrap_or_else(unknown)),
        ("Package id", artifact.identifier.clone()),
        (version, artifact.version.clone().unwrap_or_else(unknown)),
        (build, artifact.build.clone().unwrap_or_else(unknown)),
        (min_label, min.unwrap_or_else(unknown)),
        ("Size", phrase::bytes(artifact.size)),
    ]
}

#[component]
fn FindingNote(finding: Finding) -> impl IntoView {
    let (class, word) = match finding.severity {
        Severity::Error => ("finding error", "Error: "),
        Severity::Warning => ("finding warning", "Warning: "),
        Severity::Info => ("finding", "Note: "),
    };
    view! {
        <p class=class data-test="finding" data-code=finding.code>
            <strong>{word}</strong>
            {sentence(&finding.message)} " " {sentence(&finding.fix)}
        </p>
    }
}
