//! Android's drawables: the picture that an icon's resource stands for.
//!
//! Source: `frameworks/base/graphics/java/android/graphics/drawable` in AOSP, for what each element draws and the
//! ids of its attributes. A picture made of pixels is taken as it is. One made of XML becomes SVG.
//!
//! The SVG is written from numbers, colours and pixels only; no text of the package gets into it. The portal shows it
//! to people who are signed in, and an SVG can carry scripts, links and references to other servers. Path data that
//! was copied as text could close its attribute and add a `<script>`. So it is parsed to numbers and written again,
//! ids are counted, and pixels are embedded only after their header was recognised.

mod adaptive;
mod budget;
mod candidates;
mod colour;
mod compose;
mod gradient;
mod layers;
mod lookup;
mod model;
mod path;
mod svg;
#[cfg(test)]
mod tests;
mod tree;
mod values;
mod vector;

use std::sync::Arc;

use crate::android::arsc::Choice;
use crate::android::axml::Document;
use crate::android::value::Value;
use crate::{Icon, InspectError, Miss, Refusal};

use compose::Composer;

/// Where drawables come from: a package's table and its files.
pub(crate) trait DrawableSource {
    /// The values of the resource that a reference names, in all configurations; none if there is no such resource.
    fn choices(&mut self, reference: &Value) -> Result<Vec<Choice>, Miss>;

    /// Bytes that reading each of these files takes, or `None` where there is no file of that path.
    fn sizes(&self, paths: &[&str]) -> Vec<Option<u64>>;

    /// A whole file of at most `max` bytes.
    fn file(&mut self, path: &str, max: u64) -> Result<Arc<[u8]>, InspectError>;

    /// A file's compiled XML.
    fn document<'b>(&self, bytes: &'b [u8]) -> Document<'b>;
}

/// An icon, and what was left out of it, if anything.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DrawnIcon {
    pub(crate) icon: Icon,
    pub(crate) remark: Option<String>,
}

/// The picture of the first of these references that leads to one: pixels if there are any, the densest first, else
/// what the XML draws, else the densest pixels that the XML refers to.
///
/// # Errors
///
/// A refusal says why the first reference leads to none.
pub(crate) fn icon(
    resources: &mut dyn DrawableSource,
    references: &[Value],
) -> Result<DrawnIcon, InspectError> {
    let mut composer = Composer::new(resources);
    let mut failure = None;
    for reference in references {
        match composer.icon(reference) {
            Ok(icon) => return Ok(DrawnIcon { icon, remark: composer.remark() }),
            Err(InspectError::Miss(miss)) => return Err(miss.into()),
            Err(other) => failure = failure.or(Some(other)),
        }
    }
    if let Some(icon) = composer.fallback()? {
        let reason = failure.map(|failure| failure.to_string()).unwrap_or_default();
        let remark = format!("expected to compose the icon, got one of its layers alone: {reason}");
        return Ok(DrawnIcon { icon, remark: Some(remark) });
    }
    Err(failure.unwrap_or_else(|| Refusal::corrupt("expected an icon, got no reference to one").into()))
}

/// A drawable that is not drawn, and why.
pub(crate) fn broken_drawable(message: impl Into<String>) -> InspectError {
    Refusal::corrupt(message).into()
}
