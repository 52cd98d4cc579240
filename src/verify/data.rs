//! What tables lost: is it declared, is it a failure, and in which words is it told?

use crate::accounts::{Loss, Said, Sayings, TableFacts, TableLosses, What};
use crate::migration::{Migration, Pattern};
use crate::outcome::{Advice, Blame, Culprit, Found, Phase};
use crate::plan::CasePlan;
use crate::scenario::{Cause, ExpectedChange, Judged};

/// Whether a scenario declares a loss; what its `sql` says is not looked at.
#[must_use]
pub fn is_declared(
    change: &ExpectedChange,
    migration: &Migration,
    table: &TableFacts,
    what: &What,
) -> bool {
    let is_by = change.migration.as_ref().is_none_or(|wanted| {
        Pattern::new(&wanted.value).is_ok_and(|pattern| pattern.matches(migration))
    });
    let is_of = change.table.value == table.shown()
        || (change.table.value == table.name && !change.table.value.contains('.'));
    let is_about = change.columns.is_empty()
        || match what {
            What::Table | What::Rows => false,
            What::Column(column) => change.columns.contains(column),
            What::Values { column, now, .. } => {
                change.columns.contains(column) || change.columns.contains(now)
            }
        };
    is_by && is_of && is_about
}

/// That rows are declared to change, and did not.
#[must_use]
pub fn never_changed(change: &ExpectedChange) -> Found {
    let columns = if change.columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", change.columns.join(", "))
    };
    let table = &change.table.value;
    let message = format!("the rows of {table}{columns} are declared to change, and did not");
    let mut found = Found::new(Phase::Expect, Blame::Migration, message);
    found.place.clone_from(&change.place);
    found.error.hint = Some("remove this [[expect.change]]".into());
    found
}

/// What is to be told of the losses of one table that nobody declared: first what fails, then what is only noted.
#[must_use]
pub fn data_lost(
    case: &CasePlan,
    migration: &Migration,
    losses: &TableLosses,
    sayings: &Sayings,
) -> Vec<Found> {
    let told = losses.losses.iter().map(|loss| (loss, sayings.said(losses, loss)));
    let (failures, notes): (Vec<_>, Vec<_>) =
        told.partition(|(_, said)| fails(case, migration, *said));
    let both = [(failures, false), (notes, true)].into_iter().filter(|(told, _)| !told.is_empty());
    both.map(|(told, is_note)| Found { is_note, ..found(migration, losses, &told, sayings) })
        .collect()
}

/// Undeclared loss fails, unless a statement says it: then the scenario decides. Rows that only the migrations themselves have
/// made are theirs to change. Where nothing is older than the replay, only a base tells what is new.
fn fails(case: &CasePlan, migration: &Migration, said: Said) -> bool {
    let seed = &case.seed;
    let is_given = !seed.sql.is_empty() || seed.dump.is_some() || seed.rows.is_some();
    said == Said::No
        || match case.scenario.limits.data {
            Judged::Strict => true,
            Judged::New => is_given && (!seed.begins_empty() || case.is_new(&migration.id)),
            Judged::Note => false,
        }
}

fn found(
    migration: &Migration,
    of: &TableLosses,
    told: &[(&Loss, Said)],
    sayings: &Sayings,
) -> Found {
    let shown = of.table.shown();
    let lines: Vec<_> = told.iter().map(|(loss, _)| line(&shown, loss)).collect();
    let message = match lines.as_slice() {
        [only] => format!("{}: {only}", migration.id),
        all => format!("{} loses data of table {shown}: {}", migration.id, all.join("; ")),
    };
    let mut found = Found::new(Phase::Apply, Blame::Migration, message);
    found.cause = Some(Cause::DataLost);
    found.certain = true;
    found.migration = Some(migration.id.clone());
    found.file = Some(migration.up.source().path().to_owned());
    found.objects = told.iter().map(|(loss, _)| object(&shown, &loss.what)).collect();
    found.objects.dedup();
    found.details = told.iter().flat_map(|(loss, _)| loss.samples.iter().cloned()).collect();
    let at = told.iter().find_map(|(_, said)| match said {
        Said::Yes(at) => Some(*at),
        Said::Perhaps | Said::No => None,
    });
    let ways = told.iter().filter(|(_, said)| *said == Said::No);
    let ways: Vec<_> = ways.filter_map(|(loss, _)| sayings.by_way_of(of, loss)).collect();
    let at = at.or_else(|| ways.first().map(|(at, _)| *at)).or_else(|| sayings.suspect(of));
    let statement = at.and_then(|at| migration.up.statements().get(at));
    found.place = statement.map(|statement| migration.up.place_of(statement));
    found.statement_index = at;
    found.because = reasons(of, told, sayings);
    found.culprits = vec![Culprit {
        migration: Some(migration.id.clone()),
        place: None,
        object: found.objects.first().cloned(),
        deed: deed(of, told),
    }];
    found.advice = vec![Advice { text: declaration(of, told), proven: false }];
    found
}

