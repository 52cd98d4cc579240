use std::collections::BTreeSet;
use std::sync::Arc;

use super::Sequence;
use crate::migration::MigrationId;
use crate::plan::CasePlan;
use crate::schema::{Catalog, Kind, Object, ObjectId};

/// The schema that a case comes to, and how it came about.
#[derive(Debug, Clone)]
pub struct Description {
    /// The scenario's name.
    pub name: String,
    /// The seed, where the case begins with more than an empty database.
    pub seed: Option<String>,
    /// The migrations in their order.
    pub sequence: Sequence,
    /// The schema, without what depends on the server rather than on the migrations.
    pub catalog: Catalog,
}

impl Description {
    /// Describes what the replay of a case came to. `owners` are the roles that own what nobody else
    /// owns; `stopped_at` is the migration that failed, if one did.
    #[must_use]
    pub fn of(
        case: &CasePlan,
        catalog: Catalog,
        owners: &[String],
        stopped_at: Option<&MigrationId>,
    ) -> Self {
        Self {
            name: case.scenario.name.clone(),
            seed: (!case.seed.is_fresh()).then(|| case.seed.name.clone()),
            sequence: Sequence::of(case, stopped_at),
            catalog: without_noise(catalog, &owners.iter().map(String::as_str).collect()),
        }
    }
}

/// What every database has.
const USUAL_EXTENSION: &str = "plpgsql";
/// The comment and the rights of the schema `public`: those of Postgres up to 14 and from 15 on.
const PUBLIC_COMMENT: &str = "standard public schema";
const PUBLIC_RIGHTS: [&str; 2] = ["USAGE", "CREATE, USAGE"];
/// The owner of `public` from Postgres 15 on.
const PUBLIC_OWNER: &str = "pg_database_owner";
/// The right on tables that Postgres 17 brought: `GRANT ALL` means it there, and not before.
const NEW_RIGHT: &str = "MAINTAIN";

/// Takes out what another server, with the same migrations, would tell otherwise.
fn without_noise(mut catalog: Catalog, owners: &BTreeSet<&str>) -> Catalog {
    catalog.objects.remove(&ObjectId::new(Kind::Extension, USUAL_EXTENSION));
    for (id, object) in &mut catalog.objects {
        let object = Arc::make_mut(object);
        let is_usual = |owner: &String| owners.contains(owner.as_str()) || owner == PUBLIC_OWNER;
        if object.properties.get("owner").is_some_and(is_usual) {
            object.properties.remove("owner");
        }
        match id.kind {
            Kind::Extension => {
                for property in ["version", "comment", "owner"] {
                    object.properties.remove(property);
                }
            }
            Kind::Schema if id.name == "public" => quiet_public(object),
            _ => {}
        }
        for (property, value) in &mut object.properties {
            if property.starts_with("grants to ") {
                *value = rights(value);
            }
        }
    }
    catalog
}

fn quiet_public(public: &mut Object) {
    if public.property("comment") == Some(PUBLIC_COMMENT) {
        public.properties.remove("comment");
    }
    if public.property("grants to PUBLIC").is_some_and(|it| PUBLIC_RIGHTS.contains(&it)) {
        public.properties.remove("grants to PUBLIC");
    }
}

/// Rights without the one that not every server has.
fn rights(value: &str) -> String {
    let kept: Vec<_> = value.split(", ").filter(|right| *right != NEW_RIGHT).collect();
    if kept.is_empty() { value.to_owned() } else { kept.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::testing::catalog;
    use super::*;

    fn told(lines: &str) -> Vec<String> {
        let quiet = without_noise(catalog(lines), &BTreeSet::from(["postgres"]));
        let told = quiet.objects.iter().map(|(id, object)| {
            let properties: Vec<_> =
                object.properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{id} {}", properties.join(" | ")).trim().to_owned()
        });
        told.collect()
    }

    #[test]
    fn what_differs_between_servers_is_left_out() {
        let fourteen = "
            schema public | owner=postgres | comment=standard public schema | grants to PUBLIC=CREATE, USAGE
            extension plpgsql | version=1.0
            extension pg_trgm | version=1.5 | schema=public | owner=postgres | comment=trigrams
            table public.t | owner=postgres | grants to app=INSERT, SELECT";
        let seventeen = "
            schema public | owner=pg_database_owner | comment=standard public schema | grants to PUBLIC=USAGE
            extension plpgsql | version=1.0
            extension pg_trgm | version=1.6 | schema=public | owner=root | comment=better trigrams
            table public.t | owner=postgres | grants to app=INSERT, MAINTAIN, SELECT";
        assert_eq!(told(fourteen), told(seventeen));
        let expected = [
            "schema public",
            "extension pg_trgm schema=public",
            "table public.t grants to app=INSERT, SELECT",
        ];
        assert_eq!(told(seventeen), expected);
    }

    #[test]
    fn what_the_migrations_made_different_is_kept() {
        let told = told(
            "
            schema public | comment=ours | grants to app=USAGE
            table public.t | owner=app | grants to app=MAINTAIN",
        );
        let expected = [
            "schema public comment=ours | grants to app=USAGE",
            "table public.t grants to app=MAINTAIN | owner=app",
        ];
        assert_eq!(told, expected);
    }
}
