/// The steps that the wizard leads through, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WizardStep {
    #[default]
    Upload,
    Notes,
    Destinations,
    Review,
}

impl WizardStep {
    /// All of them.
    pub(crate) const ALL: [WizardStep; 4] =
        [WizardStep::Upload, WizardStep::Notes, WizardStep::Destinations, WizardStep::Review];

    /// For people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            WizardStep::Upload => "Upload",
            WizardStep::Notes => "Notes",
            WizardStep::Destinations => "Destinations",
            WizardStep::Review => "Review",
        }
    }

    /// The step after this one.
    pub(crate) fn after(self) -> Option<WizardStep> {
        WizardStep::ALL.into_iter().find(|step| *step > self)
    }

    /// The step before this one.
    pub(crate) fn before(self) -> Option<WizardStep> {
        WizardStep::ALL.into_iter().rev().find(|step| *step < self)
    }
}
