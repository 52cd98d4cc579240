use crate::schema::{Kind, parts as parts_of_text};
use crate::sql::Named;
use crate::sql::syntax::{Is, Node};

/// Postgres cuts longer identifiers: `NAMEDATALEN` less the closing zero.
const LONGEST: usize = 63;

/// An identifier as Postgres keeps it: lower case unless quoted, quotes undone, cut at 63 bytes.
///
/// Only ASCII letters are folded, as Postgres does in UTF-8 databases.
pub(in crate::sql) fn fold_identifier(written: &str) -> String {
    let folded = match written.strip_prefix('"') {
        Some(inside) => inside.strip_suffix('"').unwrap_or(inside).replace("\"\"", "\""),
        None if written.contains('"') => written.to_owned(),
        None => written.to_ascii_lowercase(),
    };
    cut(folded)
}

pub(super) fn cut(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(LONGEST));
    name
}

/// The identifier that a node holds.
pub(in crate::sql) fn identifier(node: Node<'_>) -> String {
    fold_identifier(node.text())
}

/// The identifiers of a qualified name, each with its node.
pub(in crate::sql) fn path(node: Node<'_>) -> Vec<(String, Node<'_>)> {
    let segments = |node: Node<'_>| matches!(node.kind(), Is::PATH_SEGMENT | Is::PATH_SEGMENT_REF);
    let found: Vec<_> = node
        .descendants()
        .filter(|below| segments(*below))
        .map(|segment| (identifier(segment), segment))
        .collect();
    if found.is_empty() && !node.text().is_empty() { vec![(identifier(node), node)] } else { found }
}

/// The identifiers of a qualified name.
pub(in crate::sql) fn parts(node: Node<'_>) -> Vec<String> {
    path(node).into_iter().map(|(part, _)| part).collect()
}

/// An object of this kind, from the node that holds its qualified name.
pub(in crate::sql) fn object(kind: Kind, node: Node<'_>) -> Named {
    from_parts(kind, parts(node))
}

/// An object of this kind, from a text such as the one in `'app.users'::regclass`.
pub(crate) fn qualified(kind: Kind, text: &str) -> Named {
    let written = parts_of_text(text.trim()).into_iter();
    let folded = written.map(|part| {
        cut(if part.quoted { part.text } else { part.text.trim().to_ascii_lowercase() })
    });
    from_parts(kind, folded.collect())
}

fn from_parts(kind: Kind, mut parts: Vec<String>) -> Named {
    let name = parts.pop().unwrap_or_default();
    Named::new(kind, parts.pop(), name)
}
