use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::outcome::{Event, Step};
use crate::replay::emit::Emitter;

/// The steps of a case, as they are told.
#[derive(Default)]
pub(super) struct Log {
    steps: Mutex<Vec<Step>>,
}

impl Log {
    /// An emitter that tells whoever `emitter` tells, and is listened to.
    pub(super) fn listening(self: Arc<Self>, emitter: &Emitter) -> Emitter {
        let sink = emitter.sink.clone();
        let listen = move |event: Event| {
            match &event {
                Event::StepFinished { step, .. } => self.steps().push(step.clone()),
                Event::CaseRestarted { .. } => self.steps().clear(),
                _ => {}
            }
            sink(event);
        };
        Emitter { case: emitter.case, sink: Arc::new(listen) }
    }

    fn steps(&self) -> MutexGuard<'_, Vec<Step>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The steps so far.
    pub(super) fn take(&self) -> Vec<Step> {
        std::mem::take(&mut *self.steps())
    }
}
