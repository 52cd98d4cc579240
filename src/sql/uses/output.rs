use super::columns::dotted;
use super::references::is_type;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::{fold, identifier, parts};

/// The name that Postgres gives to a column of a query's output; nothing for a star (`FigureColname`).
pub(in crate::sql) fn column_name(target: Node<'_>) -> Option<String> {
    if let Some(alias) = target.child(Is::AS_NAME).and_then(|alias| alias.child(Is::COLUMN_NAME)) {
        return Some(identifier(alias));
    }
    let is_star = target.has(Is::STAR)
        || target.child(Is::FIELD_EXPR).is_some_and(|field| field.has(Is::STAR));
    let expression = target.first_node();
    if is_star || expression.is_none() {
        return None;
    }
    let name = expression.and_then(figured).map(|figured| figured.name);
    Some(name.unwrap_or_else(|| "?column?".to_owned()))
}

/// The same for a column of an index, where a name that cannot be figured out is `expr`.
pub(in crate::sql) fn index_column_name(expression: Node<'_>) -> String {
    figured(expression).map_or_else(|| "expr".to_owned(), |figured| figured.name)
}

/// A name, and whether it is better than the name of a type around it.
struct Figured {
    name: String,
    is_strong: bool,
}

fn strong(name: impl Into<String>) -> Option<Figured> {
    Some(Figured { name: name.into(), is_strong: true })
}

fn figured(node: Node<'_>) -> Option<Figured> {
    match node.kind() {
        Is::NAME_REF => strong(identifier(node)),
        Is::FIELD_EXPR => {
            let field = node.children().filter(|child| child.kind() == Is::NAME_REF).last();
            strong(identifier(field?))
        }
        Is::CALL_EXPR => call(node),
        Is::CAST_EXPR => cast(node),
        Is::CASE_EXPR => case(node),
        Is::ARRAY_EXPR => strong("array"),
        Is::COLLATE | Is::PARTITION_ITEM => figured(node.first_node()?),
        Is::PAREN_EXPR => paren(node),
        Is::INDEX_EXPR | Is::SLICE_EXPR => figured(node.first_node()?),
        Is::TUPLE_EXPR if node.has(Is::ROW_KW) => strong("row"),
        _ => None,
    }
}

/// A parenthesis gives the name of what it holds; a query in it that of its column.
fn paren(node: Node<'_>) -> Option<Figured> {
    let inside = node.first_node()?;
    match inside.kind() {
        Is::SELECT => {
            let target = inside.find(Is::TARGET)?;
            strong(column_name(target)?)
        }
        _ => figured(inside),
    }
}

fn call(node: Node<'_>) -> Option<Figured> {
    let callee = node.first_node()?;
    if let Some(names) = dotted(callee) {
        return strong(identifier(*names.last()?));
    }
    let words = callee.tokens().next()?;
    strong(fold(words))
}

fn cast(node: Node<'_>) -> Option<Figured> {
    let inner = node.children().find(|child| !child.is_token() && !is_type(child.kind()));
    if let Some(strong) = inner.and_then(figured).filter(|figured| figured.is_strong) {
        return Some(strong);
    }
    let to = node.children().find(|child| is_type(child.kind()))?;
    Some(Figured { name: type_name(to), is_strong: false })
}

/// The name of a type in the catalog: `int4` for `integer`.
fn type_name(node: Node<'_>) -> String {
    let written = match node.find(Is::PATH_REF) {
        Some(path) => parts(path).pop().unwrap_or_default(),
        None => fold(node),
    };
    let bare = written.split('(').next().unwrap_or_default().trim();
    let is_zoned = written.contains("with time zone");
    match bare {
        "int" | "integer" => "int4",
        "smallint" => "int2",
        "bigint" => "int8",
        "real" => "float4",
        "float" | "double precision" => "float8",
        "boolean" => "bool",
        "decimal" | "dec" => "numeric",
        "character varying" => "varchar",
        "character" | "char" => "bpchar",
        "bit varying" => "varbit",
        _ if bare.starts_with("timestamp ") || bare == "timestamp" && is_zoned => {
            if is_zoned {
                "timestamptz"
            } else {
                "timestamp"
            }
        }
        _ if bare.starts_with("time ") || bare == "time" && is_zoned => {
            if is_zoned {
                "timetz"
            } else {
                "time"
            }
        }
        other => other,
    }
    .to_owned()
}

/// `CASE` has the name of its `ELSE`, or is called `case`.
fn case(node: Node<'_>) -> Option<Figured> {
    let otherwise = node.child(Is::ELSE_CLAUSE).and_then(|clause| clause.first_node());
    let named = otherwise.and_then(figured).filter(|figured| figured.is_strong);
    Some(named.unwrap_or(Figured { name: "case".to_owned(), is_strong: false }))
}
