//! A description as JSON: an interface, `version` 1. Fields may be added; none changes its name or meaning.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Description;
use super::sequence::Station;
use crate::migration::MigrationId;
use crate::schema::{Catalog, Object, ObjectId};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    name: &'a str,
    seed: Option<&'a str>,
    /// The last migration that is in the schema.
    last: Option<&'a str>,
    /// The migration at which the replay stopped before its end.
    failed: Option<&'a str>,
    sequence: Vec<Step<'a>>,
    objects: Vec<Described<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    migration: Option<&'a str>,
    file: &'a str,
    state: &'static str,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Described<'a> {
    kind: &'static str,
    name: &'a str,
    of: Option<String>,
    /// The columns of a table or view in their order.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    columns: &'a [String],
    properties: &'a BTreeMap<String, String>,
}

/// The description as JSON.
#[must_use]
pub fn json(description: &Description) -> String {
    let sequence = &description.sequence;
    let stations = sequence.before.iter().chain(&sequence.replayed);
    let document = Document {
        version: 1,
        name: &description.name,
        seed: description.seed.as_deref(),
        last: sequence.last().and_then(identity),
        failed: sequence.failed().and_then(identity),
        sequence: stations.map(step).collect(),
        objects: description
            .catalog
            .objects
            .iter()
            .map(|(id, object)| described(&description.catalog, id, object))
            .collect(),
    };
    // Only maps with odd keys and failing `Serialize` implementations are errors; there are none here.
    let text = serde_json::to_string_pretty(&document);
    debug_assert!(text.is_ok(), "plain structs are always JSON");
    text.unwrap_or_default() + "\n"
}

fn identity(station: &Station) -> Option<&str> {
    station.migration.as_ref().map(MigrationId::as_str)
}

fn step(station: &Station) -> Step<'_> {
    Step {
        migration: identity(station),
        file: &station.file,
        state: station.state.name(),
        reason: station.reason.as_deref(),
    }
}

fn described<'a>(catalog: &'a Catalog, id: &'a ObjectId, object: &'a Object) -> Described<'a> {
    Described {
        kind: id.kind.word(),
        name: &id.name,
        of: object.parents.first().map(ToString::to_string),
        columns: catalog.column_order.get(id).map(Vec::as_slice).unwrap_or_default(),
        properties: &object.properties,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::description;
    use super::*;

    #[test]
    fn objects_have_their_properties() {
        let description = description(
            "table public.users | comment=who may log in
            column public.users.id < table public.users | type=uuid | nullable=no",
        );
        insta::assert_snapshot!(json(&description), @r#"
        {
          "version": 1,
          "name": "shop",
          "seed": null,
          "last": null,
          "failed": null,
          "sequence": [],
          "objects": [
            {
              "kind": "table",
              "name": "public.users",
              "of": null,
              "columns": [
                "id"
              ],
              "properties": {
                "comment": "who may log in"
              }
            },
            {
              "kind": "column",
              "name": "public.users.id",
              "of": "table public.users",
              "properties": {
                "nullable": "no",
                "type": "uuid"
              }
            }
          ]
        }
        "#);
    }
}
