//! Files inside Android packages.
//!
//! `AndroidManifest.xml` is read by [`manifest`], from binary XML ([`axml`], in an apk) or from protocol buffers
//! ([`proto`], [`proto_xml`], in an app bundle). Names and icons come from the resource table: [`arsc`], with the
//! strings of [`string_pool`] and the values of [`value`]. [`drawable`] turns an icon of layers and vectors into an SVG.

pub(crate) mod arsc;
pub(crate) mod axml;
pub(crate) mod drawable;
pub(crate) mod manifest;
pub(crate) mod proto;
pub(crate) mod proto_xml;
pub(crate) mod string_pool;
pub(crate) mod value;
