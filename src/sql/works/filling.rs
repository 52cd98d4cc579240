use super::Filling;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::{identifier, parts};

/// Functions of Postgres and of its usual extensions that are volatile: `provolatile` in `pg_proc`.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "currval",
    "gen_random_bytes",
    "gen_random_uuid",
    "gen_salt",
    "lastval",
    "nextval",
    "random",
    "random_normal",
    "setval",
    "timeofday",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// Functions of Postgres that are stable or immutable, as far as defaults use them.
const STEADY: &[&str] = &[
    "array_fill",
    "array_length",
    "btrim",
    "coalesce",
    "concat",
    "concat_ws",
    "current_database",
    "current_date",
    "current_setting",
    "current_timestamp",
    "current_user",
    "date_part",
    "date_trunc",
    "decode",
    "encode",
    "extract",
    "format",
    "greatest",
    "int4range",
    "int8range",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "least",
    "localtimestamp",
    "lower",
    "make_date",
    "make_interval",
    "md5",
    "now",
    "nullif",
    "pg_current_xact_id",
    "repeat",
    "replace",
    "session_user",
    "statement_timestamp",
    "substr",
    "substring",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_timestamp",
    "to_tsvector",
    "transaction_timestamp",
    "trim",
    "tsrange",
    "tstzrange",
    "txid_current",
    "upper",
];

/// What the rows that are there get for a new column.
///
/// One value is kept in the catalog, and nothing is rewritten; see `ALTER TABLE`, "Notes".
pub(super) fn filling(column: Node<'_>) -> Filling {
    if let Some(generated) = column.child(Is::GENERATED_CONSTRAINT) {
        let is_virtual = generated.find(Is::VIRTUAL).is_some();
        return if is_virtual { Filling::Null } else { Filling::Each };
    }
    if is_serial(column) {
        return Filling::Each;
    }
    let Some(default) = column.child(Is::DEFAULT_CONSTRAINT) else { return Filling::Null };
    let value = default.first_node();
    let is_null = value.is_some_and(|value| value.text().eq_ignore_ascii_case("null"));
    if is_null { Filling::Null } else { worth(default) }
}

/// Whether an expression is worked out once, or for each row.
pub(super) fn worth(expression: Node<'_>) -> Filling {
    let calls = expression.descendants().filter(|node| node.kind() == Is::CALL_EXPR);
    let worth = calls.filter_map(called).map(|name| match name.as_str() {
        name if VOLATILE.contains(&name) => Filling::Each,
        name if STEADY.contains(&name) => Filling::One,
        _ => Filling::Unknown,
    });
    let worth: Vec<_> = worth.collect();
    let worst = [Filling::Each, Filling::Unknown].into_iter().find(|it| worth.contains(it));
    worst.unwrap_or(Filling::One)
}

/// The name of the function that is called; none where the grammar knows it as a form of its own, such as `EXTRACT`.
fn called(call: Node<'_>) -> Option<String> {
    let callee = call.first_node()?;
    match callee.kind() {
        Is::NAME_REF => Some(identifier(callee)),
        Is::FIELD_EXPR => callee.all(Is::NAME_REF).last().map(identifier),
        _ => None,
    }
}

fn is_serial(column: Node<'_>) -> bool {
    let path = column.child(Is::PATH_TYPE).and_then(|it| it.child(Is::PATH_REF));
    path.and_then(|path| parts(path).pop()).is_some_and(|name| {
        matches!(
            name.as_str(),
            "serial" | "serial2" | "serial4" | "serial8" | "bigserial" | "smallserial"
        )
    })
}
