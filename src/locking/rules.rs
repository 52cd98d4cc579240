use super::alter::{add_column, add_constraint, alter_type, altered};
use super::{Cost, Hold, Mode, Target};
use crate::sql::{Deed, Reindexed, RowWrite, Work};

const SHADOW: &str = "a materialized view beside it, then a change of names";
const CONCURRENTLY: &str = "CONCURRENTLY, outside of a transaction";

/// The locks on tables that Postgres takes for a work. For a change of type, the type that the column has, if it is known.
///
/// Documentation: "Explicit Locking", and the page of each statement.
#[must_use]
pub fn holds(work: &Work, column_type: Option<&str>) -> Vec<Hold> {
    match &work.deed {
        Deed::AddColumn(column) => add_column(column),
        Deed::AlterType { to, converts, .. } => vec![alter_type(column_type, to, *converts)],
        Deed::AddConstraint { constraint, not_valid } => add_constraint(constraint, *not_valid),
        Deed::DropConstraint(name) => drop_constraint(name),
        Deed::ValidateConstraint(name) => validate(name),
        Deed::Alter(change) => vec![altered(*change)],
        Deed::AttachPartition(_)
        | Deed::DetachPartition { .. }
        | Deed::Inherit { .. }
        | Deed::GivenPartition
        | Deed::GivenHeir => families(&work.deed),
        Deed::CreateIndex { .. } | Deed::DropIndex { .. } | Deed::Reindex { .. } => {
            indexes(&work.deed).into_iter().collect()
        }
        Deed::Write { how, every_row, .. } => vec![write(*how, *every_row)],
        Deed::Lock(mode) => Mode::of(mode).map(Hold::brief).into_iter().collect(),
        Deed::Drop => {
            let on = Target::PointedTo(None);
            let brief = Hold::brief(Mode::AccessExclusive);
            vec![brief.clone(), brief.on(on)]
        }
        deed => other(deed).into_iter().collect(),
    }
}

/// `CREATE TRIGGER`, `CREATE POLICY`, `CREATE RULE`, `CREATE STATISTICS`, `COMMENT`, `CLUSTER`, `VACUUM`, `ANALYZE`,
/// `REFRESH MATERIALIZED VIEW`, `CREATE PUBLICATION`; for foreign keys of new tables see `ALTER TABLE`,
/// "ADD `table_constraint`".
fn other(deed: &Deed) -> Option<Hold> {
    let brief = Hold::brief;
    Some(match deed {
        Deed::CreateTrigger | Deed::PointedTo => brief(Mode::ShareRowExclusive),
        Deed::ChangeTrigger | Deed::Policy | Deed::Rule => brief(Mode::AccessExclusive),
        Deed::CreateStatistics | Deed::Comment | Deed::Publish => brief(Mode::ShareUpdateExclusive),
        Deed::Cluster => brief(Mode::AccessExclusive).with(Cost::Rewrite("CLUSTER")),
        Deed::Vacuum { full: true } => {
            let hold = brief(Mode::AccessExclusive).with(Cost::Rewrite("VACUUM FULL"));
            hold.better("VACUUM without FULL")
        }
        Deed::Vacuum { full: false } => {
            brief(Mode::ShareUpdateExclusive).with(Cost::Scan("VACUUM"))
        }
        Deed::Analyze => brief(Mode::ShareUpdateExclusive).with(Cost::Rows),
        Deed::Refresh { concurrently: false } => {
            let hold = brief(Mode::AccessExclusive).with(Cost::Rewrite("its query runs again"));
            hold.better("CONCURRENTLY, with a unique index")
        }
        Deed::Refresh { concurrently: true } => {
            brief(Mode::Exclusive).with(Cost::Rows).better(SHADOW)
        }
        _ => return None,
    })
}

/// `ALTER TABLE`, "DROP CONSTRAINT": the other table of a foreign key is locked as well.
fn drop_constraint(name: &str) -> Vec<Hold> {
    let brief = Hold::brief(Mode::AccessExclusive);
    vec![brief.clone(), brief.on(Target::PointedTo(Some(name.to_owned())))]
}

/// `ALTER TABLE`, "VALIDATE CONSTRAINT".
fn validate(name: &str) -> Vec<Hold> {
    let other = Hold::brief(Mode::RowShare).on(Target::PointedTo(Some(name.to_owned())));
    let hold = Hold::brief(Mode::ShareUpdateExclusive).with(Cost::Scan("to validate it"));
    vec![hold, other]
}

