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

impl Figured {
    fn strong(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_strong: true }
    }
}

/// Parentheses, casts and their like are looked through so often.
const DEEPEST: u8 = 32;

fn figured(node: Node<'_>) -> Option<Figured> {
    figured_within(node, DEEPEST)
}

fn figured_within(node: Node<'_>, left: u8) -> Option<Figured> {
    let left = left.checked_sub(1)?;
    match node.kind() {
        Is::NAME_REF => Some(Figured::strong(identifier(node))),
        Is::FIELD_EXPR => {
            let field = node.children().filter(|child| child.kind() == Is::NAME_REF).last();
            Some(Figured::strong(identifier(field?)))
        }
        Is::CALL_EXPR => call(node),
        Is::CAST_EXPR => cast(node, left),
        Is::CASE_EXPR => Some(case(node, left)),
        Is::ARRAY_EXPR => Some(Figured::strong("array")),
        Is::COLLATE | Is::PARTITION_ITEM | Is::INDEX_EXPR | Is::SLICE_EXPR => {
            figured_within(node.first_node()?, left)
        }
        Is::PAREN_EXPR => paren(node, left),
        Is::TUPLE_EXPR if node.has(Is::ROW_KW) => Some(Figured::strong("row")),
        _ => None,
    }
}

/// A parenthesis gives the name of what it holds; a query in it that of its column.
fn paren(node: Node<'_>, left: u8) -> Option<Figured> {
    let inside = node.first_node()?;
    match inside.kind() {
        Is::SELECT => {
            let target = inside.child(Is::SELECT_CLAUSE)?.find(Is::TARGET)?;
            match target.child(Is::AS_NAME).and_then(|alias| alias.child(Is::COLUMN_NAME)) {
                Some(alias) => Some(Figured::strong(identifier(alias))),
                None => figured_within(target.first_node()?, left),
            }
        }
        _ => figured_within(inside, left),
    }
}

fn call(node: Node<'_>) -> Option<Figured> {
    let callee = node.first_node()?;
    if let Some(names) = dotted(callee) {
        return Some(Figured::strong(identifier(*names.last()?)));
    }
    let words = callee.tokens().next()?;
    Some(Figured::strong(fold(words)))
}

fn cast(node: Node<'_>, left: u8) -> Option<Figured> {
    let inner = node.children().find(|child| !child.is_token() && !is_type(child.kind()));
    let inner = inner.and_then(|inner| figured_within(inner, left));
    if let Some(strong) = inner.filter(|figured| figured.is_strong) {
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
fn case(node: Node<'_>, left: u8) -> Figured {
    let otherwise = node.child(Is::ELSE_CLAUSE).and_then(Node::first_node);
    let named = otherwise.and_then(|otherwise| figured_within(otherwise, left));
    let named = named.filter(|figured| figured.is_strong);
    named.unwrap_or(Figured { name: "case".to_owned(), is_strong: false })
}
