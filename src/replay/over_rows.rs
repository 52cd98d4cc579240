//! A file that runs over generated rows: where it fails, the rows that may be the reason are taken out, and it runs again.

use std::collections::BTreeSet;

use super::fill::Filling;
use super::migrate::MigrationRun;
use super::sequence::Sequence;
use crate::migration::{Migration, Script, StatementKind};
use crate::outcome::{Advice, Blame, Found, Phase, SqlError, SqlErrorKind};
use crate::plan::CasePlan;
use crate::postgres::Session;
use crate::rows::{Facts, Table, Violation, query_for};
use crate::scenario::Cause;
use crate::schema::Kind;
use crate::sql::{self, Inside, Named, Verb};
use crate::verify::judges_generated_rows;

/// So many rules of one file may be in the way of generated rows.
const MOST: usize = 40;

/// What running a migration over generated rows came to.
pub(super) struct OverRows {
    pub(super) run: MigrationRun,
    /// What failed only because of them, and passed without.
    pub(super) brought_up: Vec<Found>,
    /// Whether rows were taken out while it ran.
    pub(super) has_taken_out: bool,
}

/// Which failures are tried again without the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Whatever rows may cause.
    All,
    /// Only what is our own noise: keys that the file brings and that generated rows have taken, and values that it cannot
    /// compute with.
    Noise,
}

impl Again {
    /// Of a pending migration.
    pub(super) fn of(case: &CasePlan, migration: &Migration) -> Self {
        if judges_generated_rows(case, Some(&migration.id)) { Self::Noise } else { Self::All }
    }
}

/// Runs a migration.
pub(super) async fn run<S: Session>(
    session: &mut S,
    sequence: &mut Sequence<'_>,
    migration: &Migration,
    filling: &mut Filling,
    again: Again,
) -> OverRows {
    let run = sequence.run(session, migration).await;
    settle(run, session, sequence, (migration, again), filling).await
}

/// The same where it has run once.
pub(super) async fn settle<S: Session>(
    run: MigrationRun,
    session: &mut S,
    sequence: &mut Sequence<'_>,
    (migration, again): (&Migration, Again),
    filling: &mut Filling,
) -> OverRows {
    let mut all = OverRows { run, brought_up: Vec::new(), has_taken_out: false };
    for _ in 0..MOST {
        let Some(found) = all.run.found.take() else { break };
        match without_rows(session, sequence, migration, filling, (&found, again)).await {
            Ok(Some((run, taken))) => {
                all.has_taken_out = true;
                if !(taken == Taken::Own && is_key(&found)) {
                    let is_note = is_of_values(&found);
                    all.brought_up.push(Found { is_note, ..generated_only(*found) });
                }
                let (statements, took) = (all.run.statements, all.run.took);
                all.run = MigrationRun {
                    statements: statements + run.statements,
                    took: took + run.took,
                    found: run.found,
                };
            }
            Ok(None) => {
                all.run.found = Some(found);
                break;
            }
            Err(error) => {
                all.run.found = Some(lost(error, found.phase));
                break;
            }
        }
    }
    all
}

/// Fills the tables that a migration made, and those that were emptied for it.
pub(super) async fn fill_up(migration: &Migration, filling: &mut Filling) -> Option<Box<Found>> {
    if !filling.is_short() && !makes_tables(&migration.up) {
        return None;
    }
    filling.fill().await.err().map(|error| lost(error, Phase::Seed))
}

/// Whose rows were taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// Those of the table that the server names, and of the one that is written to.
    Own,
    /// Those of others, too.
    More,
}

