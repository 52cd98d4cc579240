//! Servers that cases share, and what on them is worth making once: prepared databases, and the ends of
//! fresh replays.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Mutex, OnceCell};

use super::emit::EventSink;
use crate::outcome::{Event, Found, SqlError};
use crate::plan::{CasePlan, PrepKey, ServerGroup, shared_preparations};
use crate::postgres::{Backend, BackendChoice, Database, Globals, Server, ServerError, Supply};
use crate::preflight::{Extent, Files, Offer};
use crate::schema::Catalog;

/// Something that is made once, by whoever needs it first.
type Once<T> = Arc<OnceCell<Result<T, Box<Found>>>>;

/// A server with what was made on it.
pub(super) struct SharedServer {
    pub(super) server: Server,
    templates: Mutex<HashMap<PrepKey, Once<Database>>>,
    fresh_ends: Mutex<HashMap<PrepKey, Once<Arc<Catalog>>>>,
    /// What belongs to the whole server, after a setup that changes it.
    baseline: Mutex<Globals>,
    /// What it has for files to want, once somebody asked; `None` where it does not tell.
    pub(super) offers: Mutex<BTreeMap<Extent, Option<Arc<Offer>>>>,
}

impl SharedServer {
    fn new(server: Server) -> Self {
        let baseline = Mutex::new(server.globals.clone());
        Self {
            server,
            templates: Mutex::default(),
            fresh_ends: Mutex::default(),
            baseline,
            offers: Mutex::default(),
        }
    }

    /// The slot of a prepared database.
    pub(super) async fn template(&self, key: PrepKey) -> Once<Database> {
        self.templates.lock().await.entry(key).or_default().clone()
    }

    /// The slot of a fresh replay's end.
    pub(super) async fn fresh_end(&self, key: PrepKey) -> Once<Arc<Catalog>> {
        self.fresh_ends.lock().await.entry(key).or_default().clone()
    }

    /// Drops the roles that were added since; what else is left on the whole server.
    pub(super) async fn take_back(&self) -> Result<Vec<String>, SqlError> {
        if self.strays().await?.is_empty() {
            return Ok(Vec::new());
        }
        let before = self.baseline.lock().await.clone();
        self.server.drop_roles_added_since(&before).await?;
        self.strays().await
    }

    /// Takes what is there now as the state that no case may change.
    pub(super) async fn accept_globals(&self) -> Result<(), SqlError> {
        *self.baseline.lock().await = self.server.read_globals().await?;
        Ok(())
    }

    /// What was added to the whole server since.
    pub(super) async fn strays(&self) -> Result<Vec<String>, SqlError> {
        let now = self.server.read_globals().await?;
        let baseline = self.baseline.lock().await;
        let mut changed = now.added_since(&baseline);
        changed.extend(baseline.added_since(&now));
        changed.dedup();
        Ok(changed)
    }
}

type Slot = Arc<OnceCell<Result<Arc<SharedServer>, ServerError>>>;

/// Which preparations are worth a template.
enum Worth {
    Everything,
    These(BTreeSet<(ServerGroup, PrepKey)>),
}

/// All servers of a run.
pub(super) struct ServerPool {
    supply: Supply,
    sink: EventSink,
    shared: Mutex<BTreeMap<ServerGroup, Slot>>,
    started: Mutex<Vec<Arc<SharedServer>>>,
    worth_a_template: Worth,
    compared: BTreeSet<(ServerGroup, PrepKey)>,
    /// The files of the cases, with what they want of a server.
    pub(super) files: Files,
    /// How many cases still need the group's shared server.
    open: Mutex<BTreeMap<ServerGroup, usize>>,
}

impl ServerPool {
    pub(super) fn new(supply: Supply, sink: EventSink, cases: &[(usize, CasePlan)]) -> Self {
        let cases = || cases.iter().map(|(_, case)| case);
        let mut open: BTreeMap<ServerGroup, usize> = BTreeMap::new();
        for case in cases().filter(|case| case.alone.is_none() && !case.is_known()) {
            *open.entry(case.group.clone()).or_default() += 1;
        }
        let compared = cases().filter(|case| !case.seed.is_fresh());
        Self {
            compared: compared.map(|case| (case.group.clone(), case.fresh_end_key())).collect(),
            supply,
            sink,
            shared: Mutex::default(),
            started: Mutex::default(),
            worth_a_template: Worth::These(shared_preparations(cases())),
            files: Files::default(),
            open: Mutex::new(open),
        }
    }

    /// Servers for plans that are tried one after the other: whatever comes before the replay is prepared once.
    pub(super) fn for_trials(supply: Supply, sink: EventSink) -> Self {
        Self {
            supply,
            sink,
            shared: Mutex::default(),
            started: Mutex::default(),
            worth_a_template: Worth::Everything,
            files: Files::default(),
            compared: BTreeSet::new(),
            open: Mutex::default(),
        }
    }

