//! What pending migrations do to tables that hold rows: which locks they take and for how long, what they rewrite, and what
//! takes long. Measured while they run in the pass `apply`.

mod company;
mod noting;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::case::CaseRun;
use crate::locking::Mode;
use crate::migration::{Migration, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError};
use crate::plan::CasePlan;
use crate::postgres::{Holder, OWN_SCHEMA, Session, literal, oid_array};
use crate::scenario::{Limits, Rewrite};
pub(super) use company::ends_block;
pub(super) use noting::Noting;
use noting::{LockLog, Oid};

/// A statement that takes so long is told.
const LONG: Duration = Duration::from_secs(1);

/// A lock that is held for a shorter time is not told, unless it lasts as long as the table is large.
const BRIEF: Duration = Duration::from_millis(200);

/// The tables that held rows before a migration.
pub(super) struct Watch {
    before: BTreeMap<Oid, Table>,
    limits: Limits,
    /// What is locked already, where one transaction is around all that is pending.
    earlier: Option<BTreeSet<(Oid, Mode)>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    name: String,
    /// The file that its rows are in: another after it was rewritten.
    file: String,
    bytes: u64,
}

/// What came to one of them.
#[derive(Debug)]
struct Came {
    table: String,
    rows: Option<u64>,
    bytes: (u64, u64),
    lock: Option<(Mode, Duration)>,
    is_rewritten: bool,
}

impl Watch {
    /// `None` where nothing is new.
    pub(super) async fn begin<S: Session>(session: &mut S, run: &CaseRun<'_>) -> Option<Self> {
        let case = run.case;
        if case.seed.begins_empty() || run.pool.is_for_trials() {
            return None;
        }
        let earlier = match case.rule.wraps {
            Wraps::All => Some(noting::earlier(session).await?),
            Wraps::Nothing | Wraps::Each => None,
        };
        // What cannot be read is not told: it fails nothing.
        let mut before = tables(session, None).await.ok()?;
        before.retain(|_, table| table.bytes > 0 && !is_ledger(case, &table.name));
        Some(Self { before, limits: case.scenario.limits, earlier })
    }

    pub(super) fn noting<'s, S: Session>(&self, session: &'s mut S) -> Noting<'s, S> {
        Noting::new(session, self.earlier.clone())
    }

    /// What is to be told of a migration that ran to its end.
    pub(super) async fn end<S: Session>(
        self,
        mut noting: Noting<'_, S>,
        migration: &Migration,
    ) -> Vec<Found> {
        let mut log = std::mem::take(&mut noting.log);
        log.close();
        if self.before.is_empty() {
            return Vec::new();
        }
        let Ok(after) = tables(&mut noting, log.locked()).await else { return Vec::new() };
        // A table that is emptied gets another file as well, and nothing tells which of the two it was.
        let may_empty = migration.up.names("truncate");
        let mut came = came(&self.before, &after, &log);
        for each in &mut came {
            each.is_rewritten &= !may_empty;
        }
        came.retain(|each| each.is_worth_a_word(self.limits));
        for each in &mut came {
            // A refusal must not end the transaction that may be open.
            let count = format!("SELECT count(*) FROM {}", each.table);
            let count = Holder::default().ask(&mut noting, &count).await;
            let count = count.ok().and_then(|rows| rows.0.into_iter().flatten().flatten().next());
            each.rows = count.and_then(|count| count.parse().ok());
        }
        let slow = log.longest.filter(|(took, _)| *took >= LONG);
        tell(migration, &came, slow, self.limits)
    }
}

fn is_ledger(case: &CasePlan, table: &str) -> bool {
    case.ledger.as_ref().is_some_and(|ledger| {
        table == ledger.table
            || table.rsplit_once('.').is_some_and(|(_, name)| name == ledger.table)
    })
}

/// All tables, or some of them.
async fn tables<S: Session>(
    session: &mut S,
    only: Option<BTreeSet<Oid>>,
) -> Result<BTreeMap<Oid, Table>, SqlError> {
    let only = match only {
        Some(only) if only.is_empty() => return Ok(BTreeMap::new()),
        Some(only) => format!("AND c.oid = ANY ({})", oid_array(&only)),
        None => String::new(),
    };
    let sql = format!(
        "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.pg_relation_filenode(c.oid),
            pg_catalog.pg_relation_size(c.oid)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%'
            AND n.nspname NOT IN ('information_schema', {}) {only}",
        literal(OWN_SCHEMA)
    );
    let rows = session.query(&sql).await?.0.into_iter().filter_map(|row| {
        let mut cells = row.into_iter();
        let oid = cells.next()??.parse().ok()?;
        let (name, file) = (cells.next()??, cells.next()??);
        Some((oid, Table { name, file, bytes: cells.next()??.parse().ok()? }))
    });
    Ok(rows.collect())
}

