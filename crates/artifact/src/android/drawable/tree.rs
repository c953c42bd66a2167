//! A compiled XML document as a tree.

use crate::android::axml::{Document, Element};
use crate::android::drawable::model::Area;
use crate::limits::MAX_DEPTH;

/// Elements of one document that are looked at. Icons have some dozens.
const MAX_ELEMENTS: usize = 4096;

/// The elements in document order.
pub(super) struct Tree<'a>(Vec<Element<'a>>);

/// An element's index in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ElementIndex(usize);

impl<'a> Tree<'a> {
    /// The index of the outermost element.
    pub(super) const ROOT: ElementIndex = ElementIndex(0);

    /// Reads a document, or `None` if it has no element, too many, or too many inside each other.
    pub(super) fn read(mut document: Document<'a>) -> Option<Self> {
        let mut elements = Vec::new();
        while let Some(element) = document.next_element() {
            if elements.len() == MAX_ELEMENTS || element.depth > MAX_DEPTH {
                return None;
            }
            elements.push(element);
        }
        (!elements.is_empty()).then_some(Self(elements))
    }

    /// The element with this index.
    pub(super) fn element(&self, place: ElementIndex) -> &Element<'a> {
        &self.0[place.0]
    }

    /// The elements directly inside.
    pub(super) fn children(&self, place: ElementIndex) -> Vec<ElementIndex> {
        let depth = self.0[place.0].depth;
        let inside = self.0[place.0 + 1..].iter().take_while(|element| element.depth > depth);
        let direct = inside.enumerate().filter(|(_, element)| element.depth == depth + 1);
        direct.map(|(at, _)| ElementIndex(place.0 + 1 + at)).collect()
    }
}

/// An element that is to be drawn, and the area where.
#[derive(Clone, Copy)]
pub(super) struct DrawTarget<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) place: ElementIndex,
    pub(super) area: Area,
    /// References and elements around it.
    pub(super) depth: u32,
}

impl<'a> DrawTarget<'a> {
    pub(super) fn element(self) -> &'a Element<'a> {
        self.tree.element(self.place)
    }

    /// The elements directly inside, over the same area.
    pub(super) fn children(self) -> impl DoubleEndedIterator<Item = Self> {
        self.tree.children(self.place).into_iter().map(move |place| Self { place, ..self })
    }

    /// The same element over another area.
    pub(super) fn over(self, area: Area) -> Self {
        Self { area, ..self }
    }
}
