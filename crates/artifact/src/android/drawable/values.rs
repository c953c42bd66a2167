//! Attributes' values: numbers, lengths, colours. References are followed.

use crate::android::arsc::Choice;
use crate::android::axml::Element;
use crate::android::drawable::colour::{Colour, Tint};
use crate::android::drawable::compose::Composer;
use crate::android::drawable::model::Paint;
use crate::android::drawable::tree::Tree;
use crate::android::value::Value;
use crate::encoding::decimal;
use crate::{InspectError, Miss};

/// References from one simple value to the next.
const MAX_REFERENCES: u32 = 8;

/// An attribute of Android's namespace: its id and its name.
pub(super) type Attribute = (u32, &'static str);

pub(super) const ALPHA: Attribute = (0x0101_031f, "alpha");
pub(super) const COLOR: Attribute = (0x0101_01a5, "color");
const TINT: Attribute = (0x0101_0121, "tint");
const TINT_MODE: Attribute = (0x0101_03fb, "tintMode");

pub(super) fn value(element: &Element<'_>, (id, name): Attribute) -> Option<Value> {
    element.attribute(id, name)
}

impl Composer<'_> {
    /// A number, or a length in units of a picture with 160 dots per inch.
    pub(super) fn number(
        &mut self,
        element: &Element<'_>,
        attribute: Attribute,
    ) -> Result<Option<f64>, Miss> {
        let Some(value) = value(element, attribute) else { return Ok(None) };
        Ok(self.resolve_simple(value)?.and_then(|value| number_of(&value)))
    }

    /// As [`number`](Self::number), with a fraction taken of `whole`.
    pub(super) fn length(
        &mut self,
        element: &Element<'_>,
        attribute: Attribute,
        whole: f64,
    ) -> Result<Option<f64>, Miss> {
        let Some(value) = value(element, attribute) else { return Ok(None) };
        Ok(match self.resolve_simple(value)? {
            Some(Value::Other(FRACTION, data)) => Some(complex(data) * whole),
            Some(value) => number_of(&value),
            None => None,
        })
    }

    /// A number of an enumeration.
    pub(super) fn choice(&mut self, element: &Element<'_>, attribute: Attribute) -> Result<i64, Miss> {
        Ok(self.number(element, attribute)?.map_or(0, |number| number as i64))
    }

    /// Follows references until a value is found, in the configuration that suits most devices.
    fn resolve_simple(&mut self, value: Value) -> Result<Option<Value>, Miss> {
        let mut value = value;
        for _ in 0..MAX_REFERENCES {
            if !matches!(value, Value::Reference(_) | Value::Named(_)) {
                return Ok(Some(value));
            }
            let choices = self.choices(&value)?;
            let Some(best) = choices.into_iter().min_by_key(order) else { return Ok(None) };
            value = best.value;
        }
        Ok(None)
    }

    /// A colour, or `None` if the value is not one. A file's colour is the one for an ordinary state.
    pub(super) fn colour(&mut self, value: &Value) -> Result<Option<Colour>, InspectError> {
        Ok(match self.paint(value)? {
            Some(Paint::Flat(colour)) => Some(colour),
            Some(Paint::Gradient(gradient)) => gradient.stops.first().map(|(_, colour)| *colour),
            None => None,
        })
    }

    /// A colour or a gradient, or `None` if the value is neither.
    pub(super) fn paint(&mut self, value: &Value) -> Result<Option<Paint>, InspectError> {
        let mut value = value.clone();
        for _ in 0..MAX_REFERENCES {
            if let Some(colour) = colour_of(&value) {
                return Ok(Some(Paint::Flat(colour)));
            }
            value = match value {
                Value::Text(path) => return self.paint_in(&path),
                reference @ (Value::Reference(_) | Value::Named(_)) => {
                    match self.choices(&reference)?.into_iter().min_by_key(order) {
                        Some(best) => best.value,
                        None => return Ok(None),
                    }
                }
                _ => return Ok(None),
            };
        }
        Ok(None)
    }

    /// The paint that a file has: a gradient, or the last colour of a list by state, which needs no state.
    fn paint_in(&mut self, path: &str) -> Result<Option<Paint>, InspectError> {
        if !path.ends_with(".xml") {
            return Ok(None);
        }
        self.step(0)?;
        let bytes = self.xml(path)?;
        let tree = self.tree(path, &bytes)?;
        match tree.element(Tree::ROOT).name.as_str() {
            "gradient" => Ok(Some(Paint::Gradient(self.gradient(&tree)?))),
            "selector" => {
                let Some(&item) = tree.children(Tree::ROOT).last() else { return Ok(None) };
                let element = tree.element(item);
                let Some(colour) = value(element, COLOR) else { return Ok(None) };
                let opacity = self.number(element, ALPHA)?.unwrap_or(1.0);
                let colour = match self.resolve_simple(colour)? {
                    Some(simple) => colour_of(&simple),
                    None => None,
                };
                Ok(colour.map(|colour| Paint::Flat(colour.with_opacity(opacity))))
            }
            _ => Ok(None),
        }
    }

    /// A colour attribute, or `None` if there is none that can be resolved.
    pub(super) fn colour_attribute(
        &mut self,
        element: &Element<'_>,
        attribute: Attribute,
    ) -> Result<Option<Colour>, InspectError> {
        match value(element, attribute) {
            Some(value) => self.colour(&value),
            None => Ok(None),
        }
    }

    /// What a drawable's tint does to it.
    pub(super) fn tint(&mut self, element: &Element<'_>) -> Result<Option<Tint>, InspectError> {
        const MULTIPLY: i64 = 14;
        const SOURCE_IN: i64 = 5;
        const SOURCE_ATOP: i64 = 9;
        let Some(colour) = self.colour_attribute(element, TINT)? else { return Ok(None) };
        let mode = self.number(element, TINT_MODE)?.map_or(SOURCE_IN, |mode| mode as i64);
        Ok(match mode {
            SOURCE_IN | SOURCE_ATOP => Some(Tint::In(colour)),
            MULTIPLY => Some(Tint::Multiply(colour)),
            // The others are not for pictures of one colour; the picture as it is comes nearer.
            _ => None,
        })
    }
}

