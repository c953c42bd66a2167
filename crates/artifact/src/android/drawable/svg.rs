//! A picture as SVG. Elements, attributes and keywords are constants here; the picture adds numbers, colours and pixels.

use crate::android::drawable::model::{
    Area, Fill, Gradient, GradientGeometry, Outline, Paint, Shape, Stroke, Transform,
};
use crate::encoding::base64;
use crate::encoding::decimal;

/// Bytes of an SVG at the most: 2 MiB. It is shown in lists.
const MAX_LEN: usize = 2 << 20;

/// Pixels of the longer side, which an SVG does not need but a page does: as many as the densest launcher icon.
const LONGER_SIDE: f64 = 192.0;

/// An SVG document, and its size in pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Svg {
    pub(super) text: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Writes the shapes, clipped to `area`, or `None` if the text is too long.
pub(super) fn write(area: Area, shapes: &[Shape]) -> Option<Svg> {
    let scale = LONGER_SIDE / area.width.max(area.height).max(f64::MIN_POSITIVE);
    let side = |length: f64| (length * scale).round().clamp(1.0, LONGER_SIDE);
    let (width, height) = (side(area.width), side(area.height));
    let mut writer = Writer { out: String::new(), n_ids: 0 };
    writer.out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\"");
    writer.attribute("width", width);
    writer.attribute("height", height);
    writer.numbers("viewBox", &[area.x, area.y, area.width, area.height]);
    writer.out.push_str(" preserveAspectRatio=\"none\">");
    writer.shapes(shapes)?;
    writer.out.push_str("</svg>");
    Some(Svg { text: writer.out, width: width as u32, height: height as u32 })
}

struct Writer {
    out: String,
    n_ids: u32,
}

impl Writer {
    /// As deep as the shapes are: their reader bounds that.
    fn shapes(&mut self, shapes: &[Shape]) -> Option<()> {
        shapes.iter().try_for_each(|shape| {
            self.shape(shape)?;
            (self.out.len() <= MAX_LEN).then_some(())
        })
    }

    fn shape(&mut self, shape: &Shape) -> Option<()> {
        match shape {
            Shape::Group { transform, clip, opacity, children } => {
                let clip = clip.as_ref().map(|clip| self.clip(clip));
                self.out.push_str("<g");
                self.transform(transform);
                self.opacity(*opacity);
                if let Some(id) = clip {
                    self.link("clip-path", 'c', id);
                }
                self.out.push('>');
                self.shapes(children)?;
                self.out.push_str("</g>");
            }
            Shape::Viewport { area, size, opacity, children } => {
                self.out.push_str("<svg");
                self.area(*area);
                self.numbers("viewBox", &[0.0, 0.0, size[0], size[1]]);
                self.out.push_str(" preserveAspectRatio=\"none\"");
                self.opacity(*opacity);
                self.out.push('>');
                self.shapes(children)?;
                self.out.push_str("</svg>");
            }
            Shape::Outline { outline, fill, stroke } => self.outline(outline, fill, stroke.as_ref()),
            Shape::Image { area, raster, bytes } => {
                self.out.push_str("<image");
                self.area(*area);
                self.out.push_str(" preserveAspectRatio=\"none\" href=\"data:");
                self.out.push_str(raster.media_type);
                self.out.push_str(";base64,");
                base64::encode_into(&mut self.out, bytes);
                self.out.push_str("\"/>");
            }
        }
        Some(())
    }

    fn outline(&mut self, outline: &Outline, fill: &Fill, stroke: Option<&Stroke>) {
        let fill_id = fill.paint.as_ref().and_then(|paint| self.define(paint));
        let stroke_id = stroke.and_then(|stroke| self.define(&stroke.paint));
        self.begin(outline);
        match &fill.paint {
            None => self.out.push_str(" fill=\"none\""),
            Some(paint) => self.paint("fill", " fill-opacity", paint, fill_id),
        }
        if fill.is_even_odd {
            self.out.push_str(" fill-rule=\"evenodd\"");
        }
        if let Some(stroke) = stroke {
            self.paint("stroke", " stroke-opacity", &stroke.paint, stroke_id);
            self.attribute("stroke-width", stroke.width);
            self.word("stroke-linecap", stroke.cap, "butt");
            self.word("stroke-linejoin", stroke.join, "miter");
            self.attribute("stroke-miterlimit", stroke.miter_limit);
        }
        self.out.push_str("/>");
    }

    /// The beginning of an element that has the outline's form.
    fn begin(&mut self, outline: &Outline) {
        match outline {
            Outline::Path(path) => {
                self.out.push_str("<path d=\"");
                self.out.push_str(path.as_str());
                self.out.push('"');
            }
            Outline::Box { area, radii } => {
                self.out.push_str("<rect");
                self.area(*area);
                if *radii != [0.0; 2] {
                    self.attribute("rx", radii[0]);
                    self.attribute("ry", radii[1]);
                }
            }
        }
    }

