//! Which of a resource's values is drawn.

use crate::android::arsc::{Choice, Config};
use crate::android::drawable::DrawableSource;
use crate::android::value::Value;
use crate::limits::MAX_ICON;

/// Bytes above which an icon is taken only if there is no smaller one: lists need no more.
const PREFERRED_SIZE: u64 = 160 << 10;

/// Dots per inch at the most: denser pictures are meant for other things than icons.
const DENSEST: u16 = 640;

/// A file that a resource may stand for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) path: String,
    pub(super) config: Config,
    /// Bytes in the package.
    pub(super) size: u64,
}

impl Candidate {
    /// Those of these values that are files of the package and not too large.
    pub(super) fn all(choices: &[Choice], resources: &dyn DrawableSource) -> Vec<Self> {
        let files = choices.iter().filter_map(|choice| match &choice.value {
            Value::Text(path) => Some((path, &choice.config)),
            _ => None,
        });
        let files: Vec<_> = files.collect();
        if files.is_empty() {
            return Vec::new();
        }
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        let sizes = resources.sizes(&paths);
        let found = files.into_iter().zip(sizes).filter_map(|((path, config), size)| {
            let size = size.filter(|&size| size <= MAX_ICON)?;
            Some(Self { path: path.clone(), config: config.clone(), size })
        });
        found.collect()
    }

    pub(super) fn is_xml(&self) -> bool {
        self.has_ending(".xml")
    }

    /// A nine-patch picture, whose edge has marks that must not show.
    fn is_nine_patch(&self) -> bool {
        self.has_ending(".9.png") || self.has_ending(".9.webp")
    }

    fn has_ending(&self, ending: &str) -> bool {
        let from = self.path.len().saturating_sub(ending.len());
        self.path.as_bytes()[from..].eq_ignore_ascii_case(ending.as_bytes())
    }

    /// Dots per inch that a picture of this density has.
    pub(super) fn density(&self) -> u16 {
        match self.config.density {
            0 | Config::ANY_DENSITY | Config::NO_DENSITY => 160,
            density => density,
        }
    }

    /// Sorts pixels before XML, as an icon wants them, and the best of both first.
    fn order_of_icon(&self) -> u64 {
        u64::from(self.is_xml()) << 60 | self.order()
    }

    /// Sorts as Android chooses layers: XML for any density, pixels, other XML.
    fn order_of_layer(&self) -> u64 {
        let is_any = self.config.density == Config::ANY_DENSITY;
        let group = if self.is_xml() { if is_any { 0 } else { 2 } } else { 1 };
        group << 60 | self.order()
    }

    /// Sorts what suits most devices first, then what is dense, then what is new.
    fn order(&self) -> u64 {
        let density = match self.config.density {
            0 => 160,
            density if density > DENSEST => 0,
            density => density,
        };
        let is_special = self.config.is_special || self.config.locale.is_some();
        let flags = [self.is_nine_patch(), is_special, self.size > PREFERRED_SIZE];
        let flags = flags.into_iter().fold(0, |flags, flag| flags << 1 | u64::from(flag));
        flags << 40 | u64::from(DENSEST - density) << 16 | u64::from(u16::MAX - self.config.sdk)
    }
}

/// What candidates are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Icon,
    Layer,
}

/// Takes the best candidate out of some. There are few: sorting them would cost a browser more than it saves.
pub(super) fn take_best(candidates: &mut Vec<Candidate>, role: Role) -> Option<Candidate> {
    let order = |candidate: &Candidate| match role {
        Role::Icon => candidate.order_of_icon(),
        Role::Layer => candidate.order_of_layer(),
    };
    let (best, _) = candidates.iter().enumerate().min_by_key(|(_, candidate)| order(candidate))?;
    Some(candidates.remove(best))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(path: &str, density: u16, sdk: u16, size: u64) -> Candidate {
        Candidate { path: path.to_owned(), config: Config { density, sdk, ..Config::default() }, size }
    }

    fn order(mut candidates: Vec<Candidate>, role: Role) -> Vec<String> {
        std::iter::from_fn(|| take_best(&mut candidates, role)).map(|candidate| candidate.path).collect()
    }

    #[test]
    fn the_densest_pixels_that_are_no_burden_come_first() {
        let candidates = [
            candidate("a.xml", Config::ANY_DENSITY, 26, 500),
            candidate("nodpi.png", Config::NO_DENSITY, 4, 500),
            candidate("x.9.png", 640, 4, 500),
            candidate("mdpi.png", 160, 4, 500),
            candidate("huge.png", 640, 4, 1 << 20),
            candidate("xxhdpi.webp", 480, 4, 500),
            candidate("hdpi.png", 240, 4, 500),
        ];
        let order: Vec<_> = order(candidates.to_vec(), Role::Icon);
        let expected = ["xxhdpi.webp", "hdpi.png", "mdpi.png", "nodpi.png", "huge.png", "x.9.png", "a.xml"];
        assert_eq!(order, expected);
    }

    #[test]
    fn a_layer_is_drawn_for_any_density_first() {
        let candidates = [
            candidate("plain.xml", 0, 0, 500),
            candidate("any.xml", Config::ANY_DENSITY, 24, 500),
            candidate("mdpi.png", 160, 4, 500),
        ];
        assert_eq!(order(candidates.to_vec(), Role::Layer), ["any.xml", "mdpi.png", "plain.xml"]);
    }
}
