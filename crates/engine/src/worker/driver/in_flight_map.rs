use upload::RequestId;

/// What belongs to calls on their way: never more than ten, so that looking through them is the quickest.
pub(in crate::worker) struct InFlightMap<T>(Vec<(RequestId, T)>);

impl<T> Default for InFlightMap<T> {
    fn default() -> InFlightMap<T> {
        InFlightMap(Vec::new())
    }
}

impl<T> InFlightMap<T> {
    pub(in crate::worker) fn insert(&mut self, id: RequestId, of: T) {
        self.0.push((id, of));
    }

    pub(in crate::worker) fn remove(&mut self, id: RequestId) -> Option<T> {
        let at = self.0.iter().position(|(other, _)| *other == id)?;
        Some(self.0.swap_remove(at).1)
    }
}
