//! From a reference to a picture, within a budget.

use std::sync::Arc;

use crate::android::arsc::Choice;
use crate::android::drawable::budget::Budget;
use crate::android::drawable::candidates::{Candidate, Role, take_best};
use crate::android::drawable::colour::Colour;
use crate::android::drawable::model::{Area, Fill, Outline, Paint, Shape, Shapes};
use crate::android::drawable::tree::{DrawTarget, Tree};
use crate::android::drawable::{DrawableSource, broken_drawable, svg};
use crate::android::value::Value;
use crate::image::raster::Raster;
use crate::limits::MAX_ICON;
use crate::{Icon, InspectError, Miss};

/// Bytes of pixels inside an SVG, where they take a third more.
const MAX_EMBEDDED: u64 = 768 << 10;

/// Draws one icon: what it has looked up, and the budget that is left.
pub(super) struct Composer<'r> {
    pub(super) resources: &'r mut dyn DrawableSource,
    /// What was looked up so far.
    pub(super) known: Vec<(Value, Vec<Choice>)>,
    /// The files that values were found to stand for.
    pub(super) found: Vec<(Value, Vec<Candidate>)>,
    /// Pictures made of pixels that were found: any is better than no icon.
    met: Vec<Candidate>,
    remark: Option<String>,
    pub(super) budget: Budget,
}

impl<'r> Composer<'r> {
    pub(super) fn new(resources: &'r mut dyn DrawableSource) -> Self {
        Self {
            resources,
            known: Vec::new(),
            found: Vec::new(),
            met: Vec::new(),
            remark: None,
            budget: Budget::WHOLE,
        }
    }

    /// What was left out.
    pub(super) fn remark(&mut self) -> Option<String> {
        self.remark.take()
    }

    /// Notes that a part is left out.
    pub(super) fn leave_out(&mut self, part: &str, failure: InspectError) -> Result<(), Miss> {
        match failure {
            InspectError::Miss(miss) => Err(miss),
            failure => {
                let remark = || format!("expected the icon's {part}, got a picture without: {failure}");
                self.remark.get_or_insert_with(remark);
                Ok(())
            }
        }
    }

    /// The picture that a reference leads to.
    pub(super) fn icon(&mut self, reference: &Value) -> Result<Icon, InspectError> {
        let mut candidates = self.candidates(reference)?;
        let mut failure = None;
        while let Some(candidate) = take_best(&mut candidates, Role::Icon) {
            match self.icon_of(&candidate) {
                Ok(icon) => return Ok(icon),
                Err(InspectError::Miss(miss)) => return Err(miss.into()),
                Err(other) => failure = failure.or(Some(other)),
            }
        }
        Err(failure.unwrap_or_else(|| {
            broken_drawable(format!(
                "expected the icon among the package's files, got none for {}",
                describe_value(reference)
            ))
        }))
    }

    /// The densest picture made of pixels that was found on the way.
    pub(super) fn fallback(&mut self) -> Result<Option<Icon>, InspectError> {
        let mut met = std::mem::take(&mut self.met);
        self.budget.keep_files(2);
        while let Some(candidate) = take_best(&mut met, Role::Icon) {
            match self.icon_of(&candidate) {
                Ok(icon) => return Ok(Some(icon)),
                Err(InspectError::Miss(miss)) => return Err(miss.into()),
                Err(_) => {}
            }
        }
        Ok(None)
    }

    fn icon_of(&mut self, candidate: &Candidate) -> Result<Icon, InspectError> {
        let bytes = self.file(&candidate.path, MAX_ICON)?;
        if let Some(Raster { media_type, width, height }) = Raster::measure(&bytes) {
            return Ok(Icon {
                media_type: media_type.to_owned(),
                width: Some(width),
                height: Some(height),
                bytes: bytes.to_vec(),
            });
        }
        let svg = self.svg(&candidate.path, &bytes)?;
        Ok(Icon {
            media_type: "image/svg+xml".to_owned(),
            width: Some(svg.width),
            height: Some(svg.height),
            bytes: svg.text.into_bytes(),
        })
    }

