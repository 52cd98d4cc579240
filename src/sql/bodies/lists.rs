use std::collections::BTreeMap;

use super::constants::Constants;
use super::format::{UNKNOWN, value};
use crate::sql::syntax::{Excerpt, Is, Node, string};
use crate::sql::words::identifier;

/// One way in which variables are set: by name, fields with the name of their row (`r.name`).
pub(super) type Alternative = BTreeMap<String, Excerpt>;

/// The ways in which a loop sets its variables.
pub(super) fn alternatives(
    over: Node<'_>,
    names: &[String],
    constants: &Constants,
) -> Vec<Alternative> {
    if let [name] = names
        && let Some(list) = elements(over, constants)
    {
        return list.into_iter().map(|text| [(name.clone(), text)].into()).collect();
    }
    let Some(values) = over.find(Is::ROW_LIST).or_else(|| over.child(Is::ROW_LIST)) else {
        return Vec::new();
    };
    let columns = columns_of(over);
    values.all(Is::ROW).map(|row| set_by(row, names, &columns)).collect()
}

/// What one row of `VALUES` sets.
fn set_by(row: Node<'_>, names: &[String], columns: &[String]) -> Alternative {
    let cells: Vec<_> = row.children().filter(|child| !child.is_token()).collect();
    let mut set = Alternative::new();
    for (at, cell) in cells.iter().enumerate() {
        let text = value(*cell, &Alternative::new());
        if let [only] = names {
            let column = columns.get(at).cloned().unwrap_or_else(|| format!("column{}", at + 1));
            set.insert(format!("{only}.{column}"), text.clone());
            if cells.len() == 1 {
                set.insert(only.clone(), text);
            }
        } else if let Some(name) = names.get(at) {
            set.insert(name.clone(), text);
        }
    }
    set
}

/// The names that `AS t(a, b)` gives to the columns of `VALUES`.
fn columns_of(over: Node<'_>) -> Vec<String> {
    let alias = over.find(Is::FROM_ALIAS);
    let columns = alias.into_iter().flat_map(Node::descendants);
    columns.filter(|below| below.kind() == Is::COLUMN_NAME).map(identifier).collect()
}

/// The elements of an array of constants: `ARRAY['a', 'b']`, `'{a,b}'::text[]`, a variable that holds one, or `unnest` of it.
pub(super) fn elements(node: Node<'_>, constants: &Constants) -> Option<Vec<Excerpt>> {
    let node = inner(node)?;
    match node.kind() {
        Is::ARRAY_EXPR => {
            let items = node.children().filter(|child| !child.is_token());
            let texts: Vec<_> = items.map(|item| value(item, &Alternative::new())).collect();
            let is_known =
                !texts.is_empty() && texts.iter().all(|text| !text.text.contains(UNKNOWN));
            is_known.then_some(texts)
        }
        Is::CAST_EXPR if node.has(Is::ARRAY_TYPE) => {
            let first = node.first_node()?;
            match first.kind() {
                Is::LITERAL => braced(&string(first)?),
                _ => elements(first, constants),
            }
        }
        Is::CALL_EXPR => {
            let name = node.first_node().map(identifier)?;
            let argument = node.child(Is::ARG_LIST)?.child(Is::ARG)?;
            if name == "unnest" { elements(argument, constants) } else { None }
        }
        Is::NAME_REF => constants.array(&identifier(node)),
        _ => None,
    }
}

/// What an expression is in the end, where it is one value only.
fn inner(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    loop {
        at = match at.kind() {
            Is::PLPGSQL_EXPR
            | Is::SELECT_CLAUSE
            | Is::TARGET_LIST
            | Is::TARGET
            | Is::ARG
            | Is::PAREN_EXPR
            | Is::FUNCTION_FROM_ITEM => at.first_node()?,
            Is::SELECT => match at.child(Is::FROM_CLAUSE) {
                Some(from) => from.child(Is::FUNCTION_FROM_ITEM)?,
                None => at.child(Is::SELECT_CLAUSE)?,
            },
            _ => return Some(at),
        };
    }
}

/// The elements of `{a,b}`, without quotes and braces within.
fn braced(text: &Excerpt) -> Option<Vec<Excerpt>> {
    let inside = text.text.strip_prefix('{')?.strip_suffix('}')?;
    if inside.contains(['"', '{', '\\']) || inside.trim().is_empty() {
        return None;
    }
    let mut at = 1;
    let mut elements = Vec::new();
    for element in inside.split(',') {
        let start = at + (element.len() - element.trim_start().len());
        let range = start..start + element.trim().len();
        elements.push(Excerpt::of(&text.text, &text.places, range));
        at += element.len() + 1;
    }
    Some(elements)
}
