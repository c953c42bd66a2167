//! One source file's tokens: what it declares, imports and names. Comments and strings are no tokens, so nothing in
//! them counts; code that is compiled for tests only is left out.

use proc_macro2::{Delimiter, Group, Ident, LexError, Spacing, TokenStream, TokenTree};

/// A path as it is written, such as `crate`, `upload`, `Chunk`.
pub(super) type Written = Vec<String>;

/// What the text of a module says.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The modules that it declares, in files or here.
    pub(super) modules: Vec<Declared>,
    /// Types, functions, macros and other items of its own.
    pub(super) items: Vec<String>,
    /// The name that each import gives, and what it imports.
    pub(super) imports: Vec<(String, Written)>,
    /// What is imported whole, by `*`.
    pub(super) globs: Vec<Written>,
    /// Every other path that is named anywhere in it. One segment may also be a variable or a field.
    pub(super) paths: Vec<Written>,
    /// `#[path = "…"]`, until the module that it belongs to.
    pending_file: Option<String>,
}

/// `mod name;` or `mod name { … }`.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    /// Its file, if it is not where its name says.
    pub(super) file: Option<String>,
    /// What it says, if it has no file.
    pub(super) body: Option<Scan>,
}

impl Scan {
    pub(super) fn of(text: &str) -> Result<Self, LexError> {
        let mut scan = Self::default();
        scan.tokens(text.parse()?, true);
        Ok(scan)
    }

