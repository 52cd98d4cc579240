//! What somebody expects of a schema, held against a catalog.

use std::collections::BTreeMap;

use super::catalog::Catalog;
use super::kind::Kind;
use super::name::{self, Part};
use super::object::ObjectId;
use super::signature;

/// What has to be there. A name without a schema means the one in `public`, else the only one of that name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contract {
    /// Extensions.
    pub extensions: Vec<String>,
    /// Functions, procedures and aggregates: `assess(uuid, uuid)`, or without arguments any of that name.
    pub functions: Vec<String>,
    /// Views and materialized views.
    pub views: Vec<String>,
    /// Enums, composite types, domains, ranges.
    pub types: Vec<String>,
    /// Tables by name.
    pub tables: BTreeMap<String, TableContract>,
    /// The role that tables, views, sequences, routines and types belong to.
    pub owner: Option<String>,
}

/// What has to be on one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableContract {
    /// Columns whose absence is a failure.
    pub required: Vec<String>,
    /// Columns whose absence is a warning.
    pub optional: Vec<String>,
    /// Policies whose absence is a failure.
    pub policies: Vec<String>,
}

/// How a catalog keeps a contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractOutcome {
    /// What has to be there and is not. A missing table stands for all that should be on it.
    pub missing: Vec<ObjectId>,
    /// What belongs to somebody else than it has to, and to whom.
    pub foreign: Vec<(ObjectId, String)>,
    /// What may be missing, and is.
    pub warnings: Vec<ObjectId>,
}

impl ContractOutcome {
    /// Whether everything is there that has to be.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.missing.is_empty() && self.foreign.is_empty()
    }
}

const FUNCTIONS: [Kind; 3] = [Kind::Function, Kind::Procedure, Kind::Aggregate];
const VIEWS: [Kind; 2] = [Kind::View, Kind::MaterializedView];
const OWNED: [Kind; 9] = [
    Kind::Table,
    Kind::ForeignTable,
    Kind::View,
    Kind::MaterializedView,
    Kind::Sequence,
    Kind::Function,
    Kind::Procedure,
    Kind::Aggregate,
    Kind::Type,
];
/// A view may stand in for a renamed table.
const TABLES: [Kind; 4] = [Kind::Table, Kind::ForeignTable, Kind::View, Kind::MaterializedView];

/// Holds a catalog against a contract.
#[must_use]
pub fn check(contract: &Contract, catalog: &Catalog) -> ContractOutcome {
    let mut outcome = ContractOutcome::default();
    let absent_extensions =
        contract.extensions.iter().filter(|written| !has_extension(catalog, written));
    outcome.missing.extend(
        absent_extensions.map(|written| ObjectId::new(Kind::Extension, name::quoted(written))),
    );
    let absent_functions =
        contract.functions.iter().filter(|written| !has_function(catalog, written));
    outcome.missing.extend(absent_functions.map(|written| expected(Kind::Function, written)));
    outcome.missing.extend(absent(catalog, &VIEWS, &contract.views));
    outcome.missing.extend(absent(catalog, &[Kind::Type], &contract.types));
    for (written, table) in &contract.tables {
        match find(catalog, &TABLES, written) {
            Some(found) => check_table(catalog, found, table, &mut outcome),
            None => outcome.missing.push(expected(Kind::Table, written)),
        }
    }
    if let Some(owner) = &contract.owner {
        outcome.foreign.extend(foreign(catalog, owner));
    }
    outcome
}

/// What belongs to somebody else.
fn foreign(catalog: &Catalog, owner: &str) -> impl Iterator<Item = (ObjectId, String)> {
    OWNED.iter().flat_map(|kind| catalog.of_kind(*kind)).filter_map(move |(id, object)| {
        let actual = object.property("owner")?;
        (actual != owner && actual != name::quoted(owner)).then(|| (id.clone(), actual.to_owned()))
    })
}

