//! `gradient` in a file of its own (`GradientColor` in AOSP): the tools put there what stands inside a path.

use crate::android::drawable::broken_drawable;
use crate::android::drawable::colour::Colour;
use crate::android::drawable::compose::Composer;
use crate::android::drawable::model::{Gradient, GradientGeometry};
use crate::android::drawable::tree::{ElementIndex, Tree};
use crate::android::drawable::values::{Attribute, COLOR};
use crate::{InspectError, Miss};

const TYPE: Attribute = (0x0101_01a1, "type");
const START_COLOR: Attribute = (0x0101_019d, "startColor");
const CENTER_COLOR: Attribute = (0x0101_020b, "centerColor");
const END_COLOR: Attribute = (0x0101_019e, "endColor");
const START_X: Attribute = (0x0101_0510, "startX");
const START_Y: Attribute = (0x0101_0511, "startY");
const END_X: Attribute = (0x0101_0512, "endX");
const END_Y: Attribute = (0x0101_0513, "endY");
const CENTER_X: Attribute = (0x0101_01a2, "centerX");
const CENTER_Y: Attribute = (0x0101_01a3, "centerY");
const RADIUS: Attribute = (0x0101_01a4, "gradientRadius");
const TILE_MODE: Attribute = (0x0101_0201, "tileMode");
const OFFSET: Attribute = (0x0101_0514, "offset");

const RADIAL: i64 = 1;
const SWEEP: i64 = 2;

impl Composer<'_> {
    /// A gradient in the units of the path that has it. SVG has no sweep: it becomes its first colour.
    pub(super) fn gradient(&mut self, tree: &Tree<'_>) -> Result<Gradient, InspectError> {
        let element = tree.element(Tree::ROOT);
        let mut stops = self.stops(tree, Tree::ROOT)?;
        let kind = self.choice(element, TYPE)?;
        let mut point = |x, y| -> Result<[f64; 2], Miss> {
            Ok([self.number(element, x)?.unwrap_or(0.0), self.number(element, y)?.unwrap_or(0.0)])
        };
        let course = if kind == RADIAL {
            let centre = point(CENTER_X, CENTER_Y)?;
            GradientGeometry::Radial { centre, radius: self.number(element, RADIUS)?.unwrap_or(0.0).max(0.0) }
        } else {
            GradientGeometry::Linear { from: point(START_X, START_Y)?, to: point(END_X, END_Y)? }
        };
        if kind == SWEEP {
            stops.truncate(1);
        }
        let spread = match self.choice(element, TILE_MODE)? {
            1 => "repeat",
            2 => "reflect",
            _ => "pad",
        };
        Ok(Gradient { course, spread, stops })
    }

    /// The colours: an item each, or two or three as attributes.
    pub(super) fn stops(
        &mut self,
        tree: &Tree<'_>,
        place: ElementIndex,
    ) -> Result<Vec<(f64, Colour)>, InspectError> {
        let mut stops = Vec::new();
        for child in tree.children(place) {
            let item = tree.element(child);
            if item.name != "item" {
                continue;
            }
            self.step(0)?;
            let offset = self.number(item, OFFSET)?.unwrap_or(0.0).clamp(0.0, 1.0);
            stops.push((offset, self.colour_attribute(item, COLOR)?.unwrap_or(Colour(0))));
        }
        if !stops.is_empty() {
            return Ok(stops);
        }
        let element = tree.element(place);
        for (offset, attribute) in [(0.0, START_COLOR), (0.5, CENTER_COLOR), (1.0, END_COLOR)] {
            stops.extend(self.colour_attribute(element, attribute)?.map(|colour| (offset, colour)));
        }
        if stops.is_empty() {
            return Err(broken_drawable("expected a gradient with colours, got none"));
        }
        Ok(stops)
    }
}
