use std::fmt::Write as _;

use std::collections::BTreeMap;

use super::super::Description;
use super::super::contents::Contents;
use super::super::mermaid::{er_diagram, flowchart, keys_diagram};
use super::super::names::split_schema;
use super::super::sequence::Station;
use super::text::{Table, block, cell_code, code, heading, list, one_line, prose};
use super::{other, schema};
use crate::schema::{Kind, ObjectId};

/// The largest diagram that Mermaid draws unless it is told otherwise (`maxTextSize` of its
/// configuration); GitHub leaves it at that.
const LARGEST_DIAGRAM: usize = 50_000;

/// The most arrows that it draws (`maxEdges`).
const MOST_ARROWS: usize = 500;

/// What an arrow of a flowchart ends with, dashed or not; no name holds it.
const ARROW_END: &str = "-> m_";

/// Kinds that belong to the database and to no schema.
const OF_DATABASE: [Kind; 11] = [
    Kind::Language,
    Kind::EventTrigger,
    Kind::Cast,
    Kind::Transform,
    Kind::AccessMethod,
    Kind::ForeignDataWrapper,
    Kind::Server,
    Kind::UserMapping,
    Kind::Publication,
    Kind::Subscription,
    Kind::DefaultPrivileges,
];

/// The description as one page. `with_sequence` adds the migrations in their order as a diagram.
#[must_use]
pub fn markdown(description: &Description, with_sequence: bool) -> String {
    let contents = Contents::of(&description.catalog);
    let mut page = beginning(description);
    if with_sequence {
        let diagram = flowchart(&description.sequence, description.seed.as_deref());
        page.push_str(&heading(2, "Migrations"));
        page.push_str(&drawn(&[diagram]));
    }
    if contents.whole_tables().next().is_some() {
        page.push_str(&heading(2, "Diagram"));
        let catalog = &description.catalog;
        page.push_str(&drawn(&[er_diagram(catalog), keys_diagram(catalog)]));
    }
    page.push_str(&extensions(&contents));
    for (name, schema) in schemas(&contents) {
        page.push_str(&schema::section(&contents, &name, &schema));
    }
    page.push_str(&of_database(&contents));
    squeezed(&page)
}

fn beginning(description: &Description) -> String {
    let sequence = &description.sequence;
    let name = |station: &Station| code(&station.file);
    let mut page = format!("# Schema of {}\n\n", prose(&description.name));
    page.push_str(
        "<!-- Made by `migration-replay describe`: change the migrations, not this page. -->\n\n",
    );
    let last = sequence.last().map(|last| format!("After {}", name(last)));
    page.push_str(last.as_deref().unwrap_or("Before the first migration"));
    if let Some(seed) = &description.seed {
        let _ = write!(page, ", beginning with the seed {}", code(seed));
    }
    page.push_str(".\n");
    if let Some(failed) = sequence.failed() {
        let _ = write!(page, "\n**Not complete**: {} failed.\n", name(failed));
    }
    let excluded = sequence.excluded().map(|station| {
        let reason = station.reason.as_deref().map(prose).unwrap_or_default();
        format!("{}: {}", name(station), one_line(&reason))
    });
    page.push_str(&list("Left out", excluded));
    page
}

/// The first of these diagrams that can be drawn.
fn drawn(diagrams: &[String]) -> String {
    let arrows = |diagram: &str| diagram.lines().filter(|line| line.contains(ARROW_END)).count();
    let can_be_drawn =
        |diagram: &&String| diagram.len() <= LARGEST_DIAGRAM && arrows(diagram) <= MOST_ARROWS;
    match diagrams.iter().find(can_be_drawn) {
        Some(diagram) => block("mermaid", diagram),
        None => "It is too large to be drawn here.\n".into(),
    }
}

fn extensions(contents: &Contents<'_>) -> String {
    let mut table = Table::new(&["extension", "in schema"]);
    let mut has_any = false;
    for (id, extension) in contents.catalog.of_kind(Kind::Extension) {
        has_any = true;
        table.row(&[code(&id.name), cell_code(extension.property("schema").unwrap_or_default())]);
    }
    if has_any { heading(2, "Extensions") + &table.end() } else { String::new() }
}

/// The objects that belong to each schema itself and not to another object, by the schema's name.
fn schemas<'c>(contents: &Contents<'c>) -> BTreeMap<String, Vec<&'c ObjectId>> {
    let mut schemas: BTreeMap<String, Vec<&ObjectId>> = BTreeMap::new();
    for id in contents.catalog.objects.keys() {
        if id.kind == Kind::Schema {
            schemas.entry(id.name.clone()).or_default();
        } else if id.kind != Kind::Extension
            && !OF_DATABASE.contains(&id.kind)
            && let (Some(schema), _) = split_schema(&id.name)
        {
            schemas.entry(schema.to_owned()).or_default().push(id);
        }
    }
    schemas
}

fn of_database(contents: &Contents<'_>) -> String {
    let objects = OF_DATABASE.iter().flat_map(|kind| contents.catalog.of_kind(*kind));
    let items: String = objects.map(|(id, object)| other::item(&id.to_string(), object)).collect();
    if items.is_empty() { items } else { heading(2, "Of the whole database") + &items }
}

/// The page without empty lines that follow another, but for those of blocks of code.
fn squeezed(page: &str) -> String {
    let mut squeezed = String::with_capacity(page.len());
    let mut fence: Option<&str> = None;
    let mut is_after_empty = false;
    for line in page.trim_end().lines() {
        let is_empty = line.is_empty() && fence.is_none();
        if !(is_empty && is_after_empty) {
            squeezed.push_str(line);
            squeezed.push('\n');
        }
        is_after_empty = is_empty;
        match fence {
            Some(open) if line == open => fence = None,
            None if line.starts_with("```") => {
                fence = Some(line.trim_end_matches(|it| it != '`'));
            }
            _ => {}
        }
    }
    squeezed
}

#[cfg(test)]
mod tests;
