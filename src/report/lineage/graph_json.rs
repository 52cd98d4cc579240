use serde::Serialize;

use super::ReadFrom;
use super::graph_rows::GraphView;
use crate::lineage::{Disagreement, Link, Node, Requirement};
use crate::place::Place;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    /// What it was read from: `files`, or `replay`, too.
    read_from: &'static str,
    graphs: Vec<OneGraph<'a>>,
}

#[derive(Serialize)]
struct OneGraph<'a> {
    cases: &'a [String],
    migrations: Vec<Row>,
    independent: Vec<String>,
    critical_path: Vec<String>,
    depends: Vec<Depends>,
    defined_twice: Vec<Double>,
}

#[derive(Serialize)]
struct Row {
    migration: String,
    file: String,
    /// Why it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded: Option<String>,
    requires: Vec<Required>,
    /// Where nothing fails without it: in a branch, under `IF EXISTS`, in the body of a routine.
    mentions: Vec<Required>,
    /// What no migration makes, and what an image has to bring.
    outside: Vec<Through>,
    creates: Vec<String>,
    changes: Vec<String>,
    used_by: Vec<String>,
}

#[derive(Serialize)]
struct Required {
    migration: String,
    through: Vec<Through>,
}

#[derive(Serialize)]
struct Through {
    object: String,
    needed_at: At,
    made_at: Option<At>,
}

#[derive(Serialize)]
struct At {
    file: String,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Depends {
    finding: &'static str,
    migration: String,
    on: String,
    at: Option<At>,
}

#[derive(Serialize)]
struct Double {
    object: String,
    first: At,
    second: At,
    differences: Vec<String>,
}

/// Graphs as JSON, each with the cases that it is of.
#[must_use]
pub fn graph_json(graphs: &[(&[String], &GraphView<'_>)], from: ReadFrom) -> String {
    let graphs = graphs.iter().map(|(cases, view)| one(cases, view)).collect();
    let report = Report { version: 1, read_from: from.word(), graphs };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn one<'a>(cases: &'a [String], view: &GraphView<'_>) -> OneGraph<'a> {
    let ids = |numbers: Vec<usize>| -> Vec<String> {
        let migrations = numbers.into_iter().filter(|it| view.is_migration(*it));
        migrations.map(|it| id(view, it)).collect()
    };
    OneGraph {
        cases,
        migrations: view.migrations().map(|(number, node)| migration(view, number, node)).collect(),
        independent: ids(view.graph.independent()),
        critical_path: ids(view.graph.critical_path()),
        depends: view.disagreements.iter().map(|it| depends(view, it)).collect(),
        defined_twice: doubles(view),
    }
}

fn migration(view: &GraphView<'_>, number: usize, node: &Node) -> Row {
    let file = view.author(number).map(|it| it.script().source().path().display().to_string());
    Row {
        migration: id(view, number),
        file: file.unwrap_or_default(),
        excluded: view.told.left_out(number).map(ToOwned::to_owned),
        requires: required(view, &node.requires),
        mentions: required(view, &node.mentions),
        outside: node.outside.iter().map(through).collect(),
        creates: node.creates.iter().map(ToString::to_string).collect(),
        changes: node.changes.iter().map(ToString::to_string).collect(),
        used_by: node.used_by.iter().map(|it| id(view, *it)).collect(),
    }
}

fn required(view: &GraphView<'_>, all: &[Requirement]) -> Vec<Required> {
    let all = all.iter().filter(|it| view.is_migration(it.author));
    let tell = |it: &Requirement| Required {
        migration: id(view, it.author),
        through: it.through.iter().map(through).collect(),
    };
    all.map(tell).collect()
}

fn through(link: &Link) -> Through {
    Through {
        object: link.object.to_string(),
        needed_at: at(&link.needed),
        made_at: link.made.as_ref().map(at),
    }
}

fn depends(view: &GraphView<'_>, found: &Disagreement) -> Depends {
    let (finding, declared) = match found {
        Disagreement::Missing(declared) => ("missing", declared),
        Disagreement::Later(declared) => ("later", declared),
        Disagreement::NotNeeded(declared) => ("not_needed", declared),
        Disagreement::NotDeclared { author, on, through } => {
            let place = through.first().map(|link| at(&link.needed));
            let on = view.file(*on);
            return Depends {
                finding: "not_declared",
                migration: id(view, *author),
                on,
                at: place,
            };
        }
    };
    let place = Some(at(&declared.place));
    Depends { finding, migration: id(view, declared.author), on: declared.name.clone(), at: place }
}

fn doubles(view: &GraphView<'_>) -> Vec<Double> {
    let all = view.told.all.happenings();
    let tell = |double: &crate::lineage::DoubleDefinition| {
        Some(Double {
            object: double.object.to_string(),
            first: at(&all.get(double.first)?.place),
            second: at(&all.get(double.second)?.place),
            differences: double.differences.iter().map(ToString::to_string).collect(),
        })
    };
    view.doubles.iter().filter_map(tell).collect()
}

fn id(view: &GraphView<'_>, number: usize) -> String {
    view.author(number).map(crate::lineage::Author::name).unwrap_or_default()
}

fn at(place: &Place) -> At {
    let at = place.line_column();
    At { file: place.source().path().display().to_string(), line: at.line, column: at.column }
}
