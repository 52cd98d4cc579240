use super::page::{Row, Section};
use super::sections::line;
use crate::explain::{
    Again, Explanation, InTransaction, Obstacle, Repeat, Standing, Step, TableLock,
};
use crate::locking::{Cost, Mode};
use crate::migration::{Sends, Wraps};
use crate::report::style::Tone;
use crate::sql::{Control, Inside};

pub(super) fn repeats(explanation: &Explanation) -> Section {
    let first = |at: usize| explanation.steps.get(at).map(told_of).unwrap_or_default();
    let verdict = match &explanation.again {
        Again::Can => (Tone::Good, "yes, as far as the files say".to_owned()),
        Again::Unsure(at) => (Tone::Doubtful, format!("not certain: {}", first(*at))),
        Again::Cannot(at) => (Tone::Bad, format!("no: {}", first(*at))),
    };
    let title = "Can it run twice?";
    Section { title, verdict: Some(verdict), rows: repeat_rows(&explanation.steps) }
}

fn told_of(step: &Step) -> String {
    match &step.repeat {
        Repeat::Once(why) | Repeat::Unsure(why) => format!("line {}, {why}", line(&step.place)),
        Repeat::Harmless | Repeat::Same | Repeat::Guarded(_) => String::new(),
    }
}

/// What stands in the way one by one, and the rest by what makes it repeatable.
fn repeat_rows(steps: &[Step]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for step in steps {
        let at = line(&step.place);
        let group = match &step.repeat {
            Repeat::Once(why) => {
                rows.push(Row::new(Some(at), format!("once: {why}")).toned(Tone::Bad));
                continue;
            }
            Repeat::Unsure(why) => {
                let row = Row::new(Some(at), format!("not certain: {why}"));
                rows.push(row.toned(Tone::Doubtful));
                continue;
            }
            Repeat::Harmless => continue,
            Repeat::Same => "the same again".to_owned(),
            Repeat::Guarded(guard) => format!("guarded ({guard})"),
        };
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, lines)) => lines.push(at),
            None => groups.push((group, vec![at])),
        }
    }
    rows.extend(groups.into_iter().map(|(group, lines)| grouped(&group, &lines)));
    rows
}

fn grouped(group: &str, lines: &[usize]) -> Row {
    Row::new(None, format!("{group}: {}", listed(lines))).toned(Tone::Dim)
}

/// `line 3`, `lines 3, 4 and 5 more`.
fn listed(lines: &[usize]) -> String {
    const MOST: usize = 12;
    let said: Vec<_> = lines.iter().take(MOST).map(ToString::to_string).collect();
    let word = if lines.len() == 1 { "line" } else { "lines" };
    let more = match lines.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{word} {}{more}", said.join(", "))
}

pub(super) fn transaction(told: &InTransaction) -> Section {
    let how = how_it_runs(told);
    let first = told.obstacles.iter().find(|it| it.is_inside).or(told.obstacles.first());
    let first = first.map(obstacle).unwrap_or_default();
    let verdict = match told.standing {
        Standing::Whole => (Tone::Good, format!("yes: {how}")),
        Standing::Could => (Tone::Good, format!("it could, but {how}")),
        Standing::Own => (Tone::Good, format!("in its own: {how}")),
        Standing::Outside => (Tone::Good, format!("no, and {how}: {first}")),
        Standing::Refused => (Tone::Bad, format!("no, and {how}: {first} fails there")),
        Standing::EndsTheirs => {
            (Tone::Doubtful, format!("{how}, and the file ends that transaction itself"))
        }
    };
    let mut rows: Vec<_> = told.obstacles.iter().map(obstacle_row).collect();
    rows.extend(
        told.controls.iter().map(|(place, control)| {
            Row::new(Some(line(place)), control_words(*control).to_owned())
        }),
    );
    Section { title: "In a transaction?", verdict: Some(verdict), rows }
}

fn how_it_runs(told: &InTransaction) -> String {
    let who = if told.is_own_rule { "the file says that it" } else { "it" };
    match (told.rule.wraps, told.rule.sends) {
        (Wraps::Each, _) => format!("{who} is run in one transaction"),
        (Wraps::All, _) => format!("{who} is run in one transaction with all that is pending"),
        (Wraps::Nothing, Sends::Whole) => {
            format!(
                "{who} is sent whole, which is one transaction unless it has a single statement"
            )
        }
        (Wraps::Nothing, Sends::Statements) => format!("{who} is run statement by statement"),
    }
}

fn obstacle(told: &Obstacle) -> String {
    format!("line {}, {}", line(&told.place), told.what)
}

fn obstacle_row(told: &Obstacle) -> Row {
    let tone = if told.is_inside { Tone::Bad } else { Tone::Dim };
    Row::new(Some(line(&told.place)), format!("refuses a transaction: {}", told.what)).toned(tone)
}