    fn svg(&mut self, path: &str, bytes: &[u8]) -> Result<svg::Svg, InspectError> {
        // What an adaptive icon shows of its 108 units, and what anything else takes if it does not say.
        const ADAPTIVE: f64 = 72.0;
        const OTHER: f64 = 48.0;
        let document = self.resources.document(bytes);
        let tree = Tree::read(document).ok_or_else(|| no_drawable(path))?;
        let root = tree.element(Tree::ROOT);
        let [width, height] = match root.name.as_str() {
            "adaptive-icon" => [ADAPTIVE; 2],
            "vector" => self.size_of_vector(root)?,
            _ => [OTHER; 2],
        };
        let area = Area { x: 0.0, y: 0.0, width, height };
        let shapes = self.element(DrawTarget { tree: &tree, place: Tree::ROOT, area, depth: 0 })?;
        if shapes.is_empty() {
            return Err(broken_drawable(format!("expected a picture in `{path}`, got nothing to draw")));
        }
        svg::write(area, &shapes)
            .ok_or_else(|| broken_drawable("expected an icon of moderate size, got a huge one"))
    }

    /// Draws what a value stands for: a colour, a file, or the resource that it refers to.
    pub(super) fn value(&mut self, value: &Value, area: Area, depth: u32) -> Shapes {
        if let Some(colour) = self.colour(value)? {
            return Ok(vec![filled_rectangle(area, Paint::Flat(colour))]);
        }
        let mut candidates = self.candidates(value)?;
        self.met.extend(candidates.iter().filter(|candidate| !candidate.is_xml()).cloned());
        let mut failure = None;
        while let Some(candidate) = take_best(&mut candidates, Role::Layer) {
            match self.candidate(&candidate, area, depth) {
                Ok(shapes) => return Ok(shapes),
                Err(InspectError::Miss(miss)) => return Err(miss.into()),
                Err(other) => failure = failure.or(Some(other)),
            }
        }
        Err(failure.unwrap_or_else(|| {
            broken_drawable(format!(
                "expected a drawable among the package's files, got none for {}",
                describe_value(value)
            ))
        }))
    }

    fn candidate(&mut self, candidate: &Candidate, area: Area, depth: u32) -> Shapes {
        if !candidate.is_xml() {
            let (raster, bytes) = self.pixels(candidate)?;
            return Ok(vec![Shape::Image { area, raster, bytes }]);
        }
        let bytes = self.xml(&candidate.path)?;
        let document = self.resources.document(&bytes);
        let tree = Tree::read(document).ok_or_else(|| no_drawable(&candidate.path))?;
        self.element(DrawTarget { tree: &tree, place: Tree::ROOT, area, depth: depth + 1 })
    }

    /// A picture made of pixels, small enough to be put into another.
    pub(super) fn pixels(&mut self, candidate: &Candidate) -> Result<(Raster, Arc<[u8]>), InspectError> {
        let bytes = self.file(&candidate.path, MAX_EMBEDDED)?;
        let raster = Raster::measure(&bytes).ok_or_else(|| {
            broken_drawable(format!("expected a picture in `{}`, got something else", candidate.path))
        })?;
        Ok((raster, bytes))
    }

    /// Draws an element and what is inside it.
    pub(super) fn element(&mut self, spot: DrawTarget<'_>) -> Shapes {
        self.step(spot.depth)?;
        match spot.element().name.as_str() {
            "adaptive-icon" | "maskable-icon" => self.adaptive(spot),
            "vector" => self.vector(spot),
            "bitmap" => self.bitmap(spot.element(), spot.area),
            "color" => self.flat(spot.element(), spot.area),
            "shape" => self.shape(spot),
            "inset" => self.inset(spot),
            "rotate" => self.rotate(spot),
            "layer-list" | "ripple" => self.layers(spot),
            "selector" | "animated-selector" => self.inner(spot.children().next_back().unwrap_or(spot)),
            "transition" | "level-list" | "animation-list" => {
                self.inner(spot.children().next().unwrap_or(spot))
            }
            "animated-vector" | "scale" | "clip" | "drawable" => self.inner(spot),
            other => Err(broken_drawable(format!(
                "expected a drawable, got `{}`",
                other.escape_debug().take(40).collect::<String>()
            ))),
        }
    }
}

/// A rectangle of one paint.
pub(super) fn filled_rectangle(area: Area, paint: Paint) -> Shape {
    let fill = Fill { paint: Some(paint), is_even_odd: false };
    Shape::Outline { outline: Outline::Box { area, radii: [0.0; 2] }, fill, stroke: None }
}

pub(super) fn no_drawable(path: &str) -> InspectError {
    broken_drawable(format!("expected a drawable in `{path}`, got something else"))
}

fn describe_value(value: &Value) -> String {
    match value {
        Value::Reference(id) => format!("@{id:08X}"),
        Value::Named(text) | Value::Text(text) => format!("`{text}`"),
        _ => "a value that is not a reference".to_owned(),
    }
}

/// Black, for colours that only a theme decides.
pub(super) const UNKNOWN: Colour = Colour::BLACK;
