use std::collections::BTreeMap;

use super::words::short;
use crate::lineage::{
    Author, Disagreement, DoubleDefinition, Graph, Link, Node, Requirement, Twofold, disagreements,
    double_definitions,
};
use crate::migration::Version;
use crate::schema::{Kind, ObjectId};

/// What the files say about each other.
#[derive(Debug)]
pub struct GraphView<'t> {
    pub(super) told: &'t Twofold,
    pub(super) graph: Graph,
    pub(super) disagreements: Vec<Disagreement>,
    pub(super) doubles: Vec<DoubleDefinition>,
}

/// One migration as a row of a table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) file: String,
    pub(super) left_out: Option<String>,
    pub(super) requires: Vec<String>,
    pub(super) creates: Vec<String>,
    pub(super) used_by: Vec<String>,
}

/// So many objects of one kind, or of one requirement, are named; of more, the first and how many.
const MOST: usize = 4;

impl<'t> GraphView<'t> {
    /// The graph of everything, what is left out included.
    #[must_use]
    pub fn of(told: &'t Twofold) -> Self {
        let graph = Graph::of(&told.all);
        let disagreements = disagreements(&told.all, &graph);
        Self { told, graph, disagreements, doubles: double_definitions(&told.all) }
    }

    pub(super) fn author(&self, number: usize) -> Option<&'t Author> {
        self.told.all.authors().get(number)
    }

    /// The positions and nodes of migrations, without SQL of setup and seeds.
    pub(super) fn migrations(&self) -> impl Iterator<Item = (usize, &Node)> {
        let nodes = self.graph.nodes().iter().enumerate();
        nodes.filter(|(number, _)| self.is_migration(*number))
    }

    pub(super) fn is_migration(&self, number: usize) -> bool {
        self.author(number).is_some_and(|author| author.migration().is_some())
    }

    /// The whole name of a migration.
    pub(super) fn file(&self, number: usize) -> String {
        match self.author(number) {
            Some(Author::Migration(migration)) => migration.file_name().to_owned(),
            Some(author) => author.name(),
            None => String::new(),
        }
    }

    /// A short name: the version, where it is one and no other migration has it.
    pub(super) fn name(&self, number: usize) -> String {
        const LONGEST: usize = 14;
        let version = |number| {
            self.author(number)?
                .migration()
                .map(|migration: &'t std::sync::Arc<_>| &migration.version)
        };
        let Some(own) = version(number) else { return self.file(number) };
        let has_number = own.as_str().starts_with(|c: char| c.is_ascii_digit());
        let is_short = own.as_str().len() <= LONGEST && has_number;
        let same = |other: &Version| other.is(own.as_str());
        let others = self.migrations().filter_map(|(number, _)| version(number));
        let is_only = others.filter(|other| same(other)).count() == 1;
        if is_short && is_only { own.to_string() } else { self.file(number) }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        self.migrations().map(|(number, node)| self.row(number, node)).collect()
    }

    fn row(&self, number: usize, node: &Node) -> Row {
        let mut requires = outside(node);
        let others = node.requires.iter().filter(|it| self.is_migration(it.author));
        requires.extend(others.map(|it| self.requirement(it)));
        let mentions = node.mentions.iter().filter(|it| self.is_migration(it.author));
        let mentions: Vec<_> = mentions.map(|it| self.name(it.author)).collect();
        if !mentions.is_empty() {
            requires.push(format!("mentions {}", mentions.join(", ")));
        }
        let mut creates = grouped(&node.creates);
        let changes: Vec<_> =
            node.changes.iter().filter(|it| !is_detail(it.kind)).cloned().collect();
        let changes = grouped(&changes);
        if !changes.is_empty() {
            creates.push(format!("changes {}", changes.join(", ")));
        }
        Row {
            file: self.file(number),
            left_out: self.told.left_out(number).map(ToOwned::to_owned),
            requires,
            creates,
            used_by: node.used_by.iter().map(|user| self.name(*user)).collect(),
        }
    }

    fn requirement(&self, requirement: &Requirement) -> String {
        let through = told_once(&requirement.through);
        let names: Vec<_> = through.iter().map(|object| short(object)).collect();
        format!("{} ({})", self.name(requirement.author), listed(&names))
    }
}

/// What an image or an environment has to bring, and what no file makes although it should.
fn outside(node: &Node) -> Vec<String> {
    let objects = node.outside.iter().map(|link| &link.object);
    let is_of_server = |it: &&ObjectId| matches!(it.kind, Kind::Extension | Kind::Role);
    let (server, missing): (Vec<&ObjectId>, Vec<&ObjectId>) = objects.partition(is_of_server);
    let mut said: Vec<_> = server.into_iter().map(ToString::to_string).collect();
    let missing: Vec<_> = missing.into_iter().cloned().collect();
    if !missing.is_empty() {
        said.push(format!("not made here: {}", grouped(&missing).join(", ")));
    }
    said
}

/// Without columns and other members of a table that is named itself, and without indexes, constraints and the like where
/// there is something else.
fn told_once(links: &[Link]) -> Vec<&ObjectId> {
    let is_of = |object: &ObjectId, whole: &ObjectId| {
        object.name.strip_prefix(&whole.name).is_some_and(|rest| rest.starts_with('.'))
    };
    let objects = || links.iter().map(|link| &link.object);
    let wholes: Vec<_> = objects().filter(|object| object.kind != Kind::Column).collect();
    let is_own = |object: &&ObjectId| !wholes.iter().any(|whole| is_of(object, whole));
    let main: Vec<_> = objects().filter(is_own).filter(|object| !is_detail(object.kind)).collect();
    if main.is_empty() { objects().filter(is_own).collect() } else { main }
}

/// Objects by kind, in the order of kinds: the important ones by name, the others by number.
fn grouped(objects: &[ObjectId]) -> Vec<String> {
    let mut kinds: BTreeMap<(bool, Kind), Vec<&ObjectId>> = BTreeMap::new();
    for object in objects {
        kinds.entry((is_detail(object.kind), object.kind)).or_default().push(object);
    }
    let mut groups = Vec::new();
    for ((is_detail, kind), objects) in kinds {
        if is_detail {
            groups.push(kind.counted(objects.len()));
        } else if kind == Kind::Column {
            groups.extend(columns(&objects));
        } else {
            let names: Vec<_> = objects.iter().map(|object| short(object)).collect();
            groups.push(format!("{kind} {}", listed(&names)));
        }
    }
    groups
}

/// `columns a, b of t`, for each table.
fn columns(columns: &[&ObjectId]) -> Vec<String> {
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    for column in columns {
        let Some((table, name)) = short(column).rsplit_once('.') else { continue };
        match tables.iter_mut().find(|(known, _)| *known == table) {
            Some((_, names)) => names.push(name),
            None => tables.push((table, vec![name])),
        }
    }
    let tell = |(table, names): (&str, Vec<&str>)| {
        let word = if names.len() == 1 { "column" } else { "columns" };
        format!("{word} {} of {table}", listed(&names))
    };
    tables.into_iter().map(tell).collect()
}

/// What belongs to a table and is seldom asked for by name.
fn is_detail(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Index
            | Kind::Constraint
            | Kind::Trigger
            | Kind::Policy
            | Kind::Rule
            | Kind::EnumValue
            | Kind::Sequence
            | Kind::Statistics
    )
}

fn listed(names: &[&str]) -> String {
    if names.len() <= MOST + 1 {
        return names.join(", ");
    }
    let first = names.get(..MOST).unwrap_or_default();
    format!("{} and {} more", first.join(", "), names.len() - MOST)
}
