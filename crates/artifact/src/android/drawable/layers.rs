//! Drawables that hold others or are simple: lists of layers, insets, bitmaps, shapes.

use crate::InspectError;
use crate::android::axml::Element;
use crate::android::drawable::broken_drawable;
use crate::android::drawable::candidates::{Role, take_best};
use crate::android::drawable::compose::{Composer, filled_rectangle};
use crate::android::drawable::model::{
    Area, Fill, Gradient, GradientGeometry, Outline, Paint, Shape, Shapes, Stroke, Transform,
};
use crate::android::drawable::tree::{DrawTarget, ElementIndex, Tree};
use crate::android::drawable::values::{Attribute, COLOR, value};

const DRAWABLE: Attribute = (0x0101_0199, "drawable");
const SRC: Attribute = (0x0101_0119, "src");
const GRAVITY: Attribute = (0x0101_00af, "gravity");
const INSET: Attribute = (0x0101_04b5, "inset");
const INSETS: [Attribute; 4] = [
    (0x0101_01b7, "insetLeft"),
    (0x0101_01b9, "insetTop"),
    (0x0101_01b8, "insetRight"),
    (0x0101_01ba, "insetBottom"),
];
const SIDES: [Attribute; 4] =
    [(0x0101_01ad, "left"), (0x0101_01ae, "top"), (0x0101_01af, "right"), (0x0101_01b0, "bottom")];
const SIZE: [Attribute; 2] = [(0x0101_0159, "width"), (0x0101_0155, "height")];
const FROM_DEGREES: Attribute = (0x0101_01b3, "fromDegrees");
const SHAPE: Attribute = (0x0101_019a, "shape");
const RADIUS: Attribute = (0x0101_01a8, "radius");
const ANGLE: Attribute = (0x0101_01a0, "angle");
const TYPE: Attribute = (0x0101_01a1, "type");
const CENTER: [Attribute; 2] = [(0x0101_01a2, "centerX"), (0x0101_01a3, "centerY")];
const GRADIENT_RADIUS: Attribute = (0x0101_01a4, "gradientRadius");

/// Bits of a gravity that stretch to both sides.
const FILL: i64 = 0x77;

