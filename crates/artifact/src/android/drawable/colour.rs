//! Colours, and how a tint changes them.

use crate::encoding::decimal;

/// A colour as Android packs it: `0xAARRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u32);

/// What a tint does with a picture under it (`PorterDuff.Mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tint {
    /// The tint, where the picture is: the usual one.
    In(Colour),
    /// Both multiplied.
    Multiply(Colour),
}

impl Colour {
    pub(super) const BLACK: Self = Self(0xff00_0000);
    pub(super) const WHITE: Self = Self(0xffff_ffff);

    /// From 0, invisible, to 1, opaque.
    pub(super) fn opacity(self) -> f64 {
        f64::from(self.0 >> 24) / 255.0
    }

    /// As CSS has it, without the opacity: `#rrggbb`.
    pub(super) fn write(self, out: &mut String) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        out.push('#');
        for shift in [20, 16, 12, 8, 4, 0] {
            out.push(char::from(DIGITS[(self.0 >> shift & 0xf) as usize]));
        }
    }

    /// As it looks under a tint.
    pub(super) fn with_tint(self, tint: Option<Tint>) -> Self {
        let channel = |colour: u32, shift: u32| colour >> shift & 0xff;
        let product = |with: u32, shift: u32| (channel(self.0, shift) * channel(with, shift) / 255) << shift;
        match tint {
            None => self,
            Some(Tint::In(tint)) => Self(product(tint.0, 24) | tint.0 & 0x00ff_ffff),
            Some(Tint::Multiply(tint)) => {
                Self([24, 16, 8, 0].into_iter().fold(0, |sum, shift| sum | product(tint.0, shift)))
            }
        }
    }

    /// Made less opaque.
    pub(super) fn with_opacity(self, opacity: f64) -> Self {
        let alpha = (f64::from(self.0 >> 24) * opacity.clamp(0.0, 1.0)).round() as u32;
        Self(alpha.min(255) << 24 | self.0 & 0x00ff_ffff)
    }

    /// Reads `#rgb`, `#argb`, `#rrggbb` or `#aarrggbb`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()))?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let doubled = |number: u32| {
            [12, 8, 4, 0].into_iter().fold(0, |sum, shift| (sum << 8) | ((number >> shift & 0xf) * 0x11))
        };
        match digits.len() {
            3 => Some(Self(0xff00_0000 | doubled(number))),
            4 => Some(Self(doubled(number))),
            6 => Some(Self(0xff00_0000 | number)),
            8 => Some(Self(number)),
            _ => None,
        }
    }

    /// One of the framework's colours that look the same everywhere (`android.R.color`).
    pub(super) fn of_framework(id: u32) -> Option<Self> {
        let rgb = match id {
            0x0106_000d => return Some(Self(0)),
            0x0106_0000 => 0xaa_aaaa,
            0x0106_000b | 0x0106_000f => 0xff_ffff,
            0x0106_000c | 0x0106_000e => 0,
            0x0106_0012 => 0x33_b5e5,
            0x0106_0013 => 0x00_99cc,
            0x0106_0014 => 0x99_cc00,
            0x0106_0015 => 0x66_9900,
            0x0106_0016 => 0xff_4444,
            0x0106_0017 => 0xcc_0000,
            0x0106_0018 => 0xff_bb33,
            0x0106_0019 => 0xff_8800,
            0x0106_001a => 0xaa_66cc,
            0x0106_001b => 0x00_ddff,
            _ => return None,
        };
        Some(Self(0xff00_0000 | rgb))
    }

    /// The opacity as an attribute, if it is not 1.
    pub(super) fn write_opacity(self, out: &mut String, attribute: &str) {
        if self.0 >> 24 < 0xff {
            out.push_str(attribute);
            out.push_str("=\"");
            decimal::write(out, self.opacity());
            out.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        let written = |text| {
            let mut out = String::new();
            let colour = Colour::parse(text)?;
            colour.write(&mut out);
            colour.write_opacity(&mut out, " a");
            Some(out)
        };
        assert_eq!(written("#a1B").as_deref(), Some("#aa11bb"));
        assert_eq!(written("#0a1b").as_deref(), Some("#aa11bb a=\"0\""));
        assert_eq!(written("#123456").as_deref(), Some("#123456"));
        assert_eq!(written("#80123456").as_deref(), Some("#123456 a=\"0.50196\""));
        for text in ["", "#", "123456", "#12345", "#+12345", "red", "#123456789", "#ééé"] {
            assert_eq!(written(text), None, "{text}");
        }
    }

    #[test]
    fn a_tint_keeps_the_picture_s_opacity() {
        let half = Colour(0x80ff_8000);
        assert_eq!(half.with_tint(None), half);
        assert_eq!(half.with_tint(Some(Tint::In(Colour(0xff12_3456)))), Colour(0x8012_3456));
        assert_eq!(half.with_tint(Some(Tint::Multiply(Colour(0xff80_ff00)))), Colour(0x8080_8000));
        assert_eq!(Colour::WHITE.with_opacity(0.5), Colour(0x80ff_ffff));
    }
}
