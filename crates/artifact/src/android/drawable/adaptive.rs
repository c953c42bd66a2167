//! `adaptive-icon`: two layers, of which a device shows what its mask lets through (`AdaptiveIconDrawable`).

use crate::android::drawable::broken_drawable;
use crate::android::drawable::compose::Composer;
use crate::android::drawable::model::{Outline, Shape, Shapes, Transform};
use crate::android::drawable::tree::DrawTarget;

/// How far a layer reaches over each edge of what is shown: layers have 108 units, 72 are shown.
const OVERLAP: f64 = 18.0 / 72.0;

/// Radius of the mask's corners, of its width: between the round and the square masks of devices.
const CORNER: f64 = 0.22;

impl Composer<'_> {
    /// Draws both layers behind a mask, over the target's area. The layer for themed icons is not drawn.
    pub(super) fn adaptive(&mut self, spot: DrawTarget<'_>) -> Shapes {
        let area = spot.area;
        let [across, down] = [-area.width * OVERLAP, -area.height * OVERLAP];
        let whole = area.without_margin([across, down, across, down]);
        let mut children = Vec::new();
        let mut has_foreground = false;
        for layer in ["background", "foreground"] {
            let found = spot.children().find(|child| child.element().name == layer);
            let Some(child) = found else { continue };
            match self.inner(child.over(whole)) {
                Ok(shapes) => {
                    children.extend(shapes);
                    has_foreground |= layer == "foreground";
                }
                // A colour alone does not count as an icon.
                Err(failure) if layer == "foreground" => return Err(failure),
                Err(failure) => self.leave_out(layer, failure)?,
            }
        }
        if !has_foreground && children.is_empty() {
            return Err(broken_drawable("expected an adaptive icon with layers, got none"));
        }
        let clip = Outline::Box { area, radii: [area.width * CORNER, area.height * CORNER] };
        Ok(vec![Shape::Group { transform: Transform::NONE, clip: Some(clip), opacity: 1.0, children }])
    }
}
