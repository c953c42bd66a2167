//! `vector`: much like SVG, with other names (`VectorDrawable`).

use crate::android::axml::Element;
use crate::android::drawable::broken_drawable;
use crate::android::drawable::colour::Tint;
use crate::android::drawable::compose::{Composer, UNKNOWN};
use crate::android::drawable::model::{Fill, Outline, Paint, Shape, Shapes, Stroke, Transform};
use crate::android::drawable::path::PathData;
use crate::android::drawable::tree::{DrawTarget, ElementIndex, Tree};
use crate::android::drawable::values::{ALPHA, Attribute, value};
use crate::{InspectError, Miss};

const WIDTH: Attribute = (0x0101_0159, "width");
const HEIGHT: Attribute = (0x0101_0155, "height");
const VIEWPORT_WIDTH: Attribute = (0x0101_0402, "viewportWidth");
const VIEWPORT_HEIGHT: Attribute = (0x0101_0403, "viewportHeight");
const ROTATION: Attribute = (0x0101_0326, "rotation");
const PIVOT_X: Attribute = (0x0101_01b5, "pivotX");
const PIVOT_Y: Attribute = (0x0101_01b6, "pivotY");
const SCALE_X: Attribute = (0x0101_0324, "scaleX");
const SCALE_Y: Attribute = (0x0101_0325, "scaleY");
const TRANSLATE_X: Attribute = (0x0101_045a, "translateX");
const TRANSLATE_Y: Attribute = (0x0101_045b, "translateY");
const PATH_DATA: Attribute = (0x0101_0405, "pathData");
const FILL_COLOR: Attribute = (0x0101_0404, "fillColor");
const FILL_ALPHA: Attribute = (0x0101_04cc, "fillAlpha");
const FILL_TYPE: Attribute = (0x0101_051e, "fillType");
const STROKE_COLOR: Attribute = (0x0101_0406, "strokeColor");
const STROKE_WIDTH: Attribute = (0x0101_0407, "strokeWidth");
const STROKE_ALPHA: Attribute = (0x0101_04cb, "strokeAlpha");
const STROKE_LINE_CAP: Attribute = (0x0101_040b, "strokeLineCap");
const STROKE_LINE_JOIN: Attribute = (0x0101_040c, "strokeLineJoin");
const STROKE_MITER_LIMIT: Attribute = (0x0101_040d, "strokeMiterLimit");

/// Bytes of one path's text. The tools write at most 32,767 characters.
const MAX_PATH: usize = 128 << 10;

/// Groups inside each other.
const MAX_DEPTH: u32 = 32;

