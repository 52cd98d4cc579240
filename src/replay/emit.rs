use std::sync::Arc;
use std::time::Duration;

use crate::migration::MigrationId;
use crate::outcome::{CaseId, Coverage, Event, Phase, Step};
use crate::plan::CasePlan;
use crate::schema::contract::ContractOutcome;

/// Where events go. Called from many tasks; must not block.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;

/// Tells the events of one case.
#[derive(Clone)]
pub(super) struct Emitter {
    pub(super) case: CaseId,
    pub(super) sink: EventSink,
}

impl Emitter {
    pub(super) fn event(&self, event: Event) {
        (self.sink)(event);
    }

    pub(super) fn working(&self, phase: Phase, what: Option<&MigrationId>) {
        self.event(Event::Working { case: self.case, phase, what: what.cloned() });
    }

    /// Tells of optional members that are missing: they fail nothing.
    pub(super) fn warn_of_optional(&self, case: &CasePlan, outcome: &ContractOutcome) {
        for missing in &outcome.warnings {
            let text = format!("{}: {missing} is missing (optional)", case.name);
            self.event(Event::Warning { text });
        }
    }

    pub(super) fn rows_generated(&self, coverage: Coverage) {
        self.event(Event::RowsGenerated { case: self.case, coverage });
    }

    pub(super) fn step(&self, step: Step) {
        self.event(Event::StepFinished { case: self.case, step });
    }
}

/// A step that is about no migration.
pub(super) fn plain_step(phase: Phase, verdict: crate::outcome::Verdict, took: Duration) -> Step {
    Step {
        phase,
        migration: None,
        file: None,
        verdict,
        reason: None,
        took,
        statements: 0,
        bodies: 0,
        output: None,
    }
}
