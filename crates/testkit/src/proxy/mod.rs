//! Proxies between a client and the edge that speak HTTP.
//!
//! `faulty` reads each request as a whole and gives faults to single ones: for small packages, and for clients that
//! need `tls`. `streaming` passes bodies on as they come, so that they may have gigabytes, and can respond in the
//! server's place. Faults below HTTP come from [`FaultyNetwork`](crate::FaultyNetwork).

mod faulty;
pub mod streaming;
pub mod tls;

pub use faulty::{FaultyProxy, ProxiedRequest, RequestFault};
