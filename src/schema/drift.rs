//! A live database against the schema that its migrations make: what is of no weight is put aside, and said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::catalog::Catalog;
use super::compare::{Change, Comparison, Difference, compare};
use super::kind::Kind;
use super::name;
use super::object::{Object, ObjectId};

/// How a live database differs from what its migrations make.
#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// The differences; left is the live database, right the replay.
    pub comparison: Comparison,
    /// What differs and is not judged, each in a line.
    pub notes: Vec<String>,
}

/// What is known of the two sides.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The roles that own what nobody else owns on the replay.
    pub owners: &'a [String],
    /// The history table of the live database, qualified: `public.flyway_schema_history`.
    pub history: Option<&'a str>,
}

/// What somebody who runs a database adds to it, whatever the migrations say.
const OF_OPERATION: [Kind; 8] = [
    Kind::Extension,
    Kind::Publication,
    Kind::Subscription,
    Kind::EventTrigger,
    Kind::ForeignDataWrapper,
    Kind::Server,
    Kind::UserMapping,
    Kind::MemberGrants,
];

/// Compares a live database with a replay of its migrations.
///
/// Not compared: who owns what belongs to the replay's own role there; the history table; schemas that no migration makes;
/// extensions, publications, subscriptions, event triggers and foreign servers that only the live database has; versions of
/// extensions. All but the first two are noted.
#[must_use]
pub fn drift(live: &Catalog, replayed: &Catalog, sides: Sides<'_>) -> Drift {
    let mut live = live.clone();
    let mut replayed = replayed.clone();
    if let Some(table) = sides.history {
        hide_table(&mut live, table);
        hide_table(&mut replayed, table);
    }
    let mut notes = hide_foreign_schemas(&mut live, &replayed, sides.history);
    level_owners(&mut live, &mut replayed, sides.owners);
    let mut comparison = compare(&live, &replayed);
    let (kept, beside): (Vec<_>, Vec<_>) =
        comparison.differences.into_iter().partition(|it| !is_of_operation(it));
    comparison.differences = kept;
    notes.extend(beside.iter().map(note));
    Drift { comparison, notes }
}

fn is_of_operation(difference: &Difference) -> bool {
    match &difference.change {
        Change::Extra => OF_OPERATION.contains(&difference.object.kind),
        Change::Changed { property, .. } => {
            difference.object.kind == Kind::Extension && property == "version"
        }
        Change::Missing => false,
    }
}

fn note(difference: &Difference) -> String {
    match &difference.change {
        Change::Changed { left, right, .. } => {
            let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
            format!("{} has version {}, the replay {}", difference.object, word(left), word(right))
        }
        Change::Extra | Change::Missing => {
            format!("{} is only in the database; no migration makes it", difference.object)
        }
    }
}

/// Takes out a table, what is on it, and sequences and types that are called after it.
fn hide_table(catalog: &mut Catalog, table: &str) {
    let member = format!("{table}.");
    let after = format!("{table}_");
    let is_called_after = |id: &ObjectId| {
        matches!(id.kind, Kind::Sequence | Kind::Index | Kind::Type) && id.name.starts_with(&after)
    };
    catalog.objects.retain(|id, object| {
        let is_on_it = object.parents.iter().any(|parent| parent.name == table);
        id.name != table && !id.name.starts_with(&member) && !is_on_it && !is_called_after(id)
    });
    catalog.column_order.retain(|id, _| id.name != table);
}

/// Takes out what is in schemas that only the live database has, and says how much that is.
fn hide_foreign_schemas(
    live: &mut Catalog,
    replayed: &Catalog,
    history: Option<&str>,
) -> Vec<String> {
    let schemas = |catalog: &Catalog| -> BTreeSet<String> {
        catalog.of_kind(Kind::Schema).map(|(id, _)| id.name.clone()).collect()
    };
    let foreign: BTreeSet<_> = schemas(live).difference(&schemas(replayed)).cloned().collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    live.objects.retain(|id, _| {
        let schema = schema_of(id);
        let Some(schema) = schema.filter(|schema| foreign.contains(schema)) else { return true };
        *counts.entry(schema).or_default() += usize::from(id.kind != Kind::Schema);
        false
    });
    let of_history = history.and_then(|table| table.split('.').next());
    let told = counts.into_iter().filter(|(schema, _)| Some(schema.as_str()) != of_history);
    told.map(|(schema, count)| {
        let objects = if count == 1 { "1 object".into() } else { format!("{count} objects") };
        format!("schema {schema} with {objects} is not compared; no migration makes it")
    })
    .collect()
}

/// The schema of an object, as it is quoted in names; a schema's own.
fn schema_of(id: &ObjectId) -> Option<String> {
    let parts = name::parts(&id.name);
    let first = name::quoted(&parts.first()?.text);
    (id.kind == Kind::Schema || parts.len() > 1).then_some(first)
}

/// The role that whoever owns the database is a member of; `public` is its own (documentation, "Predefined Roles").
const DATABASE_OWNER: &str = "pg_database_owner";

