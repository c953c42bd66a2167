//! Who gets a release: looked up before the upload; the release is distributed to them at the end.

use protocol::{AddGroupRequest, AddStoreRequest, AddTesterRequest, DestinationKind, Group, Store, route};
use serde::Serialize;
use serde::de::IgnoredAny;

use crate::api::ApiClient;
use crate::args::{AppSlug, DestinationArgs};
use crate::error::{CliError, ExitReason};

/// A group or store that exists, or a tester's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Destination {
    /// Group, store or tester.
    #[serde(rename = "type")]
    pub(crate) kind: DestinationKind,
    /// The group's or store's name, or the address.
    pub(crate) name: String,
    /// The group's or store's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// All destinations of a command, and how the release is distributed to them.
#[derive(Debug)]
pub(crate) struct Destinations {
    destinations: Vec<Destination>,
    mandatory_update: bool,
    notify_testers: bool,
}

impl Destinations {
    /// Looks up what the command names, so that a name that does not exist ends the command before the upload.
    pub(crate) async fn look_up(
        client: &ApiClient,
        app: &AppSlug,
        args: &DestinationArgs,
        stores: &[String],
    ) -> Result<Self, CliError> {
        let mut named = Vec::new();
        for name in &args.groups {
            let group: Group = look_up_one(client, app, DestinationRoutes::GROUP, name.trim()).await?;
            named.push(Destination { kind: DestinationKind::Group, name: group.name, id: Some(group.id) });
        }
        for name in stores {
            let store: Store = look_up_one(client, app, DestinationRoutes::STORE, name.trim()).await?;
            named.push(Destination { kind: DestinationKind::Store, name: store.name, id: Some(store.id) });
        }
        // Testers need no look-up: an address that gets a release is a tester from then on.
        named.extend(args.testers.iter().map(|email| Destination {
            kind: DestinationKind::Tester,
            name: email.clone(),
            id: None,
        }));
        let mut destinations: Vec<Destination> = Vec::new();
        for destination in named {
            if !destinations.contains(&destination) {
                destinations.push(destination);
            }
        }
        Ok(Self { destinations, mandatory_update: args.mandatory, notify_testers: !args.silent })
    }

    /// Distributes the release to one destination after the other. One that has it already keeps it.
    /// `fix` is that of the error if one fails: how the rest get the release.
    pub(super) async fn distribute(
        &self,
        client: &ApiClient,
        app: &AppSlug,
        release: i64,
        fix: &'static str,
    ) -> Result<(), CliError> {
        for (n_done, destination) in self.destinations.iter().enumerate() {
            self.distribute_to(client, app, release, destination).await.map_err(|error| CliError {
                title: "Release not fully distributed".to_owned(),
                message: format!(
                    "release {release} exists and was distributed to {n_done} of {} destinations, but not to {}: {}",
                    self.destinations.len(),
                    destination.name,
                    error.message
                ),
                fix: fix.to_owned(),
                ..error
            })?;
        }
        Ok(())
    }

    async fn distribute_to(
        &self,
        client: &ApiClient,
        app: &AppSlug,
        release: i64,
        destination: &Destination,
    ) -> Result<IgnoredAny, CliError> {
        let Self { mandatory_update, notify_testers, .. } = *self;
        let path = |template| route::path(template, &[&app.owner, &app.app, &release.to_string()]);
        let id = destination.id.clone().unwrap_or_default();
        match destination.kind {
            DestinationKind::Group => {
                let request = AddGroupRequest { id, mandatory_update, notify_testers };
                client.post(&path(route::RELEASE_GROUPS), &request).await
            }
            DestinationKind::Tester => {
                let request =
                    AddTesterRequest { email: destination.name.clone(), mandatory_update, notify_testers };
                client.post(&path(route::RELEASE_TESTERS), &request).await
            }
            DestinationKind::Store => {
                client.post(&path(route::RELEASE_STORES), &AddStoreRequest { id }).await
            }
        }
    }

    /// All of them.
    pub(super) fn list(&self) -> &[Destination] {
        &self.destinations
    }

    /// Whether people get the release, who install it by a link, and not only stores.
    pub(super) fn has_testers(&self) -> bool {
        self.destinations.iter().any(|to| to.kind != DestinationKind::Store)
    }

    /// A list for people, such as `group QA, tester eve@slipway.example`.
    pub(super) fn describe(&self) -> String {
        let noun = |kind| match kind {
            DestinationKind::Group => "group",
            DestinationKind::Store => "store",
            DestinationKind::Tester => "tester",
        };
        let names = self.destinations.iter().map(|to| format!("{} {}", noun(to.kind), to.name));
        names.collect::<Vec<_>>().join(", ")
    }
}

/// A kind of destination that has a name, and its routes.
struct DestinationRoutes {
    item_route: &'static str,
    list_route: &'static str,
    noun: &'static str,
}

impl DestinationRoutes {
    const GROUP: Self = Self { item_route: route::GROUP, list_route: route::GROUPS, noun: "group" };
    const STORE: Self = Self { item_route: route::STORE, list_route: route::STORES, noun: "store" };
}

async fn look_up_one<T: serde::de::DeserializeOwned>(
    client: &ApiClient,
    app: &AppSlug,
    kind: DestinationRoutes,
    name: &str,
) -> Result<T, CliError> {
    match client.get(&route::path(kind.item_route, &[&app.owner, &app.app, name])).await {
        Err(error) if error.exit == ExitReason::NotFound => {
            let DestinationRoutes { noun, .. } = kind;
            let (title, message) = (format!("No such {noun}"), format!("{app} has no {noun} `{name}`"));
            let fix = existing_names(client, app, &kind).await;
            Err(CliError::new(ExitReason::NotFound, "no-such-destination", title, message, fix))
        }
        response => response,
    }
}

#[derive(serde::Deserialize)]
struct DestinationName {
    name: String,
}

/// A fix that names those that exist.
async fn existing_names(client: &ApiClient, app: &AppSlug, kind: &DestinationRoutes) -> String {
    let all =
        client.get::<Vec<DestinationName>>(&route::path(kind.list_route, &[&app.owner, &app.app])).await;
    let names: Vec<_> = all.unwrap_or_default().into_iter().map(|item| item.name).collect();
    match names.len() {
        0 => format!("create the {} first", kind.noun),
        _ => format!("choose one of: {}", names.join(", ")),
    }
}
