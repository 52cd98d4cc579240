use super::said::{Group, files, groups, place};
use crate::exclusions::compare::{Comparison, Row};
use crate::report::{Style, Tone, first_line, render_problems};

/// The comparison for people: what is wrong with entries, who leaves out what, and what follows.
#[must_use]
pub fn text(comparison: &Comparison, style: Style) -> String {
    let mut parts = Vec::new();
    let problems = comparison.problems();
    if !problems.0.is_empty() {
        parts.push(render_problems(&problems, style));
    }
    let groups = groups(comparison);
    parts.push(groups.iter().map(|it| legend(it, comparison)).collect::<Vec<_>>().join("\n"));
    let rows = disputed(comparison);
    if !rows.is_empty() {
        parts.push(matrix(&rows, &groups));
    }
    parts.push(conclusions(comparison, style).join("\n"));
    parts.join("\n\n") + "\n"
}

/// `A  ci.yml:3, :12, skipped.txt:1 (MIGRATION_EXCLUDE): 2 migrations`
fn legend(group: &Group<'_>, comparison: &Comparison) -> String {
    let mut places = Vec::new();
    let mut before = None;
    for list in &group.lists {
        let path = list.place.source().path();
        let place = place(list);
        let line = place.strip_prefix(&path.display().to_string()).filter(|_| before == Some(path));
        places.push(first_line(line.unwrap_or(&place)));
        before = Some(path);
    }
    let mut whats: Vec<_> = group.lists.iter().filter_map(|list| list.what.as_deref()).collect();
    whats.dedup();
    if group.is_production() {
        whats.push("production");
    }
    let whats = if whats.is_empty() {
        String::new()
    } else {
        format!(" ({})", first_line(&whats.join(", ")))
    };
    let count = comparison.rows.iter().filter(|row| group.leaves_out(row)).count();
    let places = places.join(", ");
    format!("{}  {places}{whats}: {}", group.letter, migrations(count))
}

/// Migrations that not all lists agree on, production's among them.
fn disputed(comparison: &Comparison) -> Vec<&Row> {
    let is_disputed = |row: &&Row| row.left_out_by.iter().any(|it| !it);
    comparison.rows.iter().filter(is_disputed).collect()
}

/// A line for each migration, a column for each group: `x` where it is left out.
fn matrix(rows: &[&Row], groups: &[Group<'_>]) -> String {
    let width = rows.iter().map(|row| row.file.chars().count()).max().unwrap_or_default();
    let line = |name: &str, cells: Vec<&str>| {
        let cells = cells.iter().zip(groups).map(|(cell, group)| {
            let width = group.letter.len();
            format!("  {cell:width$}")
        });
        format!("{name:width$}{}", cells.collect::<String>()).trim_end().to_owned()
    };
    let mut lines = vec![line("left out by", groups.iter().map(|it| it.letter.as_str()).collect())];
    lines.extend(rows.iter().map(|row| {
        let mark = |group: &Group<'_>| if group.leaves_out(row) { "x" } else { "-" };
        line(&first_line(&row.file), groups.iter().map(mark).collect())
    }));
    lines.join("\n")
}

fn conclusions(comparison: &Comparison, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |tone, what: &str, rows: &[&Row]| {
        if !rows.is_empty() {
            lines.push(
                style.paint(tone, &format!("{what}: {}", first_line(&files(rows).join(", ")))),
            );
        }
    };
    say(Tone::Bad, "the lists differ about", &comparison.differing());
    say(Tone::Bad, "production runs what a list leaves out", &comparison.only_in_production());
    say(
        Tone::Doubtful,
        "production leaves out what a list does not",
        &comparison.not_in_production(),
    );
    if !comparison.stale.is_empty() {
        let count = comparison.stale.len();
        let entries = if count == 1 { "entry matches" } else { "entries match" };
        let text = format!("{count} {entries} no migration of {}", first_line(&comparison.folder));
        lines.push(style.paint(Tone::Bad, &text));
    }
    if lines.is_empty() {
        let count = migrations(comparison.rows.len());
        let text = match comparison.lists.len() {
            1 => format!("the list leaves out {count}"),
            lists => format!("{lists} lists leave out the same {count}"),
        };
        lines.push(style.paint(Tone::Good, &text));
    }
    lines
}

fn migrations(count: usize) -> String {
    if count == 1 { "1 migration".into() } else { format!("{count} migrations") }
}
