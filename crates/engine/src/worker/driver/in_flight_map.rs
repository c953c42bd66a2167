use upload::RequestId;

/// What belongs to requests in flight: never more than ten, so that looking through them is the quickest.
pub(super) struct InFlightMap<T>(Vec<(RequestId, T)>);

impl<T> Default for InFlightMap<T> {
    fn default() -> InFlightMap<T> {
        InFlightMap(Vec::new())
    }
}

impl<T> InFlightMap<T> {
    pub(super) fn insert(&mut self, id: RequestId, value: T) {
        self.0.push((id, value));
    }

    pub(super) fn remove(&mut self, id: RequestId) -> Option<T> {
        let at = self.0.iter().position(|(other, _)| *other == id)?;
        Some(self.0.swap_remove(at).1)
    }
}