/// What belongs to the replay's own role may belong to anybody on the live database, who needs no grants to it.
fn level_owners(live: &mut Catalog, replayed: &mut Catalog, owners: &[String]) {
    let is_own = |owner: &str| owners.iter().any(|own| own == owner || name::quoted(own) == owner);
    let is_own = |owner: &str| is_own(owner) || owner == DATABASE_OWNER;
    let mut own: BTreeSet<String> = owners.iter().cloned().collect();
    for (id, object) in &mut replayed.objects {
        let Some(other) = live.objects.get_mut(id).map(Arc::make_mut) else { continue };
        if !object.property("owner").is_some_and(is_own) {
            continue;
        }
        let object = Arc::make_mut(object);
        let live_owner = other.properties.remove("owner").unwrap_or_default();
        object.properties.remove("owner");
        for role in owners.iter().map(String::as_str).chain([live_owner.as_str()]) {
            forget_grants(object, role);
            forget_grants(other, role);
        }
        own.insert(live_owner);
    }
    // Whoever owns what is in a schema may make it there.
    for catalog in [&mut *live, &mut *replayed] {
        let schemas = catalog.objects.iter_mut().filter(|(id, _)| id.kind == Kind::Schema);
        for (_, object) in schemas {
            let object = Arc::make_mut(object);
            for role in &own {
                forget_grants(object, role);
            }
        }
    }
    level_default_privileges(live, &own);
    level_default_privileges(replayed, &own);
}

/// Default privileges begin with the role whose objects get them.
fn level_default_privileges(catalog: &mut Catalog, own: &BTreeSet<String>) {
    let all: Vec<_> = catalog.of_kind(Kind::DefaultPrivileges).map(|(id, _)| id.clone()).collect();
    for id in all {
        let rest = own.iter().find_map(|role| {
            let rest =
                id.name.strip_prefix(role).or_else(|| id.name.strip_prefix(&name::quoted(role)));
            rest.filter(|rest| rest.starts_with(' '))
        });
        if let Some(rest) = rest
            && let Some(mut object) = catalog.objects.remove(&id)
        {
            for role in own {
                forget_grants(Arc::make_mut(&mut object), role);
            }
            let name = format!("of its owner{rest}");
            catalog.objects.insert(ObjectId::new(id.kind, name), object);
        }
    }
}

fn forget_grants(object: &mut Object, role: &str) {
    object.properties.remove(&format!("grants to {}", role.trim_matches('"')));
}

#[cfg(test)]
mod tests {
    use super::super::describe::Sides as Names;
    use super::*;

    fn catalog(objects: &[(&str, &[(&str, &str)])]) -> Catalog {
        let mut catalog = Catalog::default();
        for (id, properties) in objects {
            let pairs = properties.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let object = Object { properties: pairs.collect(), parents: Vec::new() };
            catalog.insert(id.parse().unwrap(), object);
        }
        catalog
    }

    fn told(live: &Catalog, replayed: &Catalog) -> (Vec<String>, Vec<String>) {
        let owners = ["postgres".to_owned()];
        let sides = Sides { owners: &owners, history: Some("public.done") };
        let drift = drift(live, replayed, sides);
        let names = Names { left: "live", right: "replayed" };
        (drift.comparison.describe(names), drift.notes)
    }

    #[test]
    fn who_owns_what_nobody_else_owns_and_the_history_are_no_drift() {
        let live = catalog(&[
            ("schema public", &[("owner", "app"), ("grants to deploy", "USAGE")]),
            ("table public.t", &[("owner", "app"), ("grants to reader", "SELECT")]),
            ("table public.u", &[("owner", "deploy")]),
            ("table public.done", &[("owner", "app")]),
            ("column public.done.version", &[]),
            ("sequence public.done_id_seq", &[]),
        ]);
        let replayed = catalog(&[
            ("schema public", &[("owner", "pg_database_owner")]),
            ("table public.u", &[("owner", "postgres")]),
            (
                "table public.t",
                &[
                    ("owner", "postgres"),
                    ("grants to reader", "SELECT"),
                    ("grants to app", "SELECT"),
                ],
            ),
        ]);
        assert_eq!(told(&live, &replayed), (vec![], vec![]));
    }

    #[test]
    fn an_owner_that_a_migration_names_counts() {
        let live = catalog(&[("schema public", &[]), ("table public.t", &[("owner", "app")])]);
        let other = [("schema public", &[][..]), ("table public.t", &[("owner", "billing")][..])];
        let (drift, _) = told(&live, &catalog(&other));
        assert_eq!(drift, ["table public.t: owner app live, billing replayed"]);
    }

    #[test]
    fn what_operations_add_is_noted_and_what_is_missing_is_drift() {
        let live = catalog(&[
            ("schema public", &[]),
            ("schema cron", &[]),
            ("table cron.jobs", &[]),
            ("extension pg_stat_statements", &[]),
            ("extension vector", &[("version", "0.5")]),
            ("table public.extra", &[]),
        ]);
        let replayed = catalog(&[
            ("schema public", &[]),
            ("extension vector", &[("version", "0.8")]),
            ("table public.lost", &[]),
        ]);
        let (drift, notes) = told(&live, &replayed);
        assert_eq!(drift, ["table public.extra: only live", "table public.lost: only replayed"]);
        assert_eq!(
            notes,
            [
                "schema cron with 1 object is not compared; no migration makes it",
                "extension pg_stat_statements is only in the database; no migration makes it",
                "extension vector has version 0.5, the replay 0.8",
            ]
        );
    }
}
