use serde::Serialize;

use super::does::does;
use super::verdicts::strongest;
use crate::explain::{Again, Explanation, Neighbour, Repeat, Standing, Step, TableLock};
use crate::lineage::Link;
use crate::locking::Cost;
use crate::place::Place;
use crate::report::ReadFrom;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    /// What it was read from: `files`, or `replay`, too.
    read_from: &'static str,
    explanations: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    cases: &'a [String],
    migration: &'a str,
    file: String,
    /// Why it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded: Option<&'a str>,
    statements: Vec<Statement<'a>>,
    outside: Vec<Through>,
    needs: Vec<Other<'a>>,
    mentions: Vec<Other<'a>>,
    needed_by: Vec<Other<'a>>,
    mentioned_by: Vec<Other<'a>>,
    runs_twice: Twice,
    transaction: Transaction<'a>,
    strongest_lock: Option<&'static str>,
    locks: Vec<Lock>,
}

#[derive(Serialize)]
struct Statement<'a> {
    at: At,
    does: Vec<Does>,
    /// `harmless`, `same`, `guarded`, `unsure` or `once`.
    repeat: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct Does {
    object: String,
    what: String,
    at: At,
}

#[derive(Serialize)]
struct At {
    file: String,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Through {
    object: String,
    needed_at: At,
    made_at: Option<At>,
}

#[derive(Serialize)]
struct Other<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded: Option<&'a str>,
    through: Vec<Through>,
}

#[derive(Serialize)]
struct Twice {
    /// `yes`, `unsure` or `no`.
    answer: &'static str,
    at: Option<At>,
}

#[derive(Serialize)]
struct Transaction<'a> {
    /// `whole`, `could`, `own`, `outside`, `refused` or `ends-theirs`.
    standing: &'static str,
    refusing: Vec<Refusing<'a>>,
}

#[derive(Serialize)]
struct Refusing<'a> {
    what: &'a str,
    inside: bool,
    at: At,
}

#[derive(Serialize)]
struct Lock {
    table: String,
    known: bool,
    mode: &'static str,
    blocks: &'static str,
    /// `brief`, `rows`, `every-row`, `scan`, `index`, `perhaps-rewrite` or `rewrite`.
    cost: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gentler: Option<&'static str>,
    at: At,
}

/// Explanations as JSON, each with the cases that it is of.
#[must_use]
pub fn explain_json(explanations: &[(&[String], &Explanation)], from: ReadFrom) -> String {
    let explanations = explanations.iter().map(|(cases, it)| one(cases, it)).collect();
    let report = Report { version: 1, read_from: from.word(), explanations };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn one<'a>(cases: &'a [String], told: &'a Explanation) -> One<'a> {
    let neighbours = &told.neighbours;
    One {
        cases,
        migration: told.migration.id.as_str(),
        file: told.migration.up.source().path().display().to_string(),
        excluded: told.left_out.as_deref(),
        statements: told.steps.iter().map(statement).collect(),
        outside: neighbours.outside.iter().map(through).collect(),
        needs: others(&neighbours.needs),
        mentions: others(&neighbours.mentions),
        needed_by: others(&neighbours.needed_by),
        mentioned_by: others(&neighbours.mentioned_by),
        runs_twice: twice(told),
        transaction: transaction(told),
        strongest_lock: strongest(&told.locks).map(crate::locking::Mode::name),
        locks: told.locks.iter().map(lock).collect(),
    }
}

fn statement(step: &Step) -> Statement<'_> {
    let (repeat, why) = match &step.repeat {
        Repeat::Harmless => ("harmless", None),
        Repeat::Same => ("same", None),
        Repeat::Guarded(guard) => ("guarded", Some(*guard)),
        Repeat::Unsure(why) => ("unsure", Some(why.as_str())),
        Repeat::Once(why) => ("once", Some(why.as_str())),
    };
    let tell = |deed: &crate::explain::Deed| {
        let object = deed.happening.object.to_string();
        Some(Does { object, what: does(deed)?, at: at(&deed.happening.place) })
    };
    let does = step.deeds.iter().filter_map(tell).collect();
    Statement { at: at(&step.place), does, repeat, why }
}

fn others(neighbours: &[Neighbour]) -> Vec<Other<'_>> {
    neighbours.iter().map(other).collect()
}

fn other(neighbour: &Neighbour) -> Other<'_> {
    Other {
        file: &neighbour.name,
        excluded: neighbour.left_out.as_deref(),
        through: neighbour.through.iter().map(through).collect(),
    }
}

fn through(link: &Link) -> Through {
    Through {
        object: link.object.to_string(),
        needed_at: at(&link.needed),
        made_at: link.made.as_ref().map(at),
    }
}

fn twice(told: &Explanation) -> Twice {
    let place = |step: usize| told.steps.get(step).map(|step| at(&step.place));
    let (answer, at) = match told.again {
        Again::Can => ("yes", None),
        Again::Unsure(step) => ("unsure", place(step)),
        Again::Cannot(step) => ("no", place(step)),
    };
    Twice { answer, at }
}

fn transaction(told: &Explanation) -> Transaction<'_> {
    let standing = match told.transaction.standing {
        Standing::Whole => "whole",
        Standing::Own => "own",
        Standing::Could => "could",
        Standing::Outside => "outside",
        Standing::Refused => "refused",
        Standing::EndsTheirs => "ends-theirs",
    };
    let obstacles = told.transaction.obstacles.iter();
    let refusing = obstacles
        .map(|it| Refusing { what: &it.what, inside: it.is_inside, at: at(&it.place) })
        .collect();
    Transaction { standing, refusing }
}

fn lock(lock: &TableLock) -> Lock {
    Lock {
        table: lock.table.to_string(),
        known: lock.is_known,
        mode: lock.mode.name(),
        blocks: lock.mode.blocks(),
        cost: match lock.cost {
            Cost::Brief => "brief",
            Cost::Rows => "rows",
            Cost::EveryRow => "every-row",
            Cost::Scan(_) => "scan",
            Cost::Index => "index",
            Cost::PerhapsRewrite(_) => "perhaps-rewrite",
            Cost::Rewrite(_) => "rewrite",
        },
        gentler: lock.gentler,
        at: at(&lock.place),
    }
}

fn at(place: &Place) -> At {
    let at = place.line_column();
    At { file: place.source().path().display().to_string(), line: at.line, column: at.column }
}
