//! The text of a block into spans.

/// A piece of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Span {
    Text(String),
    Code(String),
    Strong(Vec<Span>),
    Emphasis(Vec<Span>),
    /// Address, text.
    Link(String, Vec<Span>),
}

/// Deeper marks stay text: notes do not use them, and the recursion needs a limit.
const MAX_DEPTH: usize = 6;

/// The spans of `text`.
pub(super) fn spans(text: &str) -> Vec<Span> {
    spans_at(text, 0)
}

fn spans_at(text: &str, depth: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let found = if depth < MAX_DEPTH { span(text, at, depth) } else { None };
        match found {
            Some((span, len)) => {
                push_text(&mut spans, &text[plain_from..at]);
                spans.push(span);
                at += len;
                plain_from = at;
            }
            None => at += c.len_utf8(),
        }
    }
    push_text(&mut spans, &text[plain_from..]);
    spans
}

fn push_text(spans: &mut Vec<Span>, text: &str) {
    if !text.is_empty() {
        spans.push(Span::Text(text.to_owned()));
    }
}

/// The span that begins at byte `at`, if one does, and its length.
fn span(text: &str, at: usize, depth: usize) -> Option<(Span, usize)> {
    let rest = &text[at..];
    let is_inside_word = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    match rest.as_bytes() {
        [b'`', ..] => text_between(rest, "`").map(|(code, len)| (Span::Code(code.to_owned()), len)),
        [b'*', b'*', ..] => styled_span(rest, "**", depth, Span::Strong),
        [b'*', ..] => styled_span(rest, "*", depth, Span::Emphasis),
        [b'_', b'_', ..] if !is_inside_word => styled_span(rest, "__", depth, Span::Strong),
        // Otherwise the names in code would lean: some_file_name.
        [b'_', ..] if !is_inside_word => styled_span(rest, "_", depth, Span::Emphasis),
        [b'[', ..] => link(rest, depth),
        [b'h', ..] if !is_inside_word => bare_link(rest),
        _ => None,
    }
}

/// What stands between `mark` at the start of `rest` and the next one, and the length with both.
fn text_between<'a>(rest: &'a str, mark: &str) -> Option<(&'a str, usize)> {
    let inside = &rest[mark.len()..];
    let end = inside.find(mark).filter(|end| *end > 0)?;
    Some((&inside[..end], end + 2 * mark.len()))
}

fn styled_span(rest: &str, mark: &str, depth: usize, style: fn(Vec<Span>) -> Span) -> Option<(Span, usize)> {
    let (inside, len) = text_between(rest, mark)?;
    let hugs = !inside.starts_with(char::is_whitespace) && !inside.ends_with(char::is_whitespace);
    let ends_word = mark != "_" || !rest[len..].starts_with(char::is_alphanumeric);
    (hugs && ends_word).then(|| (style(spans_at(inside, depth + 1)), len))
}

/// `[text](https://…)`.
fn link(rest: &str, depth: usize) -> Option<(Span, usize)> {
    let (text, after) = rest[1..].split_once("](")?;
    let (href, _) = after.split_once(')')?;
    if text.is_empty() || text.contains(['[', ']']) || !is_safe(href) {
        return None;
    }
    let len = 1 + text.len() + 2 + href.len() + 1;
    Some((Span::Link(href.to_owned(), spans_at(text, depth + 1)), len))
}

fn bare_link(rest: &str) -> Option<(Span, usize)> {
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"'`)]".contains(c)).unwrap_or(rest.len());
    let href = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    let has_host = href.split_once("://").is_some_and(|(_, host)| !host.is_empty());
    (has_host && is_safe(href))
        .then(|| (Span::Link(href.to_owned(), vec![Span::Text(href.to_owned())]), href.len()))
}

/// Notes are written by others and not trusted: an address may lead to a page and do nothing else, so no `javascript:`.
fn is_safe(href: &str) -> bool {
    let is_web = href.starts_with("https://") || href.starts_with("http://") || href.starts_with("mailto:");
    is_web && !href.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Span {
        Span::Text(text.to_owned())
    }

    #[test]
    fn styles_nest() {
        assert_eq!(
            spans("a **b `c*`** _d_"),
            [
                text("a "),
                Span::Strong(vec![text("b "), Span::Code("c*".to_owned())]),
                text(" "),
                Span::Emphasis(vec![text("d")]),
            ]
        );
    }

    #[test]
    fn marks_without_a_partner_are_text() {
        for line in ["2 * 3 * 4", "some_file_name", "**", "`", "[x]", "[x](y", "_", "a*", "ends with h"] {
            assert_eq!(spans(line), [text(line)], "{line}");
        }
    }

    #[test]
    fn only_addresses_of_pages_become_links() {
        let link = |href: &str, shown: &str| Span::Link(href.to_owned(), vec![text(shown)]);
        assert_eq!(spans("[x](https://a.b)"), [link("https://a.b", "x")]);
        assert_eq!(
            spans("see https://a.b/c."),
            [text("see "), link("https://a.b/c", "https://a.b/c"), text(".")]
        );
        for line in ["[x](javascript:alert)", "[x](/relative)", "https://", "[x](data:text/html,a)"] {
            assert_eq!(spans(line), [text(line)], "{line}");
        }
    }

    #[test]
    fn any_text_comes_to_an_end() {
        let deep = "*_".repeat(2_500);
        assert!(!spans(&deep).is_empty());
        assert_eq!(spans("Ä**ö**ü"), [text("Ä"), Span::Strong(vec![text("ö")]), text("ü")]);
    }
}