fn control_words(control: Control) -> &'static str {
    match control {
        Control::Begin => "BEGIN",
        Control::Commit => "COMMIT",
        Control::Rollback => "ROLLBACK",
    }
}

pub(super) fn locks(explanation: &Explanation) -> Section {
    let locks = &explanation.locks;
    let is_held = matches!(explanation.transaction.standing, Standing::Whole | Standing::Own);
    let blocking = locks.iter().rev().filter(|lock| lock.mode.blocks_applications());
    let worst = if is_held {
        blocking.max_by_key(|lock| (lock.mode, lock.cost))
    } else {
        blocking.max_by_key(|lock| (lock.cost, lock.mode))
    };
    let verdict = match worst {
        None if locks.is_empty() => (Tone::Good, "none".to_owned()),
        None => (Tone::Good, "none that an application has to wait for".to_owned()),
        Some(worst) => {
            let is_long = locks.iter().any(|lock| lock.cost > Cost::EveryRow);
            let tone = if is_long { Tone::Bad } else { Tone::Doubtful };
            let when = if is_held { "until it commits" } else { for_how_long(worst.cost) };
            let (what, table, at) = (worst.mode.blocks(), &worst.table, line(&worst.place));
            (tone, format!("{what} of {table} wait {when} (line {at})"))
        }
    };
    let (told, light): (Vec<_>, Vec<_>) = locks.iter().partition(|lock| is_worth_a_row(lock));
    let mut rows = alike(told.into_iter().map(lock_row));
    if !light.is_empty() {
        let lines: Vec<_> = light.iter().map(|lock| line(&lock.place)).collect();
        rows.push(grouped("others, which block neither reads nor writes", &lines));
    }
    Section { title: "Locks on tables that are there before it", verdict: Some(verdict), rows }
}

fn for_how_long(cost: Cost) -> &'static str {
    match cost {
        Cost::Brief | Cost::Rows | Cost::EveryRow => "for a moment",
        Cost::Scan(_) => "while the table is read",
        Cost::Index => "while an index is built",
        Cost::PerhapsRewrite(_) => "perhaps while the table is rewritten",
        Cost::Rewrite(_) => "while the table is rewritten",
    }
}

/// Rows that say the same are one, with the lines of all.
fn alike(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut groups: Vec<(Row, Vec<usize>)> = Vec::new();
    for row in rows {
        let same = |(known, _): &&mut (Row, Vec<usize>)| {
            known.text == row.text && known.notes == row.notes
        };
        match groups.iter_mut().find(same) {
            Some((_, lines)) => lines.extend(row.line),
            None => groups.push((row, Vec::new())),
        }
    }
    let with_lines = |(mut row, lines): (Row, Vec<usize>)| {
        if !lines.is_empty() {
            row.text = format!("{}; also {}", row.text, listed(&lines));
        }
        row
    };
    groups.into_iter().map(with_lines).collect()
}

/// Comments, statistics and writes of a few rows are told together.
fn is_worth_a_row(lock: &TableLock) -> bool {
    lock.mode.blocks_applications() || lock.cost > Cost::Rows
}

fn lock_row(lock: &TableLock) -> Row {
    let perhaps = match lock.inside {
        Inside::Branch | Inside::Dynamic => "perhaps ",
        Inside::Statement | Inside::Block | Inside::Routine => "",
    };
    let unknown = if lock.is_known { "" } else { " (no migration here makes it)" };
    let text = format!(
        "{perhaps}{}{unknown}: {}, blocks {}{}",
        lock.table,
        lock.mode.name(),
        lock.mode.blocks(),
        cost_words(lock.cost)
    );
    let mut row = Row::new(Some(line(&lock.place)), text);
    if lock.mode.blocks_applications() {
        row = row.toned(if lock.cost > Cost::EveryRow { Tone::Bad } else { Tone::Doubtful });
    }
    row.notes = lock.gentler.iter().map(|gentler| format!("gentler: {gentler}")).collect();
    row
}

fn cost_words(cost: Cost) -> String {
    match cost {
        Cost::Brief | Cost::Rows => String::new(),
        Cost::EveryRow => "; touches every row".to_owned(),
        Cost::Scan(why) => format!("; reads the whole table {why}"),
        Cost::Index => "; reads the whole table and builds an index".to_owned(),
        Cost::PerhapsRewrite(condition) => format!("; rewrites the table if {condition}"),
        Cost::Rewrite(why) => format!("; rewrites the table ({why})"),
    }
}

/// The mode of the strongest lock, for those who need one word.
pub(super) fn strongest(locks: &[TableLock]) -> Option<Mode> {
    locks.iter().map(|lock| lock.mode).max()
}