fn check_table(
    catalog: &Catalog,
    found: &ObjectId,
    table: &TableContract,
    outcome: &mut ContractOutcome,
) {
    outcome.missing.extend(absent_members(catalog, found, Kind::Column, &table.required));
    outcome.missing.extend(absent_members(catalog, found, Kind::Policy, &table.policies));
    outcome.warnings.extend(absent_members(catalog, found, Kind::Column, &table.optional));
}

fn has_extension(catalog: &Catalog, written: &str) -> bool {
    catalog
        .of_kind(Kind::Extension)
        .any(|(id, _)| id.name == written || id.name == name::quoted(written))
}

fn has_function(catalog: &Catalog, written: &str) -> bool {
    let wanted = signature::parse(written);
    let fitting = FUNCTIONS.iter().flat_map(|kind| catalog.of_kind(*kind)).filter_map(|(id, _)| {
        let actual = signature::parse(&id.name);
        let fits = match (&wanted.arguments, &actual.arguments) {
            (Some(wanted), Some(actual)) => signature::same_arguments(wanted, actual),
            _ => true,
        };
        fits.then_some(actual.name)
    });
    is_one_of(wanted.name, fitting)
}

fn absent<'a>(
    catalog: &'a Catalog,
    kinds: &'a [Kind],
    all: &'a [String],
) -> impl Iterator<Item = ObjectId> + 'a {
    let first = kinds.first().copied().unwrap_or(Kind::Table);
    all.iter()
        .filter(|written| find(catalog, kinds, written).is_none())
        .map(move |written| expected(first, written))
}

/// The object that a name means, among those of some kinds.
fn find<'a>(catalog: &'a Catalog, kinds: &[Kind], written: &str) -> Option<&'a ObjectId> {
    let wanted = name::parts(written);
    let named = kinds.iter().flat_map(|kind| catalog.of_kind(*kind)).map(|(id, _)| id);
    let fitting: Vec<_> = named.filter(|id| fits(&wanted, &id.name)).collect();
    let in_public = fitting.iter().find(|id| id.name.starts_with("public."));
    match (in_public, fitting.as_slice()) {
        (Some(found), _) => Some(found),
        (None, [only]) => Some(only),
        _ => None,
    }
}

/// Whether a name, perhaps without its schema, means one of these: in `public`, or in the only schema that has it.
fn is_one_of<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> bool {
    let wanted = name::parts(written);
    let mut fitting: Vec<_> = names.filter(|actual| fits(&wanted, actual)).collect();
    fitting.dedup();
    fitting.len() == 1 || fitting.iter().any(|actual| actual.starts_with("public."))
}

fn fits(wanted: &[Part], actual: &str) -> bool {
    let actual = name::parts(actual);
    wanted.len() <= actual.len()
        && wanted
            .iter()
            .rev()
            .zip(actual.iter().rev())
            .all(|(wanted, actual)| wanted.means(&actual.text))
}

/// Members are named alone, and taken as they are: a policy may be called `Users see their own.`.
fn absent_members<'a>(
    catalog: &'a Catalog,
    table: &'a ObjectId,
    kind: Kind,
    all: &'a [String],
) -> impl Iterator<Item = ObjectId> + 'a {
    let has = move |written: &str| {
        let part = Part { text: written.to_owned(), quoted: false };
        let unquoted = name::parts(written);
        catalog.members(kind, table).any(|(id, _)| {
            let actual = name::parts(&id.name);
            let matches = |actual: &Part| {
                part.means(&actual.text) || matches!(&*unquoted, [one] if one.means(&actual.text))
            };
            actual.last().is_some_and(matches)
        })
    };
    let id = move |written: &String| {
        ObjectId::new(kind, format!("{}.{}", table.name, name::quoted(written)))
    };
    all.iter().filter(move |written| !has(written)).map(id)
}

/// The identity of something that is not there, as far as it was written.
fn expected(kind: Kind, written: &str) -> ObjectId {
    let is_qualified = name::parts(signature::parse(written).name).len() > 1;
    let name =
        if is_qualified { written.trim().to_owned() } else { format!("public.{}", written.trim()) };
    ObjectId::new(kind, name)
}
