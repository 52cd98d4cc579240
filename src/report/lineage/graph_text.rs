use std::fmt::Write as _;

use super::graph_rows::{GraphView, Row};
use super::words::short;
use crate::lineage::{Disagreement, DoubleDefinition, Unlike};
use crate::report::Style;
use crate::report::style::Tone;
use crate::report::text::{first_line, visible};
use crate::schema::ObjectId;

const HEADS: [&str; 4] = ["file", "requires", "creates", "used by"];
/// The widest that each column gets.
const WIDEST: [usize; 4] = [44, 40, 44, 24];

/// The graph as a table for people, and what else the files show.
#[must_use]
pub fn graph_table(view: &GraphView<'_>, style: Style) -> String {
    let rows: Vec<_> = view.rows().iter().map(cells).collect();
    let cut = |row: &[String; 4]| -> [Vec<String>; 4] {
        std::array::from_fn(|at| {
            wrapped(row.get(at).map_or("", String::as_str), WIDEST.get(at).copied().unwrap_or(40))
        })
    };
    let rows: Vec<_> = rows.iter().map(cut).collect();
    let widths: [usize; 4] = std::array::from_fn(|at| {
        let lines = rows.iter().filter_map(|row| row.get(at)).flatten();
        let head = HEADS.get(at).map_or(0, |head| head.len());
        lines.map(|line| line.chars().count()).max().unwrap_or(0).max(head)
    });
    let heads: [Vec<String>; 4] = HEADS.map(|head| vec![head.to_owned()]);
    let mut text = style.paint(Tone::Dim, laid(&heads, widths).trim_end()) + "\n";
    for row in &rows {
        text.push_str(&laid(row, widths));
    }
    text.push('\n');
    for line in notes(view) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// The graph as a Markdown table, and what else the files show as a list.
#[must_use]
pub fn graph_markdown(view: &GraphView<'_>) -> String {
    let mut text = String::from("| file | requires | creates | used by |\n|---|---|---|---|\n");
    for row in view.rows() {
        let cells = cells(&row).map(|cell| cell.replace('|', "\\|").replace('\n', " "));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text.push('\n');
    for line in notes(view) {
        let _ = writeln!(text, "- {line}");
    }
    text
}

fn cells(row: &Row) -> [String; 4] {
    let file = match &row.left_out {
        Some(reason) => format!("{} (excluded: {})", row.file, first_line(reason)),
        None => row.file.clone(),
    };
    let cells = [file, row.requires.join("; "), row.creates.join("; "), row.used_by.join(", ")];
    cells.map(|cell| visible(&cell))
}

/// One row, of as many lines as its highest cell has.
fn laid(cells: &[Vec<String>; 4], widths: [usize; 4]) -> String {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let mut text = String::new();
    for number in 0..height {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let part = cell.get(number).map_or("", String::as_str);
            let _ = write!(line, "{part:width$}  ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// A text in lines of at most so many characters, broken at blanks.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').flat_map(|word| pieces(word, width.saturating_sub(2))) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            Some(_) => lines.push(format!("  {word}")),
            None => lines.push(word),
        }
    }
    lines
}

/// A word in pieces of at most so many characters.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let characters: Vec<_> = word.chars().collect();
    if characters.is_empty() {
        return vec![String::new()];
    }
    characters.chunks(width.max(1)).map(|piece| piece.iter().collect()).collect()
}

/// What the table does not show.
fn notes(view: &GraphView<'_>) -> Vec<String> {
    let names = |numbers: &[usize], between: &str| {
        let names = numbers.iter().filter(|it| view.is_migration(**it)).map(|it| view.name(*it));
        names.collect::<Vec<_>>().join(between)
    };
    let mut notes = Vec::new();
    let independent = view.graph.independent();
    if independent.iter().any(|it| view.is_migration(*it)) {
        notes.push(format!("independent: {}", names(&independent, ", ")));
    }
    let path = view.graph.critical_path();
    if path.len() > 1 {
        notes.push(format!("critical path: {}", names(&path, " → ")));
    }
    notes.extend(view.disagreements.iter().map(|it| disagreement(view, it)));
    let all = view.told.all.happenings();
    for double in &view.doubles {
        let (Some(first), Some(second)) = (all.get(double.first), all.get(double.second)) else {
            continue;
        };
        notes.push(format!(
            "defined twice: {}, there at {}, here at {} ({})",
            double.object,
            first.place,
            second.place,
            differences(double)
        ));
    }
    notes.into_iter().map(|note| visible(&note)).collect()
}

/// What is not the same in two definitions: columns and labels by their own names.
fn differences(double: &DoubleDefinition) -> String {
    let own =
        |object: &ObjectId| match object.name.strip_prefix(&format!("{}.", double.object.name)) {
            Some(member) => member.to_owned(),
            None => object.to_string(),
        };
    let mut sides = [Vec::new(), Vec::new()];
    let mut other = Vec::new();
    for unlike in &double.differences {
        let [first_only, second_only] = &mut sides;
        match unlike {
            Unlike::OnlyFirst(object) => first_only.push(own(object)),
            Unlike::OnlySecond(object) => second_only.push(own(object)),
            Unlike::Other { object, first, second } => {
                other.push(format!("{}: {first} there, {second} here", own(object)));
            }
        }
    }
    let words = ["only there", "only here"];
    let said = words.iter().zip(&sides).filter(|(_, names)| !names.is_empty());
    let mut said: Vec<_> =
        said.map(|(word, names)| format!("{word}: {}", names.join(", "))).collect();
    said.extend(other);
    said.join("; ")
}

fn disagreement(view: &GraphView<'_>, found: &Disagreement) -> String {
    match found {
        Disagreement::Missing(declared) => {
            format!(
                "{}: DEPENDS names {}, which is no migration here",
                declared.place, declared.name
            )
        }
        Disagreement::Later(declared) => {
            format!(
                "{}: DEPENDS names {}, which does not come before",
                declared.place, declared.name
            )
        }
        Disagreement::NotNeeded(declared) => format!(
            "{}: DEPENDS names {}, and no statement shows why",
            declared.place, declared.name
        ),
        Disagreement::NotDeclared { author, on, through } => {
            let objects: Vec<_> = through.iter().map(|link| short(&link.object)).collect();
            let place = through.first().map(|link| link.needed.to_string()).unwrap_or_default();
            format!(
                "{place}: {} requires {} ({}), and its DEPENDS does not say so",
                view.file(*author),
                view.file(*on),
                objects.join(", ")
            )
        }
    }
}
