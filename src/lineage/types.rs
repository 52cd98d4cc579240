//! Types as Postgres prints them in signatures.

use super::extensions::extension_with;
use super::names::qualified;
use super::world::World;
use crate::schema::{Kind, ObjectId, canonical, parts, quoted};

/// The types of `pg_catalog` that people write, as `format_type` prints them, in order.
#[rustfmt::skip]
const BUILT_IN: [&str; 91] = [
    "\"any\"", "\"char\"", "anyarray", "anycompatible", "anycompatiblearray", "anycompatiblemultirange",
    "anycompatiblenonarray", "anycompatiblerange", "anyelement", "anyenum", "anymultirange", "anynonarray", "anyrange",
    "bigint", "bit", "bit varying", "boolean", "box", "bytea", "character", "character varying", "cid", "cidr", "circle",
    "cstring", "date", "datemultirange", "daterange", "double precision", "event_trigger", "fdw_handler", "gtsvector",
    "index_am_handler", "inet", "int4multirange", "int4range", "int8multirange", "int8range", "integer", "internal",
    "interval", "json", "jsonb", "jsonpath", "language_handler", "line", "lseg", "macaddr", "macaddr8", "money", "name",
    "numeric", "nummultirange", "numrange", "oid", "path", "pg_lsn", "pg_snapshot", "point", "polygon", "real", "record",
    "refcursor", "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator",
    "regproc", "regprocedure", "regrole", "regtype", "smallint", "text", "tid", "time with time zone",
    "time without time zone", "timestamp with time zone", "timestamp without time zone", "trigger", "tsmultirange",
    "tsquery", "tsrange", "tstzmultirange", "tstzrange", "tsvector", "uuid", "void", "xml",
];

/// Whether a type, as [`canonical`] spells it, is Postgres' own.
pub(super) fn is_built_in(canonical: &str) -> bool {
    let bare = canonical.trim_end_matches("[]");
    BUILT_IN.binary_search(&bare).is_ok() || matches!(bare, "xid" | "xid8" | "txid_snapshot")
}

/// The type of an argument as the identity of a function spells it: Postgres' own without a schema, others with it.
pub(super) fn argument(written: &str, world: &World, path: &[String]) -> String {
    let canonical = canonical(written);
    if is_built_in(&canonical) {
        return canonical;
    }
    let bare = canonical.trim_end_matches("[]");
    let array = &canonical[bare.len()..];
    let parts = parts(bare);
    let texts: Vec<_> = parts.iter().map(|part| part.text.as_str()).collect();
    let name = match texts.as_slice() {
        [schema, name] => qualified(schema, name),
        [name] => match world.type_named(None, name, path) {
            Some(found) => world.thing(found).id.name.clone(),
            None => qualified(of_extension(name, world).unwrap_or(first(path)), name),
        },
        _ => quoted(bare),
    };
    format!("{name}{array}")
}

/// The schema that an extension which brings a type was told to go to.
fn of_extension<'w>(name: &str, world: &'w World) -> Option<&'w str> {
    let extension = extension_with(Kind::Type, None, name)?;
    let extension = world.at(&ObjectId::new(Kind::Extension, quoted(extension)))?;
    let mut words = world.thing(extension).definition.as_deref()?.split_whitespace();
    words.find(|word| *word == "schema")?;
    words.next().map(|schema| schema.trim_matches('"'))
}

/// The schema that an unqualified new object goes to.
pub(super) fn first(path: &[String]) -> &str {
    path.first().map_or("public", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_are_in_order() {
        assert!(BUILT_IN.is_sorted());
    }

    #[test]
    fn types_of_others_are_said_with_their_schema() {
        let world = World::default();
        let path = ["app".to_owned()];
        let spelled = |written| argument(written, &world, &path);
        assert_eq!(spelled("int4"), "integer");
        assert_eq!(spelled("timestamptz[]"), "timestamp with time zone[]");
        assert_eq!(spelled("vector"), "app.vector");
        assert_eq!(spelled("extensions.vector"), "extensions.vector");
        assert_eq!(spelled("status[]"), "app.status[]");
    }
}
