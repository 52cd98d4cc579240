//! What statements speak of.

use super::extensions::extension_with;
use super::names::{is_routine, is_system_schema, member_id};
use super::resolve::is_system;
use super::story::{Context, Story};
use super::types::is_built_in;
use super::world::ThingId;
use crate::schema::{Kind, ObjectId, canonical, quoted};
use crate::sql::{Inside, Named, Use};

/// What a use means.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    pub(super) object: ObjectId,
    pub(super) thing: Option<ThingId>,
}

impl Story {
    /// What each use of a statement means now; `None` for what is Postgres' own or cannot be known.
    pub(super) fn resolve_uses(&self, context: &Context<'_>) -> Vec<Option<Meant>> {
        context.reading.uses.iter().map(|it| self.resolve_use(it)).collect()
    }

    pub(super) fn resolve_use(&self, used: &Use) -> Option<Meant> {
        let named = &used.object;
        if is_system(named) {
            return None;
        }
        match named.kind {
            Kind::Column => self.resolve_column(used),
            Kind::Type => self.resolve_type(named),
            kind if is_routine(kind) => self.resolve_function(named),
            Kind::Role
                if matches!(
                    named.name.as_str(),
                    "public" | "current_user" | "session_user" | "current_role"
                ) =>
            {
                None
            }
            Kind::Schema if is_system_schema(&named.name) => None,
            Kind::AccessMethod
            | Kind::OperatorClass
            | Kind::OperatorFamily
            | Kind::Operator
            | Kind::Collation
            | Kind::Language => self.known(named).or_else(|| self.of_extension(named)),
            _ => Some(self.known(named).unwrap_or_else(|| self.unknown(named))),
        }
    }

    /// What is there under this name.
    fn known(&self, named: &Named) -> Option<Meant> {
        let found = self.world.resolve(named, self.path.schemas());
        let thing = found.into_iter().find(|it| !self.world.thing(*it).is_foreign())?;
        Some(Meant { object: self.world.thing(thing).id.clone(), thing: Some(thing) })
    }

    pub(super) fn unknown(&self, named: &Named) -> Meant {
        Meant { object: self.world.would_be(named, self.path.schemas()), thing: None }
    }

    fn resolve_type(&self, named: &Named) -> Option<Meant> {
        let canonical = canonical(&named.name);
        if named.schema.is_none() && is_built_in(&canonical) {
            return None;
        }
        let known = self.known(named).or_else(|| self.of_extension(named));
        Some(known.unwrap_or_else(|| self.unknown(named)))
    }

    /// The extension that brings it.
    fn of_extension(&self, named: &Named) -> Option<Meant> {
        let extension = extension_with(named.kind, named.schema.as_deref(), &named.name)?;
        let object = ObjectId::new(Kind::Extension, quoted(extension));
        let thing = self.world.at(&object);
        Some(Meant { object, thing })
    }

    /// Functions that nobody made may be Postgres' own, or an extension's.
    fn resolve_function(&self, named: &Named) -> Option<Meant> {
        let path = self.path.schemas();
        let overloads = self.world.routines(named.schema.as_deref(), &named.name, path);
        if let Some(thing) = overloads.last().copied() {
            return Some(Meant { object: self.world.thing(thing).id.clone(), thing: Some(thing) });
        }
        if let Some(meant) = self.of_extension(named) {
            return Some(meant);
        }
        let was_there = self.world.was_routine(named.schema.as_deref(), &named.name, path);
        let is_said = named.schema.is_some();
        let object = || {
            let name = self.world.would_be(named, path).name;
            let end = super::resolve::routine_name(&name).len();
            was_there.clone().unwrap_or_else(|| ObjectId::new(named.kind, &name[..end]))
        };
        (was_there.is_some() || is_said).then(|| Meant { object: object(), thing: None })
    }

    /// The first of the relations that has a column of this name; where none has, and the columns of all are known, the
    /// first that could have it.
    fn resolve_column(&self, used: &Use) -> Option<Meant> {
        let column = used.object.member.as_deref()?;
        let is_said = !used.object.name.is_empty();
        let said =
            is_said.then(|| Named { kind: Kind::Table, member: None, ..used.object.clone() });
        let among: Vec<&Named> =
            if used.among.is_empty() { said.iter().collect() } else { used.among.iter().collect() };
        let mut first = None;
        for relation in among {
            if is_system(relation) {
                return None;
            }
            let path = self.path.schemas();
            let found = self.world.parent_of(relation, path)?;
            let told = self.world.thing(found);
            let id = member_id(Kind::Column, &told.id.name, column);
            if let Some(thing) = self.world.at(&id) {
                return Some(Meant { object: id, thing: Some(thing) });
            }
            if told.is_open || !matches!(told.id.kind, Kind::Table | Kind::ForeignTable) {
                return None;
            }
            first.get_or_insert(id);
        }
        let is_variable = used.inside != Inside::Statement && !is_said;
        let object = first.filter(|_| !is_variable && !is_system_column(column))?;
        Some(Meant { object, thing: None })
    }
}

fn is_system_column(name: &str) -> bool {
    matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid" | "oid")
}
