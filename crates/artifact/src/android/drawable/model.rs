//! A picture after parsing. Nothing in it is text of the package.

use std::sync::Arc;

use crate::InspectError;
use crate::android::drawable::colour::Colour;
use crate::android::drawable::path::PathData;
use crate::image::raster::Raster;

/// What drawing one element gives, from the lowest to the topmost.
pub(super) type Shapes = Result<Vec<Shape>, InspectError>;

/// A part of a picture, with what is inside it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// Parts that move, fade or are cut together.
    Group { transform: Transform, clip: Option<Outline>, opacity: f64, children: Vec<Shape> },
    /// Parts in units of their own: `size` of them fill the area, what lies outside is cut.
    Viewport { area: Area, size: [f64; 2], opacity: f64, children: Vec<Shape> },
    /// A line, filled or drawn.
    Outline { outline: Outline, fill: Fill, stroke: Option<Stroke> },
    /// A picture made of pixels, stretched to its area.
    Image { area: Area, raster: Raster, bytes: Arc<[u8]> },
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outline {
    Path(PathData),
    /// A rectangle with round corners of these radii, across and down: with the largest it is an ellipse.
    Box {
        area: Area,
        radii: [f64; 2],
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fill {
    pub(super) paint: Option<Paint>,
    /// Whether an area that is surrounded twice is outside.
    pub(super) is_even_odd: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) paint: Paint,
    pub(super) width: f64,
    /// The keyword of SVG.
    pub(super) cap: &'static str,
    /// The keyword of SVG.
    pub(super) join: &'static str,
    pub(super) miter_limit: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Paint {
    Flat(Colour),
    Gradient(Gradient),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gradient {
    pub(super) course: GradientGeometry,
    /// The keyword of SVG.
    pub(super) spread: &'static str,
    /// From 0 to 1, and the colour there; not empty.
    pub(super) stops: Vec<(f64, Colour)>,
}

/// Where a gradient's colours lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum GradientGeometry {
    /// From one point to another.
    Linear { from: [f64; 2], to: [f64; 2] },
    /// From the middle out.
    Radial { centre: [f64; 2], radius: f64 },
}

/// What a group does to its parts: they are scaled and turned about the pivot, then moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Transform {
    pub(super) pivot: [f64; 2],
    pub(super) scale: [f64; 2],
    /// In degrees, clockwise.
    pub(super) rotation: f64,
    pub(super) translation: [f64; 2],
}

impl Transform {
    pub(super) const NONE: Self =
        Self { pivot: [0.0; 2], scale: [1.0; 2], rotation: 0.0, translation: [0.0; 2] };
}

impl Area {
    /// The area without a margin of these widths: left, top, right, bottom.
    pub(super) fn without_margin(self, margin: [f64; 4]) -> Self {
        let [left, top, right, bottom] = margin;
        Self {
            x: self.x + left,
            y: self.y + top,
            width: (self.width - left - right).max(0.0),
            height: (self.height - top - bottom).max(0.0),
        }
    }

    pub(super) fn centre(self) -> [f64; 2] {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }
}

impl Paint {
    /// The paint with every colour changed.
    pub(super) fn map(self, change: impl Fn(Colour) -> Colour) -> Self {
        match self {
            Self::Flat(colour) => Self::Flat(change(colour)),
            Self::Gradient(mut gradient) => {
                for (_, colour) in &mut gradient.stops {
                    *colour = change(*colour);
                }
                Self::Gradient(gradient)
            }
        }
    }
}