/// Sorts values for most devices first, then those for the oldest: newer ones take colours from the wallpaper. Of files
/// it is those for the newest: the tools leave out of others what older devices do not know.
fn order(choice: &Choice) -> impl Ord + use<> {
    let config = &choice.config;
    let is_file = matches!(&choice.value, Value::Text(path) if path.ends_with(".xml"));
    let age = if is_file { u16::MAX - config.sdk } else { config.sdk };
    (config.is_special || config.locale.is_some(), is_file, age, config.density)
}

const FLOAT: u8 = 0x04;
const DIMENSION: u8 = 0x05;
const FRACTION: u8 = 0x06;

fn number_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => f64::from(*number),
        Value::Other(FLOAT, bits) => f64::from(f32::from_bits(*bits)),
        Value::Other(DIMENSION | FRACTION, data) => complex(*data),
        Value::Text(text) => decimal::parse(text)?,
        _ => return None,
    };
    (number.is_finite() && number.abs() <= decimal::MAX).then_some(number)
}

/// A mantissa of 24 bits whose point is at one of four places (`TypedValue.complexToFloat`). The unit is ignored:
/// pixels, points and the rest are the same in a picture with 160 dots per inch, nearly.
fn complex(data: u32) -> f64 {
    let mantissa = f64::from((data & 0xffff_ff00).cast_signed());
    let shift = match data >> 4 & 0x3 {
        0 => 8,
        1 => 15,
        2 => 23,
        _ => 31,
    };
    mantissa / (1_u64 << shift) as f64
}

fn colour_of(value: &Value) -> Option<Colour> {
    match value {
        Value::Other(0x1c..=0x1f, data) => Some(Colour(*data)),
        Value::Number(number) => Some(Colour(number.cast_unsigned())),
        Value::Text(text) => Colour::parse(text),
        Value::Reference(id) => Colour::of_framework(*id),
        Value::Named(name) => match name.strip_prefix("android:color/")? {
            "white" => Some(Colour::WHITE),
            "black" => Some(Colour::BLACK),
            "transparent" => Some(Colour(0)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_their_point_at_four_places() {
        // 108dp, 0.5 and 24.0 as the tools write them, and a half of a whole.
        let cases = [
            (Value::Other(DIMENSION, 0x0000_6c01), 108.0),
            (Value::Other(FLOAT, 0x3f00_0000), 0.5),
            (Value::Number(24), 24.0),
            (Value::Other(FRACTION, 0x4000_0030), 0.5),
            (Value::Text(" 2.5 ".to_owned()), 2.5),
        ];
        for (value, number) in cases {
            assert_eq!(number_of(&value), Some(number), "{value:?}");
        }
        for value in [Value::Other(FLOAT, 0x7f80_0000), Value::Text("1dp".to_owned()), Value::Bool(true)] {
            assert_eq!(number_of(&value), None, "{value:?}");
        }
    }
}
