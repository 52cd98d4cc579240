use crate::schema::{canonical, quoted};
use crate::sql::syntax::{Is, Node};

use super::fold::{fold, fold_tokens};
use super::names::path;

/// A type as the signature of a routine holds it: the canonical name, without the numbers of `varchar(20)`.
pub(in crate::sql) fn argument(node: Node<'_>) -> String {
    let (name, _) = spelled(node);
    match node.kind() {
        Is::INTERVAL_TYPE => "interval".to_owned(),
        _ => name,
    }
}

/// A type as a column holds it: the canonical name with its numbers.
pub(in crate::sql) fn full_type(node: Node<'_>) -> String {
    let (name, numbers) = spelled(node);
    let Some(numbers) = numbers else {
        return name;
    };
    let (bare, array) = match name.strip_suffix("[]") {
        Some(bare) => (bare, "[]"),
        None => (name.as_str(), ""),
    };
    match bare.split_once(" with") {
        Some((first, rest)) => format!("{first}{numbers} with{rest}{array}"),
        None => format!("{bare}{numbers}{array}"),
    }
}

/// The canonical name of a type, and its numbers in parentheses.
fn spelled(node: Node<'_>) -> (String, Option<String>) {
    if matches!(node.kind(), Is::PERCENT_TYPE | Is::PLPGSQL_PERCENT_ROWTYPE) {
        return (fold(node), None);
    }
    let numbers = node.find(Is::ARG_LIST).map(fold).or_else(|| numbers_of_time(node));
    let array = if is_array(node) { "[]" } else { "" };
    let set = if node.tokens().next().is_some_and(|first| first.kind() == Is::SETOF_KW) {
        "setof "
    } else {
        ""
    };
    let name = match node.kind() {
        Is::PATH_TYPE => path_type(node),
        Is::ARRAY_TYPE => node.find(Is::PATH_TYPE).map_or_else(|| words(node), path_type),
        _ => words(node),
    };
    let (name, numbers) = of_float(name, numbers);
    (format!("{set}{}{array}", canonical(&name)), numbers)
}

/// `float(24)` is `real`, anything above is `double precision`.
fn of_float(name: String, numbers: Option<String>) -> (String, Option<String>) {
    let precision = numbers.as_deref().map(|text| text.trim_matches(['(', ')']).parse::<u8>());
    match precision {
        Some(Ok(..=24)) if name == "float" => ("real".to_owned(), None),
        Some(_) if name == "float" => ("double precision".to_owned(), None),
        _ => (name, numbers),
    }
}

fn is_array(node: Node<'_>) -> bool {
    node.kind() == Is::ARRAY_TYPE
        && node.children().any(|child| matches!(child.kind(), Is::ARRAY_BOUND | Is::ARRAY_KW))
}

/// The parentheses of `timestamp(3) with time zone`, which are tokens of the type itself.
fn numbers_of_time(node: Node<'_>) -> Option<String> {
    let is_bracket = |token: &Node<'_>| token.kind() == Is::L_PAREN;
    node.tokens().find(is_bracket)?;
    let tokens = node.tokens().skip_while(|token| !is_bracket(token));
    let inside = tokens.take_while(|token| token.kind() != Is::R_PAREN);
    Some(format!("{})", fold_tokens(inside)))
}

fn path_type(node: Node<'_>) -> String {
    let Some(named) = node.child(Is::PATH_REF) else {
        return words(node);
    };
    let mut parts = path(named);
    if parts.len() > 1 && parts.first().is_some_and(|(schema, _)| schema == "pg_catalog") {
        parts.remove(0);
    }
    match parts.as_slice() {
        [(only, node)] if is_built_in(None, only) && !node.text().starts_with('"') => only.clone(),
        _ => {
            let spelled: Vec<_> =
                parts.iter().map(|(part, node)| spelled_part(part, *node)).collect();
            spelled.join(".")
        }
    }
}

/// A part of the name of a type; `"char"` keeps its quotes, since it is another type than `char`.
fn spelled_part(part: &str, node: Node<'_>) -> String {
    let is_quoted = node.text().starts_with('"');
    if is_quoted && canonical(part) != part { format!("\"{part}\"") } else { quoted(part) }
}

/// The words of a type that is no path: `character varying`, `timestamp with time zone`.
fn words(node: Node<'_>) -> String {
    let mut depth = 0_usize;
    let outside = node.tokens().filter(|token| {
        match token.kind() {
            Is::L_PAREN | Is::L_BRACK => depth += 1,
            Is::R_PAREN | Is::R_BRACK => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0 && !matches!(token.kind(), Is::SETOF_KW | Is::NATIONAL_KW | Is::ARRAY_KW)
    });
    let text = fold_tokens(outside);
    match text.strip_prefix("nchar") {
        Some(rest) => format!("character{rest}"),
        None => text,
    }
}

/// Whether a type is one that every database has, so that nobody needs to be told of its use.
pub(in crate::sql) fn is_built_in(schema: Option<&str>, name: &str) -> bool {
    match schema {
        Some("pg_catalog" | "information_schema") => true,
        Some(_) => false,
        None => BUILT_IN.binary_search(&name).is_ok(),
    }
}

/// Types of `pg_catalog` that people write, and the pseudo types; in order.
const BUILT_IN: &[&str] = &[
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anyelement",
    "anyenum",
    "anynonarray",
    "anyrange",
    "bigint",
    "bigserial",
    "bit",
    "bool",
    "boolean",
    "box",
    "bpchar",
    "bytea",
    "char",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "dec",
    "decimal",
    "event_trigger",
    "fdw_handler",
    "float",
    "float4",
    "float8",
    "index_am_handler",
    "inet",
    "int",
    "int2",
    "int4",
    "int4multirange",
    "int4range",
    "int8",
    "int8multirange",
    "int8range",
    "integer",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "path",
    "pg_lsn",
    "pg_snapshot",
    "point",
    "polygon",
    "real",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "serial",
    "serial2",
    "serial4",
    "serial8",
    "smallint",
    "smallserial",
    "text",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "trigger",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "varbit",
    "varchar",
    "void",
    "xid",
    "xid8",
    "xml",
];
