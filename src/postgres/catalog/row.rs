//! One row of any of our queries as one object.
//!
//! The column `id` is the object's identity, `part_of` and `copy_of` are what it goes with, `acl` and `default_acl` are
//! its grants as Postgres keeps them, `of_relation` and `of_function` are the OID of what it is read with; every other column is a property of that name. NULL means that it is not set.

use super::grants;
use super::reading::Unit;
use crate::schema::{Object, ObjectId};

/// What a row tells.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) id: ObjectId,
    pub(super) object: Object,
    /// What it is read with.
    pub(super) unit: Option<Unit>,
}

/// Reads the columns that are not NULL; nothing for a row without an identity that we know.
pub(super) fn object<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Read> {
    let (mut id, mut unit) = (None, None);
    let mut object = Object::default();
    let (mut acl, mut default_acl) = (None, None);
    for (name, value) in values {
        match name {
            "id" => id = value.parse().ok(),
            "of_relation" => unit = value.parse().ok().map(Unit::Relation),
            "of_function" => unit = value.parse().ok().map(Unit::Function),
            "part_of" | "copy_of" => object.parents.extend(value.parse::<ObjectId>()),
            "acl" => acl = Some(value),
            "default_acl" => default_acl = Some(value),
            _ if value.is_empty() => {}
            _ => {
                object.properties.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    let acl = acl.or(default_acl);
    if let Some(acl) = acl {
        let owner = object.properties.get("owner").cloned();
        object.properties.extend(grants::properties(
            acl,
            default_acl.unwrap_or_default(),
            owner.as_deref(),
        ));
    }
    Some(Read { id: id?, object, unit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Kind;

    #[test]
    fn takes_unknown_columns_as_properties() {
        let row = [
            ("id", "column public.users.email"),
            ("of_relation", "16384"),
            ("part_of", "table public.users"),
            ("type", "text"),
            ("options", ""),
        ];
        let Read { id, object, unit } = object(row.into_iter()).unwrap();
        assert_eq!(id, ObjectId::new(Kind::Column, "public.users.email"));
        assert_eq!(unit, Some(Unit::Relation(16384)));
        assert_eq!(object.parents, [ObjectId::new(Kind::Table, "public.users")]);
        assert_eq!(
            object.properties.into_iter().collect::<Vec<_>>(),
            [("type".to_owned(), "text".to_owned())]
        );
    }

    #[test]
    fn shows_what_public_may_do_by_default() {
        let row =
            [("id", "function public.f()"), ("owner", "joe"), ("default_acl", "=X/joe\njoe=X/joe")];
        let Read { object, .. } = object(row.into_iter()).unwrap();
        assert_eq!(object.property("grants to PUBLIC"), Some("EXECUTE"));
        assert_eq!(object.property("grants to its owner"), None);
    }
}
