//! What becomes of a case's database when the case is over: it is dropped, or it stays because somebody wants to
//! look at it.

use std::path::{Path, PathBuf};

use super::case::CaseEnd;
use super::connect::{config_of, psql, without_password};
use super::emit::Emitter;
use super::url::database_url;
use crate::outcome::{Dump, Event, Found, Kept, Stopped, Verdict};
use crate::plan::{CasePlan, Otherwise, Stop};
use crate::postgres::{Backend, Database, DumpedRows, KeptDatabase, Server, ServerError};
use crate::verify::judge;

/// Which databases stay after a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// None.
    #[default]
    Nothing,
    /// Those of cases that fail unexpectedly, as the failure left them.
    Failures,
    /// The same, but only where no replay could be stopped before the failure ([`Stop::before`]).
    NotStoppable,
    /// Those of cases that stopped where their plan says.
    Stopped,
}

/// What is to be done about databases when their cases are over.
#[derive(Debug, Clone, Default)]
pub struct Keeping {
    /// Which stay.
    pub which: Keep,
    /// A file that gets a dump of one that stays, as SQL.
    pub dump: Option<PathBuf>,
}

/// Drops or keeps the database of a case; returns what is wrong with the case.
pub(super) async fn settle(
    keeping: &Keeping,
    case: &CasePlan,
    server: &Server,
    emitter: &Emitter,
    end: CaseEnd,
) -> Vec<Found> {
    let is_kept = stays(keeping.which, case, &end);
    let CaseEnd { found, database, stopped, .. } = end;
    let Some(database) = database else { return found };
    if is_kept {
        match keep_database(server, &database, case, stopped, keeping.dump.as_deref()).await {
            Ok(kept) => {
                let kept = Box::new(kept);
                emitter.event(Event::DatabaseKept { case: emitter.case, kept });
                return found;
            }
            Err(error) => {
                let text = format!("{}: {error}", case.name);
                emitter.event(Event::Warning { text });
            }
        }
    }
    server.drop_meanwhile(&database);
    found
}

fn stays(keep: Keep, case: &CasePlan, end: &CaseEnd) -> bool {
    let judged = || judge(case, end.found.clone());
    match keep {
        Keep::Nothing => false,
        Keep::Failures => judged().verdict != Verdict::Passed,
        Keep::NotStoppable => {
            let failures = judged().failures;
            let first = failures.iter().find(|failure| !failure.expected);
            first.is_some_and(|failure| Stop::before(&failure.found, case).is_none())
        }
        Keep::Stopped => {
            let otherwise = case.stop.as_ref().map(|stop| stop.otherwise);
            end.stopped.as_ref().is_some_and(|stopped| {
                stopped.fails_alike != Some(false) || otherwise == Some(Otherwise::Keep)
            })
        }
    }
}

/// Keeps a database that nobody is connected to.
async fn keep_database(
    server: &Server,
    database: &Database,
    case: &CasePlan,
    stopped: Option<Stopped>,
    dump: Option<&Path>,
) -> Result<Kept, ServerError> {
    let KeptDatabase { database, holder, roles } = server.keep(database, &case.name).await?;
    let dump = match dump {
        Some(file) => dump_to(server, &database, file).await,
        None => Dump::NotAsked,
    };
    let settings = stopped.as_ref().map_or(&[][..], |stopped| &stopped.settings);
    let config = config_of(&database, case.user(), settings);
    // The password of a server that is not ours is its user's own: nobody needs to be told.
    let shown = if server.backend == Backend::Url { without_password(&config) } else { config };
    Ok(Kept {
        server: match (&server.backend, &holder) {
            (Backend::Container, Some(name)) => {
                let image = server.label.trim_end_matches(" (container)");
                format!("{image} (container {name})")
            }
            (_, Some(folder)) => format!("{} in {folder}", server.label),
            (_, None) => server.label.clone(),
        },
        url: database_url(&shown),
        is_on_given_server: server.backend == Backend::Url,
        psql: psql(&server.tools, holder, &shown),
        roles,
        stopped,
        dump,
    })
}

async fn dump_to(server: &Server, database: &Database, file: &Path) -> Dump {
    match server.dump(database, file, DumpedRows::Copied).await {
        Ok(roles) => Dump::Written { roles },
        Err(why) => Dump::Failed(why),
    }
}