/// Runs on without the rows of fewer tables first, then of more; `None` where the failure stays the same.
async fn without_rows<S: Session>(
    session: &mut S,
    sequence: &mut Sequence<'_>,
    migration: &Migration,
    filling: &mut Filling,
    (found, again): (&Found, Again),
) -> Result<Option<(MigrationRun, Taken)>, SqlError> {
    let is_noise = is_key(found) || is_of_values(found);
    if !is_noise && (again == Again::Noise || !rows_may_cause(found)) {
        return Ok(None);
    }
    let Some(from) = sequence.can_go_on_from(migration, found) else { return Ok(None) };
    let facts = filling.facts().await?;
    let mut statements = 0;
    let mut took = std::time::Duration::ZERO;
    let mut all = concerned(&facts, found);
    if again == Again::Noise && is_key(found) {
        // Rows that it copies from other tables are not ours alone: two with one key may be anywhere.
        all.retain(|(taken, _)| *taken == Taken::Own);
    }
    for (taken, tables) in all {
        if !filling.take_out(&facts, &tables).await? {
            return Ok(None);
        }
        let mut run = sequence.run_rest(session, migration, from).await;
        statements += run.statements;
        took += run.took;
        let is_same = run.found.as_ref().is_some_and(|next| {
            next.statement_index == found.statement_index
                && next.error.sqlstate == found.error.sqlstate
        });
        if !is_same {
            run.statements = statements;
            run.took = took;
            return Ok(Some((run, taken)));
        }
    }
    Ok(None)
}

/// The same finding, now that it is known that nothing is wrong without the generated rows.
pub(super) fn generated_only(mut found: Found) -> Found {
    found.only_generated = true;
    found.cause = Some(Cause::ExistingRowsViolate);
    found.certain = true;
    found.query = query(&found);
    let because = "it passes without the rows that were generated: a database whose rows are like them fails here";
    found.because.push(because.to_owned());
    if let Some(query) = &found.query {
        let text = format!("ask production before: {query}");
        found.advice.push(Advice { text, proven: false });
    }
    found
}

fn query(found: &Found) -> Option<String> {
    let named = found.error.named.as_deref();
    query_for(&Violation {
        statement: found.statement.as_deref()?,
        sqlstate: found.error.sqlstate.as_ref()?.as_str(),
        table: named.and_then(|named| Some((named.schema.as_deref()?, named.table.as_deref()?))),
        column: named.and_then(|named| named.column.as_deref()),
        detail: found.error.detail.as_deref().unwrap_or_default(),
    })
}

fn lost(error: SqlError, phase: Phase) -> Box<Found> {
    Box::new(Found::sql(phase, Blame::Environment, error))
}

/// Whether rows can be the reason: not for a name that is not there, or a server that is gone.
pub(super) fn rows_may_cause(found: &Found) -> bool {
    let class = found.error.sqlstate.as_ref().map(|state| &state.as_str()[..2]);
    found.blame != Blame::Environment
        && found.error.kind == SqlErrorKind::Refused
        && class.is_some_and(|class| !matches!(class, "42" | "08" | "53" | "57" | "58" | "25"))
}

/// Whether a file brings rows whose keys are taken. Where the table held generated rows that took them, it is our own noise.
fn is_key(found: &Found) -> bool {
    let state = found.error.sqlstate.as_ref().map(crate::scenario::SqlState::as_str);
    let Some(statement) =
        found.statement.as_deref().filter(|_| matches!(state, Some("23505" | "23P01")))
    else {
        return false;
    };
    let reading = sql::read(statement);
    let mut acts = reading.acts.iter().filter(|act| act.inside == Inside::Statement);
    acts.all(|act| {
        matches!(act.verb, Verb::Write(how) if how != sql::RowWrite::Update)
            || act.inside != Inside::Statement
    })
}

/// Whether a file makes no rule for rows, and cannot go on with what they hold: it computes with values that are as extreme
/// as a type has them, reads a number out of a text that is none or a list out of other JSON, looks for such rows itself
/// and refuses them, or makes statements of them.
fn is_of_values(found: &Found) -> bool {
    let state = found.error.sqlstate.as_ref().map(crate::scenario::SqlState::as_str);
    let is_refused = matches!(state, Some("P0001" | "P0002" | "P0003" | "P0004" | "42601"));
    cannot_compute(found) || (is_refused && is_block(found))
}

