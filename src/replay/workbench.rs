//! Servers at hand for one plan after the other: would it pass if another list were left out?

use std::collections::BTreeMap;
use std::sync::Arc;

use super::admit::{Ground, refusal};
use super::bench::{Bench, On};
use super::emit::EventSink;
use super::pool::{ServerPool, SharedServer};
use super::shared::RunSettings;
use super::trial::Trial;
use crate::diagnosis::{Evidence, diagnose};
use crate::outcome::{CaseId, Event, Found, SqlErrorKind};
use crate::plan::CasePlan;
use crate::postgres::{BackendChoice, ServerError, Supply};

/// Servers for trials. Each kind of server is started once, setup and seed state are made once, and every trial gets a copy.
pub struct Workbench {
    pool: ServerPool,
    settings: RunSettings,
    sink: EventSink,
    ground: Ground,
}

impl Workbench {
    /// No server is started yet.
    #[must_use]
    pub fn new(supply: Supply, settings: RunSettings, sink: EventSink) -> Self {
        let is_url = matches!(supply.choice(), BackendChoice::Url(_));
        let ground = if is_url { Ground::Url } else { Ground::Disposable };
        Self { pool: ServerPool::for_trials(supply, sink.clone()), settings, sink, ground }
    }

    /// Starts the server of a case, if it does not run yet, and tells that the case begins.
    ///
    /// # Errors
    ///
    /// Why the case cannot run here.
    pub async fn begin(&self, id: CaseId, case: &CasePlan) -> Result<(), ServerError> {
        let server = self.server(case).await?;
        (self.sink)(Event::CaseStarted {
            case: id,
            backend: server.server.backend.name(),
            server_version: server.server.version.clone(),
        });
        Ok(())
    }

    /// Seeds a plan and runs what is pending, on a database that is dropped again; the first thing that was found wrong.
    ///
    /// # Errors
    ///
    /// Why there is no server for it.
    pub async fn try_out(
        &self,
        id: CaseId,
        plan: &CasePlan,
    ) -> Result<Option<Box<Found>>, ServerError> {
        let server = self.server(plan).await?;
        let trial = self.bench(id, &server).try_out(plan).await;
        let found = match trial {
            Trial::Passed => None,
            Trial::Failed(found) => Some(found),
        };
        let is_lost = found.as_ref().is_some_and(|it| it.error.kind == SqlErrorKind::Lost);
        self.tidy(plan, &server, is_lost).await;
        Ok(found)
    }

    /// Adds cause and culprits to what a trial of this plan found, and gives what the failing statement met.
    ///
    /// # Errors
    ///
    /// Why there is no server for it.
    pub async fn explain(
        &self,
        id: CaseId,
        plan: &CasePlan,
        found: &mut Found,
    ) -> Result<Evidence, ServerError> {
        let server = self.server(plan).await?;
        let evidence = self.bench(id, &server).look_again(plan, found).await;
        self.tidy(plan, &server, false).await;
        if let Some(diagnosis) = diagnose(plan, found, &evidence) {
            diagnosis.tell(found);
        }
        Ok(evidence)
    }

    /// The extensions that the server of a plan offers, with the version it would create.
    ///
    /// # Errors
    ///
    /// Why there is no server for it, or what it answers instead.
    pub async fn offered(
        &self,
        id: CaseId,
        plan: &CasePlan,
    ) -> Result<BTreeMap<String, String>, ServerError> {
        let server = self.server(plan).await?;
        let offered = self.bench(id, &server).run_on(&server, plan).offered().await;
        offered.map_err(|error| ServerError::Failed(error.to_string()))
    }

    /// Tells that no more plans of this case come. A server that its seed state has left marks on is stopped.
    pub async fn end(&self, case: &CasePlan) {
        if case.alone.is_some()
            && let Ok(server) = self.pool.shared(&case.group).await
        {
            self.pool.retire(&case.group).await;
            self.pool.release(&server).await;
            if self.ground == Ground::Url {
                // What cannot be dropped stays as it would after a run.
                let _dropped = server.server.drop_added_roles().await;
            }
        }
    }

    /// Stops all servers.
    pub async fn close(&self) {
        self.pool.stop_all().await;
    }

    async fn server(&self, plan: &CasePlan) -> Result<Arc<SharedServer>, ServerError> {
        match refusal(plan, &self.settings, self.ground) {
            Some((_, reason)) => Err(ServerError::CannotServe(reason)),
            None => self.pool.shared(&plan.group).await,
        }
    }

    fn bench<'b>(&'b self, id: CaseId, server: &'b SharedServer) -> Bench<'b> {
        Bench { pool: &self.pool, server: On::Shared(server), case: id }
    }

    /// Roles that a trial made are dropped. Where more of the whole server was changed, the next trial gets another server;
    /// one that is not ours stays as it is.
    async fn tidy(&self, plan: &CasePlan, server: &Arc<SharedServer>, is_lost: bool) {
        if self.ground == Ground::Url && plan.alone.is_none() {
            return;
        }
        let is_clean = !is_lost && server.take_back().await.is_ok_and(|left| left.is_empty());
        if !is_clean && self.ground == Ground::Disposable {
            self.pool.retire(&plan.group).await;
            self.pool.release(server).await;
        }
    }
}
