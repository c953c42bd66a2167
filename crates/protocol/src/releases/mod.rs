//! Releases on the wire.
//!
//! - `release`: a release in lists and in full, and the calls that make and change one;
//! - `destination`: the groups, testers and app stores that have it, and the calls that distribute it;
//! - `build`: the source that it was built from.

mod build;
mod destination;
mod release;

pub use build::Build;
pub use destination::{
    AddGroupRequest, AddGroupResponse, AddStoreRequest, AddTesterRequest, Destination, DestinationKind,
    DestinationName, DistributeRequest, GroupRelease, ReleaseGroup, ReleaseMetadata, ReleaseStore,
    UpdateDestinationRequest,
};
pub use release::{
    BasicRelease, CreateReleaseRequest, ProvisioningProfile, ReleaseDetails, UpdateReleaseRequest,
    UpdateReleaseResponse,
};