/// `column public.agents.metadata is gone with 3 values`.
fn line(table: &str, Loss { what, count, of, .. }: &Loss) -> String {
    match what {
        What::Table => format!("table {table} is gone with {}", counted(*count, "row")),
        What::Rows => {
            let verb = if *count == 1 { "is" } else { "are" };
            format!("{count} of {} of table {table} {verb} gone", counted(*of, "row"))
        }
        What::Column(column) => {
            format!("column {table}.{column} is gone with {}", counted(*count, "value"))
        }
        What::Values { column, .. } if *count == 0 => {
            format!("the values of column {table}.{column} are other ones")
        }
        What::Values { column, .. } => {
            let is = if *count == 1 { "is another one" } else { "are other ones" };
            format!("{count} of {} of column {table}.{column} {is}", counted(*of, "value"))
        }
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn object(table: &str, what: &What) -> String {
    match what {
        What::Table | What::Rows => format!("table {table}"),
        What::Column(column) | What::Values { column, .. } => format!("column {table}.{column}"),
    }
}

fn reasons(of: &TableLosses, told: &[(&Loss, Said)], sayings: &Sayings) -> Vec<String> {
    let mut reasons = Vec::new();
    for (loss, said) in told {
        let way = sayings.by_way_of(of, loss).map(|(_, way)| way);
        let reason = match said {
            Said::Yes(_) => "the migration says so itself, and the scenario does not declare it",
            Said::Perhaps => {
                "the migration runs what cannot be read here (a function, a text put together), and the scenario does not declare it"
            }
            Said::No if of.rebuilt => "the table was built again, and they were not taken over",
            Said::No if matches!(loss.what, What::Values { retyped: true, .. }) => {
                "the new type does not keep the values"
            }
            Said::No => way.as_deref().unwrap_or(
                "no DROP, DELETE, UPDATE or TRUNCATE of it says so: a cascade, a trigger or a rule did it",
            ),
        };
        if !reasons.iter().any(|known| known == reason) {
            reasons.push(reason.to_owned());
        }
    }
    reasons
}

fn deed(of: &TableLosses, told: &[(&Loss, Said)]) -> String {
    let what = told.first().map(|(loss, _)| object(&of.table.shown(), &loss.what));
    let what = what.unwrap_or_default();
    match told.first() {
        Some((_, Said::No)) if of.rebuilt => {
            format!("builds the table again without all of {what}")
        }
        Some((Loss { what: What::Table | What::Column(_), .. }, _)) => format!("{what} goes here"),
        Some((Loss { what: What::Rows, .. }, _)) => format!("rows of {what} go here"),
        _ => format!("values of {what} change here"),
    }
}

fn declaration(of: &TableLosses, told: &[(&Loss, Said)]) -> String {
    let columns: Vec<_> = told
        .iter()
        .filter_map(|(loss, _)| match &loss.what {
            What::Column(column) | What::Values { column, .. } => Some(format!("\"{column}\"")),
            What::Table | What::Rows => None,
        })
        .collect();
    let all = columns.len() == told.len();
    let columns = if all { format!(", columns = [{}]", columns.join(", ")) } else { String::new() };
    format!(
        "keep the data; or declare it, if it is meant so: [[expect.change]] with table = \"{}\"{columns} and a reason",
        of.table.shown()
    )
}
