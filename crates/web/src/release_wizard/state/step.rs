/// The steps, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    #[default]
    Upload,
    Notes,
    Destinations,
    Review,
}

impl Step {
    /// All of them.
    pub(crate) const ALL: [Step; 4] = [Step::Upload, Step::Notes, Step::Destinations, Step::Review];

    /// For people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Step::Upload => "Upload",
            Step::Notes => "Notes",
            Step::Destinations => "Destinations",
            Step::Review => "Review",
        }
    }

    /// The one behind it.
    pub(crate) fn after(self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| *step > self)
    }

    /// The one in front of it.
    pub(crate) fn before(self) -> Option<Step> {
        Step::ALL.into_iter().rev().find(|step| *step < self)
    }
}
