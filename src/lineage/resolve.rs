//! What names mean.

use std::collections::HashMap;

use super::create::TEMPORARY;
use super::names::{
    is_global, is_member, is_relation, is_routine, is_system_schema, member_id, qualified,
};
use super::types;
use super::world::{ThingId, World};
use crate::schema::{Kind, ObjectId, quoted};
use crate::sql::Named;

impl World {
    /// The table, view, index or sequence of this name.
    pub(super) fn relation(
        &self,
        schema: Option<&str>,
        name: &str,
        path: &[String],
    ) -> Option<ThingId> {
        look(&self.relations, schema, name, path).copied()
    }

    /// The type of this name; that of a table's rows is the table.
    pub(super) fn type_named(
        &self,
        schema: Option<&str>,
        name: &str,
        path: &[String],
    ) -> Option<ThingId> {
        let found = look(&self.types, schema, name, path).copied();
        found.or_else(|| self.relation(schema, name, path))
    }

    /// The functions of this name in the first schema that has one.
    pub(super) fn routines(&self, schema: Option<&str>, name: &str, path: &[String]) -> &[ThingId] {
        let has_some = |schema: &str| {
            self.routines.get(&qualified(schema, name)).filter(|overloads| !overloads.is_empty())
        };
        let found = match schema {
            Some(schema) => has_some(schema),
            None => path.iter().find_map(|schema| has_some(schema)),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// The last routine of this name, where there was one and is none any more.
    pub(super) fn was_routine(
        &self,
        schema: Option<&str>,
        name: &str,
        path: &[String],
    ) -> Option<ObjectId> {
        let gone = look(&self.gone_routines, schema, name, path)?;
        Some(self.thing(*gone).id.clone())
    }

    /// What a name means now.
    pub(super) fn resolve(&self, named: &Named, path: &[String]) -> Vec<ThingId> {
        let schema = named.schema.as_deref();
        match (&named.member, named.kind) {
            (Some(member), kind) => {
                let parent = self.parent_of(named, path);
                let id = parent.map(|it| member_id(kind, &self.thing(it).id.name, member));
                id.and_then(|id| self.at(&id)).into_iter().collect()
            }
            (None, kind) if is_relation(kind) => {
                self.relation(schema, &named.name, path).into_iter().collect()
            }
            (None, Kind::Type) => self.type_named(schema, &named.name, path).into_iter().collect(),
            (None, kind) if is_routine(kind) => self.resolve_routine(named, path),
            _ => self.at(&self.would_be(named, path)).into_iter().collect(),
        }
    }

    fn resolve_routine(&self, named: &Named, path: &[String]) -> Vec<ThingId> {
        let overloads = self.routines(named.schema.as_deref(), &named.name, path);
        let Some(arguments) = &named.arguments else { return overloads.to_vec() };
        let signature = self.signature(arguments, path);
        let is_meant = |it: &&ThingId| self.thing(**it).id.name.ends_with(&signature);
        overloads.iter().filter(is_meant).copied().collect()
    }

    /// The relation or type that a member belongs to.
    pub(super) fn parent_of(&self, named: &Named, path: &[String]) -> Option<ThingId> {
        let schema = named.schema.as_deref();
        if named.kind == Kind::EnumValue {
            return look(&self.types, schema, &named.name, path).copied();
        }
        let relation = self.relation(schema, &named.name, path);
        relation.or_else(|| look(&self.types, schema, &named.name, path).copied())
    }

    /// `(uuid, text)`
    pub(super) fn signature(&self, arguments: &[String], path: &[String]) -> String {
        let types: Vec<_> = arguments.iter().map(|it| types::argument(it, self, path)).collect();
        format!("({})", types.join(", "))
    }

    /// The identity that a new object of this name would have.
    pub(super) fn would_be(&self, named: &Named, path: &[String]) -> ObjectId {
        let schema = named.schema.as_deref().unwrap_or_else(|| types::first(path));
        if is_member(named.kind) {
            let parent = match self.parent_of(named, path) {
                Some(parent) => self.thing(parent).id.name.clone(),
                None => qualified(schema, &named.name),
            };
            return member_id(named.kind, &parent, named.member.as_deref().unwrap_or_default());
        }
        if is_global(named.kind) {
            return ObjectId::new(named.kind, quoted(&named.name));
        }
        let mut name = qualified(schema, &named.name);
        if is_routine(named.kind) {
            let arguments = named.arguments.as_deref().unwrap_or_default();
            name.push_str(&self.signature(arguments, path));
        }
        ObjectId::new(named.kind, name)
    }
}

/// Whether a name can only mean something of Postgres itself.
pub(super) fn is_system(named: &Named) -> bool {
    match named.schema.as_deref() {
        Some(schema) => is_system_schema(schema),
        None => is_relation(named.kind) && named.name.starts_with("pg_"),
    }
}

/// `public.f` of `public.f(uuid, text)`.
pub(super) fn routine_name(name: &str) -> &str {
    let mut inside_quotes = false;
    let end = name.char_indices().find_map(|(at, character)| {
        inside_quotes ^= character == '"';
        (character == '(' && !inside_quotes).then_some(at)
    });
    end.map_or(name, |end| &name[..end])
}

fn look<'m, T>(
    map: &'m HashMap<String, T>,
    schema: Option<&str>,
    name: &str,
    path: &[String],
) -> Option<&'m T> {
    match schema {
        Some(schema) => map.get(&qualified(schema, name)),
        None => std::iter::once(TEMPORARY)
            .chain(path.iter().map(String::as_str))
            .find_map(|schema| map.get(&qualified(schema, name))),
    }
}