/// The first two of these.
pub(super) fn cannot_compute(found: &Found) -> bool {
    let state = found.error.sqlstate.as_ref().map(crate::scenario::SqlState::as_str);
    matches!(state, Some("22003" | "22007" | "22008" | "22023" | "22P02")) && only_writes(found)
}

/// Whether a statement does nothing but write rows, also into a table that it makes of them, as far as it can be read.
fn only_writes(found: &Found) -> bool {
    let reading = found.statement.as_deref().map(sql::read).unwrap_or_default();
    let writes = |act: &sql::Act| match act.verb {
        Verb::Write(_) => true,
        Verb::Create => matches!(act.object.kind, Kind::Table | Kind::Column),
        _ => false,
    };
    !reading.acts.is_empty() && reading.acts.iter().all(writes)
}

/// Whether a statement is a `DO` block.
fn is_block(found: &Found) -> bool {
    let lines = found.statement.as_deref().unwrap_or_default().lines().map(str::trim_start);
    let code = lines.filter(|line| !line.starts_with("--"));
    let mut words = code.flat_map(|line| line.split(|c: char| !c.is_ascii_alphabetic()));
    words.find(|word| !word.is_empty()).is_some_and(|word| word.eq_ignore_ascii_case("do"))
}

/// Which tables' rows may be the reason, fewest first.
fn concerned(facts: &Facts, found: &Found) -> Vec<(Taken, BTreeSet<usize>)> {
    let positions = |is_it: &dyn Fn(&Table) -> bool| -> BTreeSet<usize> {
        let all = facts.tables.iter().enumerate();
        all.filter(|(_, table)| is_it(table)).map(|(at, _)| at).collect()
    };
    let of_names = |names: &[&Named]| {
        positions(&|table| {
            names.iter().any(|named| {
                named.name == table.name
                    && named.schema.as_ref().is_none_or(|it| *it == table.schema)
            })
        })
    };
    let told = found.error.named.as_deref().and_then(|named| {
        let (schema, table) = (named.schema.as_ref()?, named.table.as_ref()?);
        Some(positions(&|it| it.schema == *schema && it.name == *table))
    });
    let reading = found.statement.as_deref().map(sql::read).unwrap_or_default();
    let said: Vec<&Named> = reading
        .acts
        .iter()
        .map(|act| &act.object)
        .chain(reading.uses.iter().map(|used| &used.object))
        .chain(reading.works.iter().filter_map(|work| work.on.as_ref()))
        .filter(|named| matches!(named.kind, Kind::Table | Kind::Column | Kind::Constraint))
        .collect();
    // The server names a partition, and the statement its root.
    let written = reading.acts.iter().filter(|act| matches!(act.verb, Verb::Write(_)));
    let written: Vec<_> = written.map(|act| &act.object).collect();
    let own = &told.unwrap_or_default() | &of_names(&written);
    let mut stages = vec![
        (Taken::Own, own),
        (Taken::More, of_names(&said)),
        (Taken::More, positions(&|_| true)),
    ];
    stages.retain(|(_, tables)| !tables.is_empty());
    stages.dedup_by(|(_, later), (_, earlier)| later == earlier);
    stages
}

/// Whether a file may make or change tables, by the first words of its statements.
fn makes_tables(script: &Script) -> bool {
    script.statements().iter().filter(|it| it.kind != StatementKind::Meta).any(|statement| {
        let text = script.text_of(statement);
        let mut words = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_uppercase);
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        match first.as_str() {
            "CREATE" => !matches!(
                second.as_str(),
                "INDEX" | "UNIQUE" | "OR" | "FUNCTION" | "VIEW" | "POLICY" | "TRIGGER"
            ),
            "INSERT" | "UPDATE" | "DELETE" | "COMMENT" | "GRANT" | "REVOKE" | "SET" | "BEGIN"
            | "COMMIT" | "DROP" => false,
            _ => true,
        }
    })
}