/// `ALTER TABLE`, "ATTACH PARTITION", "DETACH PARTITION" and "INHERIT"; `CREATE TABLE`, "PARTITION OF" and "INHERITS".
fn families(deed: &Deed) -> Vec<Hold> {
    const ATTACH: &str = "CREATE TABLE … (LIKE …), then ATTACH PARTITION";
    const CHECK: &str = "a valid CHECK of the partition's bounds beforehand spares the scan";
    let brief = Hold::brief;
    match deed {
        Deed::AttachPartition(partition) => {
            let hold = brief(Mode::AccessExclusive).with(Cost::Scan("for the bounds"));
            vec![
                brief(Mode::ShareUpdateExclusive),
                hold.better(CHECK).on(Target::Other(partition.clone())),
            ]
        }
        Deed::DetachPartition { partition, concurrently: true } => {
            let other = brief(Mode::AccessExclusive).on(Target::Other(partition.clone()));
            vec![brief(Mode::ShareUpdateExclusive), other]
        }
        Deed::DetachPartition { partition, concurrently: false } => {
            let hold = brief(Mode::AccessExclusive).better(CONCURRENTLY);
            vec![hold.clone(), hold.on(Target::Other(partition.clone()))]
        }
        Deed::Inherit { parent, ends } => {
            let mode = if *ends { Mode::AccessShare } else { Mode::ShareUpdateExclusive };
            vec![brief(Mode::AccessExclusive), brief(mode).on(Target::Other(parent.clone()))]
        }
        Deed::GivenPartition => vec![brief(Mode::AccessExclusive).better(ATTACH)],
        Deed::GivenHeir => vec![brief(Mode::ShareUpdateExclusive)],
        _ => Vec::new(),
    }
}

/// `CREATE INDEX`, "Building Indexes Concurrently"; `DROP INDEX`; `REINDEX`, "Rebuilding Indexes Concurrently".
fn indexes(deed: &Deed) -> Option<Hold> {
    let calm = Hold::brief(Mode::ShareUpdateExclusive);
    let build = Hold::brief(Mode::Share).with(Cost::Index);
    Some(match deed {
        Deed::CreateIndex { concurrently: true }
        | Deed::Reindex { what: Reindexed::Index | Reindexed::Table, concurrently: true } => {
            calm.with(Cost::Index)
        }
        Deed::CreateIndex { concurrently: false }
        | Deed::Reindex { what: Reindexed::Index | Reindexed::Table, concurrently: false } => {
            build.better(CONCURRENTLY)
        }
        Deed::DropIndex { concurrently: true } => calm,
        Deed::DropIndex { concurrently: false } => {
            Hold::brief(Mode::AccessExclusive).better(CONCURRENTLY)
        }
        _ => return None,
    })
}

/// "Explicit Locking", `ROW EXCLUSIVE`; `TRUNCATE`, "Description".
fn write(how: RowWrite, every_row: bool) -> Hold {
    match how {
        RowWrite::Truncate => {
            let hold = Hold::brief(Mode::AccessExclusive).with(Cost::Rewrite("it is emptied"));
            hold.better("DELETE, in portions")
        }
        _ if every_row => {
            let hold = Hold::brief(Mode::RowExclusive).with(Cost::EveryRow);
            hold.better("in portions, each with its own COMMIT")
        }
        _ => Hold::brief(Mode::RowExclusive).with(Cost::Rows),
    }
}

/// What refuses to run in a transaction, by its words: SQLSTATE 25001, "cannot run inside a transaction block".
///
/// Documentation: `CREATE INDEX`, `DROP INDEX`, `REINDEX`, `VACUUM`, `CLUSTER`, `ALTER TABLE` ("DETACH PARTITION"),
/// `ALTER SYSTEM`, `CREATE DATABASE`, `CREATE TABLESPACE`, `CREATE SUBSCRIPTION`.
#[must_use]
pub fn refuses_transaction(work: &Work) -> Option<&'static str> {
    match &work.deed {
        Deed::CreateIndex { concurrently: true } => Some("CREATE INDEX CONCURRENTLY"),
        Deed::DropIndex { concurrently: true } => Some("DROP INDEX CONCURRENTLY"),
        Deed::Reindex { what: Reindexed::Many, .. } => Some("REINDEX of many tables"),
        Deed::Reindex { concurrently: true, .. } => Some("REINDEX CONCURRENTLY"),
        Deed::DetachPartition { concurrently: true, .. } => Some("DETACH PARTITION CONCURRENTLY"),
        Deed::Vacuum { .. } => Some("VACUUM"),
        Deed::Alone(words) => Some(words),
        _ => None,
    }
}
