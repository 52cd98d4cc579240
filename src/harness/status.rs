//! A folder of migrations held against the history of a database.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Harness;
use crate::migration::MigrationSet;
use crate::outcome::Ending;
use crate::place::{Problem, Problems};
use crate::plan::CasePlan;
use crate::postgres::live::{Address, KnownTable, LiveDatabase, LiveError};
use crate::scenario::SqlState;
use crate::source::read_history;
use crate::status::{HistoryTable, Recorded, Status, own_table, recognised, recorded, status};

/// Where a history is.
#[derive(Clone)]
pub enum HistoryFrom {
    /// In a database.
    Database {
        /// `postgres://…`, with what libpq knows of TLS.
        url: String,
        /// The history table, with or without its schema; `None`: the one of a tool that is known.
        table: Option<String>,
    },
    /// In a file that was exported from one: CSV with a header.
    File(PathBuf),
}

impl std::fmt::Debug for HistoryFrom {
    /// A URL holds a password, so it is not shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database { table, .. } => write!(f, "Database {{ table: {table:?}, .. }}"),
            Self::File(path) => write!(f, "File({path:?})"),
        }
    }
}

/// The history could not be read.
#[derive(Debug)]
pub enum StatusError {
    /// What was asked for is wrong: an address, a table, an export.
    Input(Problems),
    /// The database cannot be looked at.
    Environment(Problems),
}

impl StatusError {
    /// What is to be told.
    #[must_use]
    pub fn problems(&self) -> &Problems {
        match self {
            Self::Input(problems) | Self::Environment(problems) => problems,
        }
    }

    /// A single thing that is wrong with what was asked for.
    pub(super) fn input(problem: Problem) -> Self {
        Self::Input(problem.into())
    }

    /// How a command ends with it.
    #[must_use]
    pub fn ending(&self) -> Ending {
        match self {
            Self::Input(_) => Ending::WrongInput,
            Self::Environment(_) => Ending::Environment,
        }
    }
}

impl From<LiveError> for StatusError {
    fn from(error: LiveError) -> Self {
        let help = match &error {
            LiveError::Certificate(_) => return Self::input(Problem::error(error.to_string())),
            LiveError::Connect { why, .. } if why.contains("certificate") => {
                "see sslmode and sslrootcert in the documentation of servers"
            }
            LiveError::Connect { .. } => {
                "is the database there, and may this user connect from here?"
            }
            LiveError::Query { error, .. } => match error.sqlstate.as_ref().map(SqlState::as_str) {
                Some("42501") => {
                    "give the user USAGE on the schema and SELECT on the history table"
                }
                Some("55P03") => "somebody holds a lock on the table for long: try again later",
                _ => "nothing was changed: the transaction is read-only",
            },
        };
        Self::Environment(Problem::error(error.to_string()).help(help).into())
    }
}

impl Harness {
    /// Holds the files of a case against a history. A database is looked at in one read-only transaction.
    ///
    /// # Errors
    ///
    /// When the history cannot be read, or nobody knows how.
    pub async fn status(&self, case: &CasePlan, from: &HistoryFrom) -> Result<Status, StatusError> {
        let recorded = match from {
            HistoryFrom::File(path) => {
                let table = read_history(path).map_err(StatusError::input)?;
                Some(read(&table, &case.set)?)
            }
            HistoryFrom::Database { url, table } => {
                let live = self.open_live(url).await?;
                recorded_in(&live, table.as_deref(), case).await?
            }
        };
        Ok(status_of(case, recorded.as_ref()))
    }

    /// Opens a live database for looking.
    pub(super) async fn open_live(&self, url: &str) -> Result<LiveDatabase, StatusError> {
        let address = Address::read(url, &self.environment).map_err(|error| {
            StatusError::input(Problem::error(format!("the URL cannot be used: {error}")))
        })?;
        Ok(LiveDatabase::open(&address).await?)
    }
}

/// The files of a case against what is recorded.
pub(super) fn status_of(case: &CasePlan, recorded: Option<&Recorded>) -> Status {
    let excluded: BTreeMap<_, _> =
        case.excluded.iter().map(|it| (it.migration.clone(), it.reason.clone())).collect();
    status(&case.set, &excluded, case.order, recorded)
}

fn read(table: &HistoryTable, set: &MigrationSet) -> Result<Recorded, StatusError> {
    match recognised(table) {
        Some(tool) => Ok(recorded(tool, table)),
        None => own_table(table, set).map_err(StatusError::input),
    }
}

/// What a database has recorded; `None` where it has no history table that is known.
pub(super) async fn recorded_in(
    live: &LiveDatabase,
    table: Option<&str>,
    case: &CasePlan,
) -> Result<Option<Recorded>, StatusError> {
    if let Some(name) = table {
        let (schema, table) = the_table(live, name).await?;
        return Ok(Some(read(&live.history((&schema, &table)).await?, &case.set)?));
    }
    let known = live.history_tables().await?;
    let Some(chosen) = choose(&known, case.set.layout)? else { return Ok(None) };
    let (schema, name) = &chosen.name;
    Ok(Some(recorded(chosen.tool, &live.history((schema, name)).await?)))
}

async fn the_table(live: &LiveDatabase, name: &str) -> Result<(String, String), StatusError> {
    let mut found = live.tables_called(name).await?;
    let refuse =
        |message: String, help: String| Err(StatusError::input(Problem::error(message).help(help)));
    match (found.pop(), found.as_slice()) {
        (Some(table), []) => Ok(table),
        (None, _) => {
            let known = live.history_tables().await?;
            let names: Vec<_> = known.iter().map(KnownTable::shown).collect();
            let help = if names.is_empty() {
                "leave --table out where the tool's own table is meant".to_owned()
            } else {
                format!("history tables that are there: {}", names.join(", "))
            };
            refuse(format!("there is no table {name} in {}", live.shown()), help)
        }
        (Some(last), others) => {
            let names =
                others.iter().chain([&last]).map(|(schema, name)| format!("{schema}.{name}"));
            let names: Vec<_> = names.collect();
            refuse(
                format!("--table {name} may be {}", names.join(" or ")),
                "name its schema, too".into(),
            )
        }
    }
}

/// The table of the folder's own tool, else the only one.
fn choose<'k>(
    known: &'k [KnownTable],
    layout: &str,
) -> Result<Option<&'k KnownTable>, StatusError> {
    let is_its = |table: &&KnownTable| table.tool.name.split(' ').next() == Some(layout);
    let own: Vec<_> = known.iter().filter(is_its).collect();
    let candidates = if own.is_empty() { known.iter().collect() } else { own };
    match candidates.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        many => {
            let named: Vec<_> =
                many.iter().map(|it| format!("{} ({})", it.shown(), it.tool.name)).collect();
            let message = format!("there are several history tables: {}", named.join(", "));
            Err(StatusError::input(Problem::error(message).help("choose one with --table")))
        }
    }
}
