//! Graphs as drawings: Mermaid and DOT. An arrow goes from what is required to what requires it, and only where no other
//! arrows say so already.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::graph_rows::GraphView;
use crate::report::text::visible;

/// The graph for Mermaid (<https://mermaid.js.org/syntax/flowchart.html>).
#[must_use]
pub fn mermaid(view: &GraphView<'_>) -> String {
    let mut text = String::from("flowchart LR\n");
    for (number, _) in view.migrations() {
        let label = mermaid_label(&view.file(number));
        let class = if view.told.left_out(number).is_some() { ":::excluded" } else { "" };
        let _ = writeln!(text, "    m{number}[\"{label}\"]{class}");
    }
    let outside = outside(view);
    for (position, (object, _)) in outside.iter().enumerate() {
        let _ = writeln!(text, "    e{position}{{{{\"{}\"}}}}", mermaid_label(object));
    }
    for (from, to) in arrows(view) {
        let _ = writeln!(text, "    m{from} --> m{to}");
    }
    for (position, (_, users)) in outside.iter().enumerate() {
        for user in users {
            let _ = writeln!(text, "    e{position} -.-> m{user}");
        }
    }
    if view.migrations().any(|(number, _)| view.told.left_out(number).is_some()) {
        text.push_str("    classDef excluded stroke-dasharray: 5 5\n");
    }
    text
}

/// The graph for Graphviz (<https://graphviz.org/doc/info/lang.html>).
#[must_use]
pub fn dot(view: &GraphView<'_>) -> String {
    let mut text = String::from("digraph migrations {\n    rankdir=LR;\n    node [shape=box];\n");
    for (number, _) in view.migrations() {
        let style = if view.told.left_out(number).is_some() { ", style=dashed" } else { "" };
        let _ = writeln!(text, "    m{number} [label={}{style}];", dot_text(&view.file(number)));
    }
    let outside = outside(view);
    for (position, (object, _)) in outside.iter().enumerate() {
        let _ = writeln!(text, "    e{position} [label={}, shape=hexagon];", dot_text(object));
    }
    for (from, to) in arrows(view) {
        let _ = writeln!(text, "    m{from} -> m{to};");
    }
    for (position, (_, users)) in outside.iter().enumerate() {
        for user in users {
            let _ = writeln!(text, "    e{position} -> m{user} [style=dashed];");
        }
    }
    text + "}\n"
}

fn arrows(view: &GraphView<'_>) -> Vec<(usize, usize)> {
    let reduced = view.graph.reduced();
    let arrows =
        reduced.iter().enumerate().flat_map(|(to, all)| all.iter().map(move |it| (*it, to)));
    arrows.filter(|(from, to)| view.is_migration(*from) && view.is_migration(*to)).collect()
}

/// What an image or an environment has to bring, and who needs it.
fn outside(view: &GraphView<'_>) -> BTreeMap<String, Vec<usize>> {
    let mut outside: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, node) in view.migrations() {
        for link in &node.outside {
            outside.entry(link.object.to_string()).or_default().push(number);
        }
    }
    outside
}

/// A text in a quoted Mermaid label: quotes and `#` are written as entities.
fn mermaid_label(text: &str) -> String {
    visible(text).replace('#', "#35;").replace('"', "#quot;").replace('\n', " ")
}

fn dot_text(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "))
}