fn came(before: &BTreeMap<Oid, Table>, after: &BTreeMap<Oid, Table>, log: &LockLog) -> Vec<Came> {
    let came = before.iter().filter_map(|(oid, table)| {
        let now = after.get(oid);
        let locks = log.held.iter().filter(|((relation, _), _)| relation == oid);
        // Of several the strongest.
        let lock = locks.map(|((_, mode), took)| (*mode, *took)).max();
        let is_rewritten = now.is_some_and(|now| now.file != table.file && now.bytes > 0);
        (lock.is_some() || is_rewritten).then(|| Came {
            table: now.unwrap_or(table).name.clone(),
            rows: None,
            bytes: (table.bytes, now.map_or(0, |now| now.bytes)),
            lock,
            is_rewritten,
        })
    });
    let mut came: Vec<_> = came.collect();
    came.sort_by_key(|each| {
        std::cmp::Reverse((each.is_rewritten, each.lock.map(|(_, took)| took)))
    });
    came
}

/// Failures where a limit is passed; what is within them in one note.
fn tell(
    migration: &Migration,
    came: &[Came],
    long: Option<(Duration, String)>,
    limits: Limits,
) -> Vec<Found> {
    let mut found = Vec::new();
    if let Some(limit) = limits.lock {
        let is_over = |each: &&Came| each.lock.is_some_and(|(_, took)| took > limit);
        let over: Vec<_> = came.iter().filter(is_over).collect();
        let limit = format!("longer than the {} that `lock` allows", told(limit));
        found.extend(about(migration, &over, &|each| format!("{}: {limit}", each.locked())));
    }
    if limits.rewrite == Rewrite::Fail {
        let over: Vec<_> = came.iter().filter(|each| each.is_rewritten).collect();
        found.extend(about(migration, &over, &|each| format!("{} is rewritten", each.named())));
    }
    let is_told = |each: &&Came| {
        let object = format!("table {}", each.table);
        found.iter().any(|it: &Found| it.objects.contains(&object))
    };
    let rest: Vec<_> = came.iter().filter(|each| !is_told(each)).collect();
    let mut note = about(migration, &rest, &Came::describe);
    if let Some((took, sql)) = long {
        let first = sql.trim().lines().next().unwrap_or_default();
        let line = format!("a statement took {}: {first}", told(took));
        match &mut note {
            Some(note) => note.details.push(line),
            None => note = Some(plain(migration, line)),
        }
    }
    found.extend(note.map(|note| Found { is_note: true, ..note }));
    found
}

fn plain(migration: &Migration, message: String) -> Found {
    let mut found = Found::new(Phase::Apply, Blame::Migration, message);
    found.migration = Some(migration.id.clone());
    found.file = Some(migration.up.source().path().to_owned());
    found
}

fn about(
    migration: &Migration,
    came: &[&Came],
    describe: &dyn Fn(&Came) -> String,
) -> Option<Found> {
    let (first, rest) = came.split_first()?;
    let more = match rest.len() {
        0 => String::new(),
        1 => "; and one more table".to_owned(),
        more => format!("; and {more} more tables"),
    };
    let mut found = plain(migration, describe(first) + &more);
    found.details =
        came.iter().map(|each| format!("{}, {}", describe(each), each.size())).collect();
    found.objects = came.iter().map(|each| format!("table {}", each.table)).collect();
    Some(found)
}

impl Came {
    /// Adding a column locks a table for as long as it takes to say so, whatever the table holds; building an index
    /// (`SHARE`) and rewriting take longer the more rows there are.
    fn is_worth_a_word(&self, limits: Limits) -> bool {
        let is_long =
            |took: Duration| took >= BRIEF || limits.lock.is_some_and(|limit| took > limit);
        let is_lasting = self.lock.is_some_and(|(mode, took)| mode == Mode::Share || is_long(took));
        self.is_rewritten || is_lasting
    }

    fn named(&self) -> String {
        match self.rows {
            Some(1) => format!("{} (1 row)", self.table),
            Some(rows) => format!("{} ({rows} rows)", self.table),
            None => self.table.clone(),
        }
    }

    fn locked(&self) -> String {
        let Some((mode, took)) = self.lock else { return self.named() };
        let (blocks, mode) = (mode.blocks(), mode.name());
        format!("{} is locked against {blocks} for {} ({mode})", self.named(), told(took))
    }

    fn describe(&self) -> String {
        match (self.lock, self.is_rewritten) {
            (Some(_), true) => format!("{}, and rewritten", self.locked()),
            (None, true) => format!("{} is rewritten", self.named()),
            (_, false) => self.locked(),
        }
    }

    fn size(&self) -> String {
        let (before, after) = self.bytes;
        if before == after {
            format!("{} kB", before.div_ceil(1024))
        } else {
            format!("{} kB before and {} kB after", before.div_ceil(1024), after.div_ceil(1024))
        }
    }
}

fn told(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis().max(1))
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}
