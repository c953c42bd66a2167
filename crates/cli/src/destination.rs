//! Who gets a release: looked up before anything is sent, and told of it at the end.

use protocol::{AddGroupRequest, AddStoreRequest, AddTesterRequest, DestinationKind, Group, Store, route};
use serde::Serialize;
use serde::de::IgnoredAny;

use crate::args::{AppSlug, DestinationArgs};
use crate::service::Service;
use crate::trouble::{Exit, Trouble};

/// One that exists, or an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Destination {
    /// What kind.
    #[serde(rename = "type")]
    pub(crate) kind: DestinationKind,
    /// The group's or store's name, or the address.
    pub(crate) name: String,
    /// The group's or store's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// All of a command, and how the release is given to them.
#[derive(Debug)]
pub(crate) struct Destinations {
    to: Vec<Destination>,
    mandatory_update: bool,
    notify_testers: bool,
}

impl Destinations {
    /// Looks up what the command names: an upload for nobody would be in vain.
    pub(crate) async fn look_up(
        service: &Service,
        app: &AppSlug,
        args: &DestinationArgs,
        stores: &[String],
    ) -> Result<Self, Trouble> {
        let mut to = Vec::new();
        for name in &args.groups {
            let group: Group = one(service, app, Place::GROUP, name.trim()).await?;
            to.push(Destination { kind: DestinationKind::Group, name: group.name, id: Some(group.id) });
        }
        for name in stores {
            let store: Store = one(service, app, Place::STORE, name.trim()).await?;
            to.push(Destination { kind: DestinationKind::Store, name: store.name, id: Some(store.id) });
        }
        // Whoever gets a release is a tester from then on.
        to.extend(args.testers.iter().map(|email| Destination {
            kind: DestinationKind::Tester,
            name: email.clone(),
            id: None,
        }));
        let mut once: Vec<Destination> = Vec::new();
        for destination in to {
            if !once.contains(&destination) {
                once.push(destination);
            }
        }
        Ok(Self { to: once, mandatory_update: args.mandatory, notify_testers: !args.silent })
    }

    /// Gives them the release, one after the other. What has it already gets it once.
    /// If that fails, `again` says how the rest get it.
    pub(crate) async fn give(
        &self,
        service: &Service,
        app: &AppSlug,
        release: i64,
        again: &'static str,
    ) -> Result<(), Trouble> {
        for (n_given, destination) in self.to.iter().enumerate() {
            self.give_one(service, app, release, destination).await.map_err(|trouble| Trouble {
                message: format!(
                    "release {release} is made and was given to {n_given} of {}, but not to {}: {}",
                    self.to.len(),
                    destination.name,
                    trouble.message
                ),
                fix: again.to_owned(),
                ..trouble
            })?;
        }
        Ok(())
    }

    async fn give_one(
        &self,
        service: &Service,
        app: &AppSlug,
        release: i64,
        to: &Destination,
    ) -> Result<IgnoredAny, Trouble> {
        let Self { mandatory_update, notify_testers, .. } = *self;
        let path = |template| route::path(template, &[&app.owner, &app.app, &release.to_string()]);
        let id = to.id.clone().unwrap_or_default();
        match to.kind {
            DestinationKind::Group => {
                let request = AddGroupRequest { id, mandatory_update, notify_testers };
                service.post(&path(route::RELEASE_GROUPS), &request).await
            }
            DestinationKind::Tester => {
                let request = AddTesterRequest { email: to.name.clone(), mandatory_update, notify_testers };
                service.post(&path(route::RELEASE_TESTERS), &request).await
            }
            DestinationKind::Store => {
                service.post(&path(route::RELEASE_STORES), &AddStoreRequest { id }).await
            }
        }
    }

    /// Each of them.
    pub(crate) fn list(&self) -> &[Destination] {
        &self.to
    }

    /// Whether there is anybody who installs by a link.
    pub(crate) fn has_testers(&self) -> bool {
        self.to.iter().any(|to| to.kind != DestinationKind::Store)
    }

    /// For people, such as `group QA, tester eve@slipway.example`.
    pub(crate) fn names(&self) -> String {
        let word = |kind| match kind {
            DestinationKind::Group => "group",
            DestinationKind::Store => "store",
            DestinationKind::Tester => "tester",
        };
        let names = self.to.iter().map(|to| format!("{} {}", word(to.kind), to.name));
        names.collect::<Vec<_>>().join(", ")
    }
}

/// Where something with a name is looked up.
struct Place {
    one: &'static str,
    all: &'static str,
    word: &'static str,
}

impl Place {
    const GROUP: Self = Self { one: route::GROUP, all: route::GROUPS, word: "group" };
    const STORE: Self = Self { one: route::STORE, all: route::STORES, word: "store" };
}

async fn one<T: serde::de::DeserializeOwned>(
    service: &Service,
    app: &AppSlug,
    place: Place,
    name: &str,
) -> Result<T, Trouble> {
    match service.get(&route::path(place.one, &[&app.owner, &app.app, name])).await {
        Err(trouble) if trouble.exit == Exit::NotFound => {
            let Place { word, .. } = place;
            let message = format!("expected a {word} of {app}, got `{name}`, which is none");
            Err(Trouble::new(
                Exit::NotFound,
                "no-such-destination",
                message,
                there_are(service, app, place).await,
            ))
        }
        answer => answer,
    }
}

#[derive(serde::Deserialize)]
struct Named {
    name: String,
}

/// What could have been meant.
async fn there_are(service: &Service, app: &AppSlug, place: Place) -> String {
    let all = service.get::<Vec<Named>>(&route::path(place.all, &[&app.owner, &app.app])).await;
    let names: Vec<_> = all.unwrap_or_default().into_iter().map(|named| named.name).collect();
    match names.len() {
        0 => format!("make the {} first", place.word),
        _ => format!("there are: {}", names.join(", ")),
    }
}
