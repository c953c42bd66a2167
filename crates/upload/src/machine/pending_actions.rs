use std::collections::VecDeque;

use crate::http::RequestId;

/// What the host has still to do, besides sending and reading.
#[derive(Clone, Debug, Default)]
pub(super) struct PendingActions {
    aborted: VecDeque<RequestId>,
    checkpoint: CheckpointTask,
    /// When the host will call [`Upload::on_timer`](super::Upload::on_timer), on the upload's own clock.
    alarm: Option<u64>,
}

/// What the host has to do with its copy of the checkpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CheckpointTask {
    #[default]
    Nothing,
    Save,
    Delete,
}

impl PendingActions {
    pub(super) fn abort(&mut self, id: RequestId) {
        self.aborted.push_back(id);
    }

    pub(super) fn save_checkpoint(&mut self) {
        self.checkpoint = CheckpointTask::Save;
    }

    pub(super) fn delete_checkpoint(&mut self) {
        self.checkpoint = CheckpointTask::Delete;
    }

    pub(super) fn take_aborted(&mut self) -> Option<RequestId> {
        self.aborted.pop_front()
    }

    pub(super) fn take_checkpoint_task(&mut self) -> CheckpointTask {
        std::mem::take(&mut self.checkpoint)
    }

    /// The alarm has rung.
    pub(super) fn clear_alarm(&mut self) {
        self.alarm = None;
    }

    /// Sets the alarm, unless one rings early enough. True if the host needs a new alarm.
    ///
    /// Bytes in flight put a stall off again and again. An alarm that rings too early is answered with the right one,
    /// which is cheaper than setting it anew with every byte.
    pub(super) fn set_alarm(&mut self, alarm: Option<u64>) -> bool {
        let is_set = self.alarm.is_some_and(|set| alarm.is_none_or(|alarm| set <= alarm));
        if !is_set {
            self.alarm = alarm;
        }
        !is_set
    }
}