impl Composer<'_> {
    /// The drawable that an element refers to, or has as its first child.
    pub(super) fn inner(&mut self, spot: DrawTarget<'_>) -> Shapes {
        let depth = spot.depth + 1;
        if let Some(value) = value(spot.element(), DRAWABLE) {
            self.step(spot.depth)?;
            return self.value(&value, spot.area, depth);
        }
        match spot.children().next() {
            Some(child) => self.element(DrawTarget { depth, ..child }),
            None => Err(broken_drawable("expected a drawable inside the element, got none")),
        }
    }

    /// `layer-list`: its items one over the other.
    pub(super) fn layers(&mut self, spot: DrawTarget<'_>) -> Shapes {
        let mut shapes = Vec::new();
        for child in spot.children() {
            let margin = self.margin(child.element(), SIDES, None, spot.area)?;
            let area = self.item_area(child.element(), spot.area.without_margin(margin))?;
            shapes.extend(self.inner(child.over(area))?);
        }
        Ok(shapes)
    }

    /// An item with a size of its own is in the middle, or at the top left.
    fn item_area(&mut self, item: &Element<'_>, area: Area) -> Result<Area, InspectError> {
        const CENTER: i64 = 0x11;
        let width = self.number(item, SIZE[0])?.unwrap_or(area.width).max(0.0).min(area.width);
        let height = self.number(item, SIZE[1])?.unwrap_or(area.height).max(0.0).min(area.height);
        let gravity = self.choice(item, GRAVITY)?;
        let half = |bit: i64, left: f64| if gravity & CENTER & bit != 0 { left / 2.0 } else { 0.0 };
        let (x, y) = (area.x + half(0x01, area.width - width), area.y + half(0x10, area.height - height));
        Ok(Area { x, y, width, height })
    }

    pub(super) fn inset(&mut self, spot: DrawTarget<'_>) -> Shapes {
        let margin = self.margin(spot.element(), INSETS, Some(INSET), spot.area)?;
        self.inner(spot.over(spot.area.without_margin(margin)))
    }

    /// Left, top, right, bottom; fractions are of the area.
    fn margin(
        &mut self,
        element: &Element<'_>,
        sides: [Attribute; 4],
        all: Option<Attribute>,
        area: Area,
    ) -> Result<[f64; 4], InspectError> {
        let mut margin = [0.0; 4];
        for ((side, attribute), whole) in
            margin.iter_mut().zip(sides).zip([area.width, area.height, area.width, area.height])
        {
            let own = self.length(element, attribute, whole)?;
            *side = match (own, all) {
                (Some(own), _) => own,
                (None, Some(all)) => self.length(element, all, whole)?.unwrap_or(0.0),
                (None, None) => 0.0,
            };
        }
        Ok(margin)
    }

    /// `rotate` at its beginning, about its middle.
    pub(super) fn rotate(&mut self, spot: DrawTarget<'_>) -> Shapes {
        let rotation = self.number(spot.element(), FROM_DEGREES)?.unwrap_or(0.0);
        let children = self.inner(spot)?;
        let transform = Transform { pivot: spot.area.centre(), rotation, ..Transform::NONE };
        Ok(vec![Shape::Group { transform, clip: None, opacity: 1.0, children }])
    }

    /// `bitmap`: stretched, or in the middle as large as it is.
    pub(super) fn bitmap(&mut self, element: &Element<'_>, area: Area) -> Shapes {
        let source = value(element, SRC)
            .ok_or_else(|| broken_drawable("expected a bitmap with a source, got none"))?;
        let gravity = self.number(element, GRAVITY)?.map_or(FILL, |gravity| gravity as i64);
        let mut candidates = self.candidates(&source)?;
        candidates.retain(|candidate| !candidate.is_xml());
        let best = take_best(&mut candidates, Role::Layer)
            .ok_or_else(|| broken_drawable("expected a picture file for the bitmap, got none"))?;
        let (raster, bytes) = self.pixels(&best)?;
        let area = if gravity & FILL == FILL {
            area
        } else {
            let side = |pixels: u32| f64::from(pixels) * 160.0 / f64::from(best.density());
            let margin = [(area.width - side(raster.width)) / 2.0, (area.height - side(raster.height)) / 2.0];
            area.without_margin([margin[0], margin[1], margin[0], margin[1]])
        };
        Ok(vec![Shape::Image { area, raster, bytes }])
    }

    /// `color`.
    pub(super) fn flat(&mut self, element: &Element<'_>, area: Area) -> Shapes {
        let colour = self.colour_attribute(element, COLOR)?;
        Ok(colour.map(|colour| filled_rectangle(area, Paint::Flat(colour))).into_iter().collect())
    }

    /// `shape`: a rectangle or an ellipse. Lines and rings are for other things than icons.
    pub(super) fn shape(&mut self, DrawTarget { tree, place, area, .. }: DrawTarget<'_>) -> Shapes {
        let (mut paint, mut stroke, mut radius) = (None, None, 0.0);
        for child in tree.children(place) {
            self.step(0)?;
            let element = tree.element(child);
            match element.name.as_str() {
                "solid" => paint = self.colour_attribute(element, COLOR)?.map(Paint::Flat),
                "gradient" => paint = Some(self.shape_gradient(tree, child, area)?),
                "corners" => radius = self.number(element, RADIUS)?.unwrap_or(0.0).max(0.0),
                "stroke" => {
                    let width = self.number(element, SIZE[0])?.unwrap_or(0.0);
                    let colour = self.colour_attribute(element, COLOR)?.filter(|_| width > 0.0);
                    stroke = colour.map(|colour| Stroke {
                        paint: Paint::Flat(colour),
                        width,
                        cap: "butt",
                        join: "miter",
                        miter_limit: 4.0,
                    });
                }
                _ => {}
            }
        }
        let half = stroke.as_ref().map_or(0.0, |stroke| stroke.width / 2.0);
        let area = area.without_margin([half; 4]);
        let radii = match self.choice(tree.element(place), SHAPE)? {
            0 => [radius.min(area.width / 2.0), radius.min(area.height / 2.0)],
            1 => [area.width / 2.0, area.height / 2.0],
            _ => return Err(broken_drawable("expected a rectangle or an oval, got another shape")),
        };
        let fill = Fill { paint, is_even_odd: false };
        Ok(vec![Shape::Outline { outline: Outline::Box { area, radii }, fill, stroke }])
    }

    /// A shape's gradient, which lies across its area (`GradientDrawable`).
    fn shape_gradient(
        &mut self,
        tree: &Tree<'_>,
        place: ElementIndex,
        area: Area,
    ) -> Result<Paint, InspectError> {
        const RADIAL: i64 = 1;
        let element = tree.element(place);
        let stops = self.stops(tree, place)?;
        let course = if self.choice(element, TYPE)? == RADIAL {
            let x = self.length(element, CENTER[0], 1.0)?.unwrap_or(0.5);
            let y = self.length(element, CENTER[1], 1.0)?.unwrap_or(0.5);
            let side = area.width.min(area.height);
            let radius = self.length(element, GRADIENT_RADIUS, side)?.unwrap_or(side / 2.0).max(0.0);
            GradientGeometry::Radial { centre: [area.x + x * area.width, area.y + y * area.height], radius }
        } else {
            // Counterclockwise from left to right, in steps of 45 degrees.
            let step = self.number(element, ANGLE)?.map_or(0, |angle| (angle / 45.0).round() as i64);
            let (across, down) = match step.rem_euclid(8) {
                0 => (1.0, 0.0),
                1 => (1.0, -1.0),
                2 => (0.0, -1.0),
                3 => (-1.0, -1.0),
                4 => (-1.0, 0.0),
                5 => (-1.0, 1.0),
                6 => (0.0, 1.0),
                _ => (1.0, 1.0),
            };
            let [x, y] = area.centre();
            let half = [across * area.width / 2.0, down * area.height / 2.0];
            GradientGeometry::Linear { from: [x - half[0], y - half[1]], to: [x + half[0], y + half[1]] }
        };
        Ok(Paint::Gradient(Gradient { course, spread: "pad", stops }))
    }
}
