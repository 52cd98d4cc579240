use super::explanation::Scene;
use crate::lineage::{Moment, Relation, moments};
use crate::locking::{Cost, Hold, Mode, Target, holds};
use crate::place::Place;
use crate::schema::{Kind, ObjectId};
use crate::sql::{Deed, Inside, Work};

/// The strongest lock of one statement on one table that is there before the migration.
#[derive(Debug, Clone)]
pub struct TableLock {
    /// Where the statement names the table.
    pub place: Place,
    /// The statement, as a position in [`Script::statements`](crate::migration::Script::statements).
    pub statement: usize,
    /// The table, by the name that it has then.
    pub table: ObjectId,
    /// Whether a file makes it; else it is taken to be there.
    pub is_known: bool,
    /// In which mode.
    pub mode: Mode,
    /// What the statement does with the table meanwhile: the worst of its actions.
    pub cost: Cost,
    /// What comes to the same and blocks less.
    pub gentler: Option<&'static str>,
    /// Where in the statement it is asked for.
    pub inside: Inside,
}

/// The locks of a migration on tables that are there before it, in the order of its statements.
pub(super) fn locks(scene: &Scene<'_>) -> Vec<TableLock> {
    let script = &scene.migration.up;
    let statements = script.statements();
    let mut locks: Vec<TableLock> = Vec::new();
    let readings = scene.request.readings;
    let visit = |number: usize, moment: Moment<'_>| {
        let Some(statement) = statements.get(number) else { return };
        let reading = readings.reading(script, number);
        for work in reading.works.iter().filter(|work| work.inside != Inside::Routine) {
            let start = statement.span.start;
            let place = script.place(start + work.span.start..start + work.span.end);
            for (relation, hold) in of_work(work, moment) {
                let lock = TableLock {
                    place: place.clone(),
                    statement: number,
                    table: relation.object,
                    is_known: relation.is_there,
                    mode: hold.mode,
                    cost: hold.cost,
                    gentler: hold.gentler,
                    inside: work.inside,
                };
                add(&mut locks, lock);
            }
        }
    };
    moments(scene.authors(), scene.request.opening, readings, scene.author, visit);
    locks
}

/// One lock for each statement and table.
fn add(locks: &mut Vec<TableLock>, lock: TableLock) {
    let same = locks
        .iter_mut()
        .find(|known| known.statement == lock.statement && known.table == lock.table);
    let Some(known) = same else { return locks.push(lock) };
    known.mode = known.mode.max(lock.mode);
    if lock.cost > known.cost || known.gentler.is_none() {
        known.gentler = lock.gentler;
    }
    known.cost = known.cost.max(lock.cost);
}

/// The locks of a work, each with the table; only tables that were there before.
fn of_work(work: &Work, moment: Moment<'_>) -> Vec<(Relation, Hold)> {
    let Some(on) = &work.on else { return Vec::new() };
    let column_type = match &work.deed {
        Deed::AlterType { column, .. } => moment.column_type(on, column),
        _ => None,
    };
    let mut found = Vec::new();
    for hold in holds(work, column_type.as_deref()) {
        let relations = match &hold.on {
            Target::Itself => moment.relation(on).into_iter().collect(),
            Target::Other(other) => moment.relation(other).into_iter().collect(),
            Target::PointedTo(key) => moment.pointed_to(on, key.as_deref()),
        };
        let is_gone = |relation: &Relation| work.deed == Deed::Drop && !relation.is_there;
        let older = relations.into_iter().filter(|it| it.is_older && is_table(it) && !is_gone(it));
        found.extend(older.map(|relation| (relation, hold.clone())));
    }
    found
}

/// Whether it holds rows: a table, or a materialized view.
fn is_table(relation: &Relation) -> bool {
    matches!(relation.object.kind, Kind::Table | Kind::ForeignTable | Kind::MaterializedView)
}