    fn clip(&mut self, outline: &Outline) -> u32 {
        let id = self.new_id();
        self.out.push_str("<clipPath");
        self.id('c', id);
        self.out.push('>');
        self.begin(outline);
        self.out.push_str("/></clipPath>");
        id
    }

    /// Writes a gradient and gives its id. A flat colour needs none.
    fn define(&mut self, paint: &Paint) -> Option<u32> {
        let Paint::Gradient(Gradient { course, spread, stops }) = paint else { return None };
        let id = self.new_id();
        let name = match course {
            GradientGeometry::Linear { .. } => "linearGradient",
            GradientGeometry::Radial { .. } => "radialGradient",
        };
        self.out.push('<');
        self.out.push_str(name);
        self.id('g', id);
        self.out.push_str(" gradientUnits=\"userSpaceOnUse\"");
        match course {
            GradientGeometry::Linear { from, to } => {
                for (name, value) in [("x1", from[0]), ("y1", from[1]), ("x2", to[0]), ("y2", to[1])] {
                    self.attribute(name, value);
                }
            }
            GradientGeometry::Radial { centre, radius } => {
                for (name, value) in [("cx", centre[0]), ("cy", centre[1]), ("r", *radius)] {
                    self.attribute(name, value);
                }
            }
        }
        self.word("spreadMethod", spread, "pad");
        self.out.push('>');
        for (offset, colour) in stops {
            self.out.push_str("<stop");
            self.attribute("offset", *offset);
            self.out.push_str(" stop-color=\"");
            colour.write(&mut self.out);
            self.out.push('"');
            colour.write_opacity(&mut self.out, " stop-opacity");
            self.out.push_str("/>");
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Some(id)
    }

    fn paint(&mut self, name: &str, opacity: &str, paint: &Paint, id: Option<u32>) {
        match (paint, id) {
            (Paint::Flat(colour), _) => {
                self.out.push(' ');
                self.out.push_str(name);
                self.out.push_str("=\"");
                colour.write(&mut self.out);
                self.out.push('"');
                colour.write_opacity(&mut self.out, opacity);
            }
            (Paint::Gradient(_), Some(id)) => self.link(name, 'g', id),
            (Paint::Gradient(_), None) => {}
        }
    }

    fn transform(&mut self, transform: &Transform) {
        if *transform == Transform::NONE {
            return;
        }
        let Transform { pivot, scale, rotation, translation } = transform;
        self.out.push_str(" transform=\"");
        self.call("translate", &[translation[0] + pivot[0], translation[1] + pivot[1]]);
        self.call("rotate", &[*rotation]);
        self.call("scale", scale);
        self.call("translate", &[-pivot[0], -pivot[1]]);
        self.out.push('"');
    }

    fn call(&mut self, name: &str, arguments: &[f64]) {
        self.out.push_str(name);
        self.out.push('(');
        self.list(arguments);
        self.out.push(')');
    }

    fn opacity(&mut self, opacity: f64) {
        if opacity < 1.0 {
            self.attribute("opacity", opacity.max(0.0));
        }
    }

    fn area(&mut self, area: Area) {
        for (name, value) in [("x", area.x), ("y", area.y), ("width", area.width), ("height", area.height)] {
            self.attribute(name, value);
        }
    }

    fn attribute(&mut self, name: &str, value: f64) {
        self.numbers(name, &[value]);
    }

    fn numbers(&mut self, name: &str, values: &[f64]) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.list(values);
        self.out.push('"');
    }

    fn list(&mut self, values: &[f64]) {
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.out.push(' ');
            }
            decimal::write(&mut self.out, *value);
        }
    }

    /// A keyword of SVG, unless it is SVG's default.
    fn word(&mut self, name: &str, word: &'static str, default: &str) {
        if word != default {
            for part in [" ", name, "=\"", word, "\""] {
                self.out.push_str(part);
            }
        }
    }

    fn new_id(&mut self) -> u32 {
        self.n_ids += 1;
        self.n_ids
    }

    fn id(&mut self, kind: char, id: u32) {
        self.out.push_str(" id=\"");
        self.out.push(kind);
        self.out.push_str(&id.to_string());
        self.out.push('"');
    }

    fn link(&mut self, name: &str, kind: char, id: u32) {
        for part in [" ", name, "=\"url(#"] {
            self.out.push_str(part);
        }
        self.out.push(kind);
        self.out.push_str(&id.to_string());
        self.out.push_str(")\"");
    }
}
