//! Release notes as the user reads them: the part of Markdown that release notes are written in.
//!
//! In scope: headings, paragraphs, flat lists, quotes, fenced code, rules; strong, emphasis, code, links.
//! Anything else stays as it is, so plain text looks like plain text. Out of scope: the rest of
//! `CommonMark`, and HTML.
//! A full parser was measured and left out: it costs 60 KB of brotli, a fifth of the portal's budget.

mod block;
mod inline;

use leptos::prelude::*;

use block::Block;
use inline::Span;

/// `text` as Markdown. Builds elements one by one, never from HTML.
#[component]
pub(crate) fn Markdown(text: String) -> impl IntoView {
    let blocks = block::blocks(&text).into_iter().map(block_view).collect_view();
    view! { <div class="notes" data-test="rendered-notes">{blocks}</div> }
}

fn block_view(block: Block) -> AnyView {
    match block {
        // The page's own headings are h1 and h2.
        Block::Heading(1, text) => view! { <h3>{line(&text)}</h3> }.into_any(),
        Block::Heading(2, text) => view! { <h4>{line(&text)}</h4> }.into_any(),
        Block::Heading(_, text) => view! { <h5>{line(&text)}</h5> }.into_any(),
        Block::Paragraph(text) => view! { <p>{line(&text)}</p> }.into_any(),
        Block::Quote(text) => view! { <blockquote>{line(&text)}</blockquote> }.into_any(),
        Block::Bullets(items) => view! { <ul>{list_items(items)}</ul> }.into_any(),
        Block::Numbers(first, items) => view! { <ol start=first>{list_items(items)}</ol> }.into_any(),
        Block::Code(text) => view! { <pre><code>{text}</code></pre> }.into_any(),
        Block::Rule => view! { <hr/> }.into_any(),
    }
}

fn list_items(items: Vec<String>) -> Vec<AnyView> {
    items.iter().map(|item| view! { <li>{line(item)}</li> }.into_any()).collect()
}

fn line(text: &str) -> Vec<AnyView> {
    inline::spans(text).into_iter().map(span_view).collect()
}

fn span_view(span: Span) -> AnyView {
    let inside = |spans: Vec<Span>| spans.into_iter().map(span_view).collect::<Vec<_>>();
    match span {
        Span::Text(text) => text.into_any(),
        Span::Code(text) => view! { <code>{text}</code> }.into_any(),
        Span::Strong(spans) => view! { <strong>{inside(spans)}</strong> }.into_any(),
        Span::Emphasis(spans) => view! { <em>{inside(spans)}</em> }.into_any(),
        Span::Link(href, spans) => {
            let rel = "external noopener noreferrer nofollow";
            view! { <a href=href target="_blank" rel=rel>{inside(spans)}</a> }.into_any()
        }
    }
}
