//! A parser of `multipart/form-data` that takes the bytes as they arrive. It holds back no more than a boundary's length of a
//! part's body.
//!
//! Source: RFC 7578 and RFC 2046, 5.1. What clients really send: quoted names, a file name with or without quotes, a
//! preamble or none, parts in any order.

use memchr::memmem::Finder;
use thiserror::Error;

/// Longest boundary (RFC 2046, 5.1.1), and longest header of one part, in bytes.
const MAX_BOUNDARY: usize = 70;
const MAX_HEADERS: usize = 8 * 1024;

/// Most blanks after a boundary, in bytes: what mail programs fill a line with.
const MAX_PADDING: usize = 1024;

/// Most parts of one form.
const MAX_PARTS: u32 = 64;

/// What is in a form, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FormEvent {
    /// A part begins.
    Begin {
        /// The field's name.
        name: String,
        /// The file's name, if the part is a file.
        file_name: Option<String>,
    },
    /// Bytes of the part.
    Bytes(Vec<u8>),
    /// The part is complete.
    End,
}

/// What is wrong with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum FormError {
    #[error("expected `Content-Type: multipart/form-data` with a boundary")]
    NoBoundary,
    #[error("expected a multipart form, got something else")]
    NoParts,
    #[error("a part of the form has no valid header")]
    Headers,
    #[error("the form has more than 64 parts")]
    TooManyParts,
    #[error("the form was cut off; send it again")]
    CutOff,
}

/// Parses one form.
pub(crate) struct FormParser {
    /// `\r\n--boundary`.
    delimiter: Vec<u8>,
    finder: Finder<'static>,
    held: Vec<u8>,
    state: ParserState,
    n_parts: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ParserState {
    /// Before the first boundary.
    Preamble,
    /// Right after a boundary: `--` ends the form, a line's end begins a part.
    AfterBoundary,
    /// In a part's header.
    Headers,
    /// In a part.
    Body,
    /// After the last boundary.
    Done,
}

impl FormParser {
    /// A parser for a form with that `Content-Type`, which names the boundary.
    pub(crate) fn new(content_type: &str) -> Result<FormParser, FormError> {
        let boundary = boundary(content_type).ok_or(FormError::NoBoundary)?;
        let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
        let finder = Finder::new(&delimiter).into_owned();
        // A form may begin with its boundary: the line's end before that is made up.
        Ok(FormParser { delimiter, finder, held: b"\r\n".to_vec(), state: ParserState::Preamble, n_parts: 0 })
    }

    /// Takes the next bytes and returns what they complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Vec<FormEvent>, FormError> {
        self.held.extend_from_slice(bytes);
        let mut events = Vec::new();
        while self.step(&mut events)? {}
        Ok(events)
    }

    /// Says that no more bytes will come.
    pub(crate) fn finish(&self) -> Result<(), FormError> {
        match self.state {
            ParserState::Done => Ok(()),
            ParserState::Preamble => Err(FormError::NoParts),
            _ => Err(FormError::CutOff),
        }
    }

    /// Takes one step, and says whether there may be another one.
    fn step(&mut self, events: &mut Vec<FormEvent>) -> Result<bool, FormError> {
        match self.state {
            ParserState::Preamble => {
                let found = self.until_boundary();
                if found.is_none() && self.held.len() > MAX_HEADERS {
                    return Err(FormError::NoParts);
                }
                Ok(self.pass(found, ParserState::AfterBoundary))
            }
            ParserState::AfterBoundary => self.after_boundary(),
            ParserState::Headers => self.headers(events),
            ParserState::Body => {
                let found = self.until_boundary();
                let n_complete =
                    found.unwrap_or_else(|| self.held.len().saturating_sub(self.delimiter.len()));
                if n_complete > 0 {
                    events.push(FormEvent::Bytes(self.held[..n_complete].to_vec()));
                }
                if found.is_none() {
                    self.held.drain(..n_complete);
                    return Ok(false);
                }
                events.push(FormEvent::End);
                Ok(self.pass(found, ParserState::AfterBoundary))
            }
            ParserState::Done => {
                self.held.clear();
                Ok(false)
            }
        }
    }

    fn until_boundary(&self) -> Option<usize> {
        self.finder.find(&self.held)
    }

    /// Drops what is before a boundary and the boundary itself.
    fn pass(&mut self, found: Option<usize>, next: ParserState) -> bool {
        let Some(start) = found else { return false };
        self.held.drain(..start + self.delimiter.len());
        self.state = next;
        true
    }

    fn after_boundary(&mut self) -> Result<bool, FormError> {
        // Some senders put blanks after a boundary.
        let blank = self.held.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match self.held.get(blank..blank + 2) {
            None if blank > MAX_PADDING => Err(FormError::NoParts),
            None => Ok(false),
            Some(b"--") => {
                self.state = ParserState::Done;
                Ok(true)
            }
            Some(b"\r\n") => {
                // The line's end stays: with it, a part without a header ends as others do.
                self.held.drain(..blank);
                self.state = ParserState::Headers;
                Ok(true)
            }
            Some(_) => Err(FormError::NoParts),
        }
    }

    fn headers(&mut self, events: &mut Vec<FormEvent>) -> Result<bool, FormError> {
        let Some(end) = memchr::memmem::find(&self.held, b"\r\n\r\n") else {
            return if self.held.len() > MAX_HEADERS { Err(FormError::Headers) } else { Ok(false) };
        };
        if end > MAX_HEADERS {
            return Err(FormError::Headers);
        }
        self.n_parts += 1;
        if self.n_parts > MAX_PARTS {
            return Err(FormError::TooManyParts);
        }
        let text = String::from_utf8_lossy(&self.held[..end]).into_owned();
        events.push(begin(&text).ok_or(FormError::Headers)?);
        self.held.drain(..end + 4);
        self.state = ParserState::Body;
        Ok(true)
    }
}

fn begin(headers: &str) -> Option<FormEvent> {
    let disposition = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    Some(FormEvent::Begin {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
    })
}

fn boundary(content_type: &str) -> Option<String> {
    let kind = content_type.split(';').next()?.trim();
    let boundary = parameter(content_type, "boundary")?;
    let is_fit = (1..=MAX_BOUNDARY).contains(&boundary.len()) && boundary.is_ascii();
    (kind.eq_ignore_ascii_case("multipart/form-data") && is_fit).then_some(boundary)
}

/// A parameter of a header: `name=value` or `name="value"`, where `\"` and `\\` are one character.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after);
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after.split_once(';')?.1;
    }
}

/// A value and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.trim_start().strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' if quoted[at + 1..].starts_with(['"', '\\']) => {
                value.extend(chars.next().map(|(_, escaped)| escaped));
            }
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests;