    fn tokens(&mut self, tokens: TokenStream, is_top: bool) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = self.token(&tokens, at, is_top);
        }
    }

    /// Takes what begins at a token and returns where the next begins.
    fn token(&mut self, tokens: &[TokenTree], at: usize, is_top: bool) -> usize {
        match &tokens[at] {
            TokenTree::Punct(punct) if punct.as_char() == '#' => self.attribute(tokens, at),
            TokenTree::Group(group) => {
                self.tokens(group.stream(), false);
                at + 1
            }
            TokenTree::Ident(ident) => self.ident(ident, tokens, at, is_top),
            TokenTree::Punct(_) | TokenTree::Literal(_) => at + 1,
        }
    }

    fn attribute(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let is_inner = is_punct(tokens.get(at + 1), '!');
        let group_at = at + 1 + usize::from(is_inner);
        let Some(group) = group(tokens.get(group_at), Delimiter::Bracket) else {
            return at + 1;
        };
        let inner: Vec<_> = group.stream().into_iter().collect();
        match inner.first().map(ToString::to_string).as_deref() {
            Some("doc") => {}
            Some("cfg") if is_for_tests(&inner) && is_inner => return tokens.len(),
            Some("cfg") if is_for_tests(&inner) => return end_of_item(tokens, group_at + 1),
            Some("path") => self.pending_file = inner.last().and_then(text),
            _ => self.in_attribute(group.stream()),
        }
        group_at + 1
    }

    /// Paths in attributes also stand in strings: `#[serde(with = "crate::hex")]`.
    fn in_attribute(&mut self, tokens: TokenStream) {
        self.tokens(tokens.clone(), false);
        for token in tokens {
            match &token {
                TokenTree::Group(group) => self.in_attribute(group.stream()),
                TokenTree::Literal(_) => {
                    let tokens =
                        text(&token).filter(|text| text.contains("::")).and_then(|text| text.parse().ok());
                    self.tokens(tokens.unwrap_or_default(), false);
                }
                _ => {}
            }
        }
    }

    fn ident(&mut self, ident: &Ident, tokens: &[TokenTree], at: usize, is_top: bool) -> usize {
        let word = ident.to_string();
        let next = tokens.get(at + 1);
        match (word.as_str(), next) {
            ("mod", Some(TokenTree::Ident(name))) => self.module(&name.to_string(), tokens, at),
            // Not `impl Trait + use<'a>`.
            ("use", Some(next)) if !is_punct(Some(next), '<') => {
                let end = (at..tokens.len()).find(|i| is_punct(tokens.get(*i), ';')).unwrap_or(tokens.len());
                self.import(&tokens[at + 1..end], &[]);
                end
            }
            ("macro_rules", Some(_)) => {
                self.items.extend(tokens.get(at + 2).filter(|_| is_top).map(ToString::to_string));
                at + 3
            }
            (
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union",
                Some(TokenTree::Ident(name)),
            ) if is_top => {
                self.items.push(name.to_string());
                at + 1
            }
            _ => self.path(word, tokens, at),
        }
    }

    fn module(&mut self, name: &str, tokens: &[TokenTree], at: usize) -> usize {
        let body = group(tokens.get(at + 2), Delimiter::Brace).map(|group| {
            let mut scan = Self::default();
            scan.tokens(group.stream(), true);
            scan
        });
        self.modules.push(Declared { name: name.to_owned(), file: self.pending_file.take(), body });
        at + 3
    }

    fn path(&mut self, first: String, tokens: &[TokenTree], at: usize) -> usize {
        let mut path = vec![first];
        let mut end = at + 1;
        while let (true, Some(TokenTree::Ident(next))) = (is_colons(tokens, end), tokens.get(end + 2)) {
            path.push(next.to_string());
            end += 3;
        }
        let is_lifetime = at > 0 && is_punct(tokens.get(at - 1), '\'');
        let is_member =
            at > 0 && is_punct(tokens.get(at - 1), '.') && !(at > 1 && is_punct(tokens.get(at - 2), '.'));
        // `::other_crate::X`, and what follows the type in `<T as Trait>::X`.
        let is_rest = at > 1 && is_colons(tokens, at - 2);
        if !is_lifetime && !is_member && !is_rest {
            self.paths.push(path);
        }
        end
    }

    /// Takes what stands between `use` and `;`, or a part of it in braces.
    fn import(&mut self, tokens: &[TokenTree], prefix: &[String]) {
        for tree in tokens.split(|token| is_punct(Some(token), ',')) {
            self.scan_import(tree, prefix);
        }
    }

    fn scan_import(&mut self, tree: &[TokenTree], prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut at = 0;
        while let Some(token) = tree.get(at) {
            match token {
                // `use ::other_crate::X`.
                TokenTree::Punct(_) if at == 0 && is_colons(tree, 0) && prefix.is_empty() => return,
                TokenTree::Punct(punct) if punct.as_char() == '*' => return self.globs.push(path),
                TokenTree::Group(group) => {
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    return self.import(&inner, &path);
                }
                TokenTree::Ident(ident) if ident == "as" => break,
                TokenTree::Ident(ident) => path.push(ident.to_string()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let alias = tree.get(at + 1).map(ToString::to_string).or_else(|| path.last().cloned());
        if let Some(alias) = alias.filter(|_| path.len() > prefix.len() || !prefix.is_empty()) {
            self.imports.push((alias, path));
        }
    }
}

/// `cfg(test)` or `cfg(all(test, …))`.
fn is_for_tests(attribute: &[TokenTree]) -> bool {
    let [_, TokenTree::Group(condition)] = attribute else {
        return false;
    };
    let condition: Vec<_> = condition.stream().into_iter().collect();
    match condition.as_slice() {
        [TokenTree::Ident(word)] => word == "test",
        [TokenTree::Ident(word), TokenTree::Group(all)] if word == "all" => {
            let all: Vec<_> = all.stream().into_iter().collect();
            all.split(|token| is_punct(Some(token), ','))
                .any(|one| matches!(one, [TokenTree::Ident(word)] if word == "test"))
        }
        _ => false,
    }
}

/// Where the item that begins at a token ends; its other attributes are part of it.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let mut at = start;
    while is_punct(tokens.get(at), '#') {
        at += 2;
    }
    let word = |at: usize| tokens.get(at).map(ToString::to_string).unwrap_or_default();
    while word(at) == "pub" || word(at).starts_with('(') {
        at += 1;
    }
    let ends_with_semicolon = matches!(word(at).as_str(), "use" | "static" | "type" | "let")
        || (word(at) == "const" && word(at + 1) != "fn");
    let has_body =
        ["fn", "const", "async", "unsafe", "extern", "struct", "enum", "union", "trait", "impl", "mod"];
    let is_item = has_body.contains(&word(at).as_str());
    while at < tokens.len() {
        let is_end = is_punct(tokens.get(at), ';')
            || (!ends_with_semicolon && group(tokens.get(at), Delimiter::Brace).is_some())
            || (!ends_with_semicolon && !is_item && is_punct(tokens.get(at), ','));
        at += 1;
        if is_end {
            break;
        }
    }
    at
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_joint =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
    tokens.get(at).is_some_and(is_joint) && is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// What a plain string says.
fn text(token: &TokenTree) -> Option<String> {
    let literal = token.to_string();
    Some(literal.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}