    /// The server that the group's cases share; started when first asked for.
    pub(super) async fn shared(
        &self,
        group: &ServerGroup,
    ) -> Result<Arc<SharedServer>, ServerError> {
        let slot = self.shared.lock().await.entry(group.clone()).or_default().clone();
        slot.get_or_init(|| self.start(group)).await.clone()
    }

    /// A server that nobody else uses.
    pub(super) async fn own(&self, group: &ServerGroup) -> Result<Arc<SharedServer>, ServerError> {
        self.start(group).await
    }

    /// Forgets a server that a case has left marks on; cases that are on it finish there.
    pub(super) async fn retire(&self, group: &ServerGroup) {
        self.shared.lock().await.remove(group);
    }

    /// Whether a case is still to come for the group's shared server.
    pub(super) async fn is_needed(&self, group: &ServerGroup) -> bool {
        self.open.lock().await.get(group).is_some_and(|open| *open > 0)
    }

    /// Notes that one more replay is to come for the group's shared server.
    pub(super) async fn hold(&self, group: &ServerGroup) {
        *self.open.lock().await.entry(group.clone()).or_default() += 1;
    }

    /// Notes that a case is over; a server that no further case needs is stopped.
    pub(super) async fn done(&self, group: &ServerGroup) {
        let is_last = {
            let mut open = self.open.lock().await;
            let left = open.entry(group.clone()).or_default();
            *left = left.saturating_sub(1);
            *left == 0
        };
        if !is_last {
            return;
        }
        let slot = self.shared.lock().await.remove(group);
        if let Some(Ok(server)) = slot.as_ref().and_then(|slot| slot.get()) {
            self.release(server).await;
        }
    }

    async fn start(&self, group: &ServerGroup) -> Result<Arc<SharedServer>, ServerError> {
        let begun = Instant::now();
        let name = group.image.clone().unwrap_or_else(|| "any".into());
        (self.sink)(Event::ServerStarting { server: name });
        let supplied = self.supply.start(group).await?;
        if let Some(text) = supplied.remark {
            (self.sink)(Event::Warning { text });
        }
        let server = supplied.server.label.clone();
        (self.sink)(Event::ServerReady { server, took: begun.elapsed() });
        let shared = Arc::new(SharedServer::new(supplied.server));
        self.started.lock().await.push(shared.clone());
        Ok(shared)
    }

    /// Whether a prepared database is worth keeping as a template: several cases need it, or it cannot
    /// be made twice on one server.
    pub(super) fn is_worth_a_template(&self, case: &CasePlan, key: &PrepKey) -> bool {
        if case.database().is_some() {
            // A copy has another name than the one that the scenario asks for.
            return false;
        }
        let is_shared = match &self.worth_a_template {
            Worth::Everything => true,
            Worth::These(keys) => keys.contains(&(case.group.clone(), key.clone())),
        };
        is_shared || case.group.setup.as_ref() == Some(key)
    }

    /// Whether one plan after the other is tried on each server.
    pub(super) fn is_for_trials(&self) -> bool {
        matches!(self.worth_a_template, Worth::Everything)
    }

    /// Whether a populated case is compared with the end of this fresh replay.
    pub(super) fn wants_fresh_end(&self, group: &ServerGroup, key: &PrepKey) -> bool {
        self.compared.contains(&(group.clone(), key.clone()))
    }

    /// What the user chose.
    pub(super) fn choice(&self) -> &BackendChoice {
        self.supply.choice()
    }

    /// Whether the server is one that runs already.
    pub(super) fn is_url(server: &SharedServer) -> bool {
        server.server.backend == Backend::Url
    }

    /// Stops one server that nobody shares.
    pub(super) async fn release(&self, server: &Arc<SharedServer>) {
        server.drop_templates().await;
        server.server.stop().await;
        self.started.lock().await.retain(|other| !Arc::ptr_eq(other, server));
    }

    /// Stops all servers.
    pub(super) async fn stop_all(&self) {
        let started = std::mem::take(&mut *self.started.lock().await);
        let stops = started.iter().map(|server| async {
            if Self::is_url(server) {
                server.drop_templates().await;
            }
            server.server.stop().await;
        });
        futures_util::future::join_all(stops).await;
    }
}

impl SharedServer {
    /// Drops prepared databases: on a server that is not ours they would stay.
    async fn drop_templates(&self) {
        if self.server.backend != Backend::Url {
            return;
        }
        let templates = std::mem::take(&mut *self.templates.lock().await);
        for slot in templates.into_values() {
            if let Some(Ok(database)) = slot.get() {
                // What cannot be dropped now is swept by the next start.
                let _dropped = self.server.drop_database(database).await;
            }
        }
    }
}
