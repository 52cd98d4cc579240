//! A live database held against a scenario: its contract, and the schema that its migrations make.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::status::{StatusError, recorded_in, status_of};
use super::{Doing, Harness, prepare_files};
use crate::outcome::Event;
use crate::place::Problem;
use crate::plan::CasePlan;
use crate::postgres::KnownImages;
use crate::replay::{EventSink, Looking, Reached};
use crate::schema::Catalog;
use crate::schema::contract::{Contract, check};
use crate::schema::drift::{Sides, drift};
use crate::status::Status;
use crate::verify::{Replay, Verified};

/// What is asked of [`Harness::verify`].
#[derive(Clone)]
pub struct VerifyRequest {
    /// `postgres://…`, with what libpq knows of TLS.
    pub url: String,
    /// The history table, with or without its schema; `None`: the one of a tool that is known.
    pub table: Option<String>,
    /// How closely to look.
    pub depth: Depth,
}

impl std::fmt::Debug for VerifyRequest {
    /// A URL holds a password, so it is not shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyRequest")
            .field("table", &self.table)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}

/// How closely a live database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Its history, and the contract: no other server is needed.
    Contract,
    /// The same, and the schema that the migrations make which it has applied, on a disposable server.
    Replay,
}

impl Harness {
    /// Holds a live database against a scenario file. The database is looked at in one read-only transaction, which is over
    /// before anything is replayed.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), migration_replay::harness::StatusError> {
    /// use migration_replay::harness::{Depth, Harness, VerifyRequest};
    /// use migration_replay::verify::PendingIs;
    ///
    /// let url = std::env::var("DATABASE_URL").unwrap_or_default();
    /// let request = VerifyRequest { url, table: None, depth: Depth::Contract };
    /// let verified = Harness::new().verify_file("scenarios/shop.toml".as_ref(), &request).await?;
    /// if !verified.is_right(PendingIs::Wrong) {
    ///     panic!("the database is not ready:\n{verified:#?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong with the scenario, and a database that cannot be looked at.
    pub async fn verify_file(
        &self,
        scenario: &Path,
        request: &VerifyRequest,
    ) -> Result<Verified, StatusError> {
        let prepared = prepare_files(&[scenario.to_owned()], &self.environment);
        let prepared = prepared.map_err(StatusError::Input)?;
        let ignore: EventSink = Arc::new(|_: Event| {});
        let cases = self.select(prepared.cases);
        let never = Box::pin(std::future::pending());
        self.verify(&cases, prepared.images, request, ignore, never).await
    }

    /// The same for cases of one scenario: the one whose image is of the live server's version is replayed, else the first.
    /// Each event of the replay is told; when `interrupt` resolves nothing is compared.
    ///
    /// # Errors
    ///
    /// As [`Harness::verify_file`]; also where there is nothing to hold the database against.
    pub async fn verify(
        &self,
        cases: &[CasePlan],
        images: KnownImages,
        request: &VerifyRequest,
        listener: EventSink,
        interrupt: Doing<'_, String>,
    ) -> Result<Verified, StatusError> {
        let first = one_scenario(cases)?;
        let has_contract = first.expect().schema != Contract::default();
        check_request(first, request, has_contract)?;
        let live = self.open_live(&request.url).await?;
        let major = live.major().await?;
        let of_major = |case: &&CasePlan| {
            case.image.as_ref().is_some_and(|it| images.profile(it).major == Some(major))
        };
        let case = cases.iter().find(of_major).unwrap_or(first);
        let recorded = recorded_in(&live, request.table.as_deref(), case).await?;
        let status = recorded.map(|recorded| status_of(case, Some(&recorded)));
        let catalog = live.catalog().await?;
        let database = live.shown().to_owned();
        drop(live);
        let contract = has_contract.then(|| check(&case.expect().schema, &catalog));
        let replay = match (request.depth, &status) {
            (Depth::Contract, _) => None,
            (Depth::Replay, None) => return Err(no_history(&database)),
            (Depth::Replay, Some(status)) => {
                let replayed = case.having_done(&status.done().map(|it| it.id.clone()).collect());
                let migrations = replayed.chain.len();
                let reached = match migrations {
                    0 => Reached::default(),
                    _ => self.reach(replayed, images, Looking::AtTheEnd, listener, interrupt).await,
                };
                let drift = drift_of(&catalog, &reached, status);
                let Reached { server, stopped, .. } = reached;
                Some(Replay { migrations, server, live_major: major, stopped, drift })
            }
        };
        Ok(Verified { database, status, contract, replay })
    }
}

fn drift_of(
    live: &Catalog,
    reached: &Reached,
    status: &Status,
) -> Option<crate::schema::drift::Drift> {
    let replayed = reached.catalog.as_ref().filter(|_| reached.stopped.is_none())?;
    let sides = Sides { owners: &reached.owners, history: status.table.as_deref() };
    Some(drift(live, replayed, sides))
}

fn one_scenario(cases: &[CasePlan]) -> Result<&CasePlan, StatusError> {
    let names: BTreeSet<_> = cases.iter().map(|case| case.scenario.name.as_str()).collect();
    match (cases.first(), names.len()) {
        (Some(first), 1) => Ok(first),
        (None, _) => Err(StatusError::input(Problem::error("no case has that text in its name"))),
        (Some(_), count) => {
            let message = format!("a database is held against one scenario, and there are {count}");
            Err(StatusError::input(Problem::error(message).help("name one scenario file")))
        }
    }
}

fn check_request(
    case: &CasePlan,
    request: &VerifyRequest,
    has_contract: bool,
) -> Result<(), StatusError> {
    if request.depth == Depth::Contract && !has_contract {
        let message =
            format!("{} has no contract to hold the database against", case.scenario.name);
        let help = "write one under [expect.schema], or leave --contract-only out";
        return Err(StatusError::input(Problem::error(message).help(help)));
    }
    if request.depth == Depth::Replay && case.scenario.replay.runner.is_some() {
        let message = "where a runner of your own runs the migrations, what it has applied cannot be replayed alone";
        let help = "--contract-only needs no replay; or name the folder of migrations";
        return Err(StatusError::input(Problem::error(message).help(help)));
    }
    Ok(())
}

fn no_history(database: &str) -> StatusError {
    let message = format!(
        "there is no history table that is known in {database}: what is applied there, nobody can tell"
    );
    let help = "name your own with --table; --contract-only needs none";
    StatusError::input(Problem::error(message).help(help))
}
