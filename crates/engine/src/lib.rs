//! The engine: reads and uploads packages in a dedicated Web Worker.

pub mod message;
