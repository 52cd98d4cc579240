//! What the cases of a run have in common.

use tokio::sync::RwLock;

use super::admit::{Ground, admit};
use super::emit::EventSink;
use super::keep::Keeping;
use super::pool::ServerPool;
use crate::plan::CasePlan;
use crate::postgres::{BackendChoice, Supply};
use crate::verify::Past;

/// How a run is carried out.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// How many cases at once.
    pub jobs: usize,
    /// Whether commands of scenarios may run.
    pub allow_commands: bool,
    /// Whether a case that cannot run here is skipped and not errored.
    pub allow_skip: bool,
    /// Whether roles and the like may be made on a server that runs already.
    pub allow_server_objects: bool,
    /// Which databases stay.
    pub keeping: Keeping,
    /// What becomes of failures that were there at the base already.
    pub past: Past,
    /// The commit that is run, for reports.
    pub commit: Option<String>,
    /// Whether it is told what becomes of the schemas of populated seeds.
    pub upgrades: Upgrades,
}

/// Whether a run tells what upgrades do to schemas, see [`Event::Upgraded`](crate::outcome::Event::Upgraded).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Upgrades {
    /// It does not.
    #[default]
    Untold,
    /// It does.
    Told,
}

/// What the cases of a run have in common.
pub(super) struct Shared {
    pub(super) settings: RunSettings,
    pub(super) pool: ServerPool,
    pub(super) sink: EventSink,
    pub(super) is_url: bool,
    /// On a server that is not ours, a case that touches what belongs to the whole server runs alone.
    pub(super) server_objects: RwLock<()>,
}

impl Shared {
    /// The cases that may run here, with their positions, and what they share. The others are finished.
    pub(super) fn of(
        cases: Vec<CasePlan>,
        supply: Supply,
        settings: RunSettings,
        sink: EventSink,
    ) -> (Self, Vec<(usize, CasePlan)>) {
        let is_url = matches!(supply.choice(), BackendChoice::Url(_));
        let ground = if is_url { Ground::Url } else { Ground::Disposable };
        let cases = admit(cases, &settings, ground, &sink);
        let pool = ServerPool::new(supply, sink.clone(), &cases);
        let shared = Self { settings, pool, sink, is_url, server_objects: RwLock::new(()) };
        (shared, cases)
    }

    /// Whether failures count that were there at the base already.
    pub(super) fn past(&self) -> Past {
        self.settings.past
    }

    /// Whether nothing else may run while a case does.
    pub(super) fn runs_alone(&self, case: &CasePlan) -> bool {
        self.is_url || self.needs_own(case)
    }

    /// One more replay of a case is to come for its shared server.
    pub(super) async fn hold(&self, case: &CasePlan) {
        if !self.needs_own(case) {
            self.pool.hold(&case.group).await;
        }
    }

    /// One replay that was to come is over, or does not come.
    pub(super) async fn release(&self, case: &CasePlan) {
        if !self.needs_own(case) {
            self.pool.done(&case.group).await;
        }
    }

    /// Whether a case must not share its server. On a server that is not ours the setup's roles are
    /// nobody's own either.
    pub(super) fn needs_own(&self, case: &CasePlan) -> bool {
        case.alone.is_some() || (self.is_url && case.group.setup.is_some())
    }
}