impl Composer<'_> {
    /// A vector's own size.
    pub(super) fn size_of_vector(&mut self, element: &Element<'_>) -> Result<[f64; 2], Miss> {
        /// As large as a launcher's icon.
        const DEFAULT: f64 = 48.0;
        let width = self.number(element, WIDTH)?.filter(|&width| width > 0.0);
        let height = self.number(element, HEIGHT)?.filter(|&height| height > 0.0);
        Ok([width.or(height).unwrap_or(DEFAULT), height.or(width).unwrap_or(DEFAULT)])
    }

    pub(super) fn vector(&mut self, DrawTarget { tree, place, area, .. }: DrawTarget<'_>) -> Shapes {
        let element = tree.element(place);
        let size = [self.number(element, VIEWPORT_WIDTH)?, self.number(element, VIEWPORT_HEIGHT)?];
        let [Some(width), Some(height)] = size.map(|side| side.filter(|&side| side > 0.0)) else {
            return Err(broken_drawable("expected a vector with a viewport, got none"));
        };
        let opacity = self.number(element, ALPHA)?.unwrap_or(1.0);
        let tint = self.tint(element)?;
        let children = self.parts(tree, &tree.children(place), tint, 0)?;
        Ok(vec![Shape::Viewport { area, size: [width, height], opacity, children }])
    }

    /// The parts of a group. A clip path cuts those behind it: they become a group of their own.
    fn parts(
        &mut self,
        tree: &Tree<'_>,
        places: &[ElementIndex],
        tint: Option<Tint>,
        depth: u32,
    ) -> Result<Vec<Shape>, InspectError> {
        if depth > MAX_DEPTH {
            return Err(broken_drawable("expected a vector of moderate depth, got a deeper one"));
        }
        let mut shapes = Vec::new();
        for (at, &place) in places.iter().enumerate() {
            self.step(0)?;
            let element = tree.element(place);
            match element.name.as_str() {
                "path" => shapes.extend(self.path(element, tint)?),
                "group" => {
                    let transform = self.transform(element)?;
                    let children = self.parts(tree, &tree.children(place), tint, depth + 1)?;
                    shapes.push(Shape::Group { transform, clip: None, opacity: 1.0, children });
                }
                "clip-path" => {
                    let Some(path) = self.path_data(element)? else { continue };
                    let behind = places.get(at + 1..).unwrap_or_default();
                    let children = self.parts(tree, behind, tint, depth + 1)?;
                    let clip = Some(Outline::Path(path));
                    shapes.push(Shape::Group { transform: Transform::NONE, clip, opacity: 1.0, children });
                    break;
                }
                _ => {}
            }
        }
        Ok(shapes)
    }

    fn path(&mut self, element: &Element<'_>, tint: Option<Tint>) -> Result<Option<Shape>, InspectError> {
        let Some(path) = self.path_data(element)? else { return Ok(None) };
        let paint = self.paint_of(element, FILL_COLOR, FILL_ALPHA, tint)?;
        let fill = Fill { paint, is_even_odd: self.choice(element, FILL_TYPE)? == 1 };
        let stroke = self.stroke(element, tint)?;
        let is_seen = fill.paint.is_some() || stroke.is_some();
        Ok(is_seen.then_some(Shape::Outline { outline: Outline::Path(path), fill, stroke }))
    }

    fn stroke(&mut self, element: &Element<'_>, tint: Option<Tint>) -> Result<Option<Stroke>, InspectError> {
        let width = self.number(element, STROKE_WIDTH)?.unwrap_or(0.0);
        if width <= 0.0 {
            return Ok(None);
        }
        let Some(paint) = self.paint_of(element, STROKE_COLOR, STROKE_ALPHA, tint)? else { return Ok(None) };
        let cap = match self.choice(element, STROKE_LINE_CAP)? {
            1 => "round",
            2 => "square",
            _ => "butt",
        };
        let join = match self.choice(element, STROKE_LINE_JOIN)? {
            1 => "round",
            2 => "bevel",
            _ => "miter",
        };
        let miter_limit = self.number(element, STROKE_MITER_LIMIT)?.unwrap_or(4.0).max(1.0);
        Ok(Some(Stroke { paint, width, cap, join, miter_limit }))
    }

    /// A paint with its own opacity and the vector's tint. A theme's colour cannot be known: it is black.
    fn paint_of(
        &mut self,
        element: &Element<'_>,
        colour: Attribute,
        opacity: Attribute,
        tint: Option<Tint>,
    ) -> Result<Option<Paint>, InspectError> {
        let Some(value) = value(element, colour) else { return Ok(None) };
        let paint = self.paint(&value)?.unwrap_or(Paint::Flat(UNKNOWN));
        let opacity = self.number(element, opacity)?.unwrap_or(1.0);
        let paint = paint.map(|colour| colour.with_opacity(opacity).with_tint(tint));
        Ok(Some(paint).filter(|paint| !matches!(paint, Paint::Flat(colour) if colour.opacity() == 0.0)))
    }

    fn transform(&mut self, element: &Element<'_>) -> Result<Transform, Miss> {
        let mut number = |attribute, default: f64| -> Result<f64, Miss> {
            Ok(self.number(element, attribute)?.unwrap_or(default))
        };
        Ok(Transform {
            pivot: [number(PIVOT_X, 0.0)?, number(PIVOT_Y, 0.0)?],
            scale: [number(SCALE_X, 1.0)?, number(SCALE_Y, 1.0)?],
            rotation: number(ROTATION, 0.0)?,
            translation: [number(TRANSLATE_X, 0.0)?, number(TRANSLATE_Y, 0.0)?],
        })
    }

    /// An element's path, or `None` if it has none or an empty one.
    fn path_data(&mut self, element: &Element<'_>) -> Result<Option<PathData>, InspectError> {
        let (id, name) = PATH_DATA;
        let Some(text) = element.long_text(id, name, MAX_PATH) else { return Ok(None) };
        self.use_path(text.len())?;
        let path = PathData::parse(&text)
            .ok_or_else(|| broken_drawable("expected path data, got something else"))?;
        Ok(Some(path).filter(|path| !path.is_empty()))
    }
}
