//! Lines into blocks.

/// A block, with its text not looked into yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Level from 1 to 6.
    Heading(usize, String),
    /// Lines keep their ends: in plain text they are intended.
    Paragraph(String),
    Quote(String),
    Bullets(Vec<String>),
    /// The first item's number.
    Numbers(u32, Vec<String>),
    Code(String),
    Rule,
}

/// What a line begins with, and the rest of it.
enum LineKind<'a> {
    Blank,
    Fence,
    Rule,
    Heading(usize, &'a str),
    Quote(&'a str),
    Bullet(&'a str),
    Number(u32, &'a str),
    Text(&'a str),
}

/// The blocks of `text`.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_new = true;
    let mut lines = text.lines();
    while let Some(raw) = lines.next() {
        let line = line_kind(raw);
        let last = if is_new { None } else { blocks.last_mut() };
        is_new = false;
        match (line, last) {
            (LineKind::Blank, _) => is_new = true,
            (LineKind::Fence, _) => {
                let code: Vec<&str> = lines.by_ref().take_while(|line| !is_fence(line)).collect();
                blocks.push(Block::Code(code.join("\n")));
                is_new = true;
            }
            (LineKind::Rule, _) => {
                blocks.push(Block::Rule);
                is_new = true;
            }
            (LineKind::Heading(level, text), _) => {
                blocks.push(Block::Heading(level, text.to_owned()));
                is_new = true;
            }
            (LineKind::Quote(text), Some(Block::Quote(quote))) => append(quote, text),
            (LineKind::Quote(text), _) => blocks.push(Block::Quote(text.to_owned())),
            (LineKind::Bullet(text), Some(Block::Bullets(items))) => items.push(text.to_owned()),
            (LineKind::Bullet(text), _) => blocks.push(Block::Bullets(vec![text.to_owned()])),
            (LineKind::Number(_, text), Some(Block::Numbers(_, items))) => items.push(text.to_owned()),
            (LineKind::Number(first, text), _) => blocks.push(Block::Numbers(first, vec![text.to_owned()])),
            (LineKind::Text(text), Some(Block::Paragraph(paragraph))) => append(paragraph, text),
            (LineKind::Text(text), Some(Block::Bullets(items) | Block::Numbers(_, items))) => {
                items.iter_mut().last().into_iter().for_each(|item| append(item, text));
            }
            (LineKind::Text(text), _) => blocks.push(Block::Paragraph(text.to_owned())),
        }
    }
    blocks
}

fn append(block: &mut String, line: &str) {
    block.push('\n');
    block.push_str(line);
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}

fn line_kind(line: &str) -> LineKind<'_> {
    let text = line.trim();
    if text.is_empty() {
        return LineKind::Blank;
    }
    if is_fence(text) {
        return LineKind::Fence;
    }
    if is_rule(text) {
        return LineKind::Rule;
    }
    let level = text.len() - text.trim_start_matches('#').len();
    if (1..=6).contains(&level)
        && let Some(title) = text[level..].strip_prefix(' ')
    {
        return LineKind::Heading(level, title.trim_end_matches('#').trim());
    }
    if let Some(quote) = text.strip_prefix('>') {
        return LineKind::Quote(quote.trim_start());
    }
    if let Some(item) = ["- ", "* ", "+ ", "• "].iter().find_map(|bullet| text.strip_prefix(bullet)) {
        return LineKind::Bullet(item.trim_start());
    }
    match numbered_item(text) {
        Some((number, item)) => LineKind::Number(number, item),
        None => LineKind::Text(text),
    }
}

fn is_rule(text: &str) -> bool {
    text.len() >= 3 && ['-', '*', '_'].iter().any(|mark| text.chars().all(|c| c == *mark))
}

/// `3. third`; a year at the start of a line, `2026. …`, is none.
fn numbered_item(text: &str) -> Option<(u32, &str)> {
    let (number, item) = text.split_once(". ").or_else(|| text.split_once(") "))?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_number)?, item.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn plain_text_keeps_its_lines() {
        assert_eq!(
            blocks("one\ntwo\n\nthree"),
            [Block::Paragraph(text("one\ntwo")), Block::Paragraph(text("three"))]
        );
    }

    #[test]
    fn notes_have_headings_and_lists() {
        assert_eq!(
            blocks("## New\n- a\n- b\n  more\n\n3. c\n4. d\n---\n> q\n> r"),
            [
                Block::Heading(2, text("New")),
                Block::Bullets(vec![text("a"), text("b\nmore")]),
                Block::Numbers(3, vec![text("c"), text("d")]),
                Block::Rule,
                Block::Quote(text("q\nr")),
            ]
        );
    }

    #[test]
    fn code_is_left_alone_even_if_its_fence_is_never_closed() {
        assert_eq!(
            blocks("```sh\n# no heading\n```\nx"),
            [Block::Code(text("# no heading")), Block::Paragraph(text("x"))]
        );
        assert_eq!(blocks("```\n- a"), [Block::Code(text("- a"))]);
    }

    #[test]
    fn what_only_looks_like_a_mark_is_text() {
        for line in ["#42 is fixed", "-5 degrees", "2026. That was the year", "1.5 times", "**"] {
            assert_eq!(blocks(line), [Block::Paragraph(text(line))]);
        }
    }
}
