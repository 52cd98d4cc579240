use super::{Definition, FileView, Look};
use crate::check::Finding;
use crate::migration::split::tokens;
use crate::scenario::{Level, Rule};
use crate::sql::Inside;

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::ConditionalLogic,
    level: Level::Off,
    title: "what a file does depends on what is there",
    look: Look::File(look),
};

/// Names by which a condition asks what is there.
const ASKING: &[&str] = &[
    "information_schema",
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_indexes",
    "pg_namespace",
    "pg_proc",
    "pg_tables",
    "pg_type",
    "pg_views",
    "to_regclass",
    "to_regproc",
    "to_regtype",
];

fn look(view: &FileView<'_>, found: &mut Vec<Finding>) {
    let script = &view.migration.up;
    for (statement, reading) in script.statements().iter().zip(view.up.statements()) {
        let is_conditional = reading.acts.iter().any(|act| act.inside == Inside::Branch);
        if !is_conditional {
            continue;
        }
        let text = script.text_of(statement);
        let Some((at, name)) = asks(&text) else { continue };
        let start = statement.span.start + at;
        found.push(
            Finding::new(Rule::ConditionalLogic, format!("a condition asks {name} what is there, and decides by it what to do"))
                .at(script.place(start..start + name.len()))
                .help("a database should come to one schema in one way: say what is so, and let it fail where it is not")
                .about(view.migration),
        );
    }
}

/// Where a statement says one of these names, also in the body of a block.
fn asks(text: &str) -> Option<(usize, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let places = ASKING.iter().filter_map(|name| Some((lower.find(name)?, *name)));
    let first = places.min()?;
    // Comments are no tokens.
    let is_said = tokens(text)
        .any(|token| (token.offset..token.offset + token.text.len()).contains(&first.0));
    is_said.then_some(first)
}
