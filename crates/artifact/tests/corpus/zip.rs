//! Archives that hold no package.
