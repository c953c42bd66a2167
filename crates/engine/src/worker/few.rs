use upload::RequestId;

/// What belongs to calls on their way: never more than ten, so that looking through them is the quickest.
pub(super) struct Few<T>(Vec<(RequestId, T)>);

impl<T> Default for Few<T> {
    fn default() -> Few<T> {
        Few(Vec::new())
    }
}

impl<T> Few<T> {
    pub(super) fn insert(&mut self, id: RequestId, of: T) {
        self.0.push((id, of));
    }

    pub(super) fn remove(&mut self, id: RequestId) -> Option<T> {
        let at = self.0.iter().position(|(other, _)| *other == id)?;
        Some(self.0.swap_remove(at).1)
    }
}
