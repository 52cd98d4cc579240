use super::columns::dotted;
use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node, Step, string};
use crate::sql::words::{fold_identifier, identifier, qualified};

impl Reader {
    /// A call: its function is used. The walk goes on with the arguments.
    pub(super) fn call<'t>(&mut self, node: Node<'t>) -> Step<'t> {
        let Some(callee) = node.first_node() else {
            return Step::Into;
        };
        let names = match callee.kind() {
            Is::NAME_REF | Is::FIELD_EXPR => dotted(callee),
            _ => None,
        };
        let Some(names) = names else {
            return Step::Into;
        };
        let mut names: Vec<_> = names.into_iter().map(identifier).collect();
        let Some(name) = names.pop().filter(|_| !is_grammar(callee)) else {
            return Step::Behind(callee);
        };
        self.uses(Named::new(Kind::Function, names.pop(), &*name), callee.span());
        self.names_in_arguments(&name, node);
        Step::Behind(callee)
    }

    /// Objects that a call names in a string: `nextval('s')`.
    fn names_in_arguments(&mut self, function: &str, call: Node<'_>) {
        let arguments: Vec<_> =
            call.child(Is::ARG_LIST).into_iter().flat_map(|list| list.all(Is::ARG)).collect();
        let text = |at: usize| arguments.get(at).and_then(|argument| literal(*argument));
        match function {
            "nextval" | "currval" | "setval" => self.name_in(Kind::Sequence, text(0)),
            "to_regclass" => self.name_in(Kind::Table, text(0)),
            "to_regtype" => self.name_in(Kind::Type, text(0)),
            "pg_get_serial_sequence" => {
                if let (Some(table), Some(column)) = (text(0), text(1)) {
                    self.column_in(table, column);
                }
            }
            _ => {}
        }
    }

    fn column_in(&mut self, table: Node<'_>, column: Node<'_>) {
        if let (Some(table), Some(value)) = (string(table), string(column)) {
            let relation = qualified(Kind::Table, &table.text);
            let named = relation.member(Kind::Column, value.text);
            self.uses_among(named, vec![relation], column.span());
        }
    }

    /// The object that a string names.
    fn name_in(&mut self, kind: Kind, literal: Option<Node<'_>>) {
        let Some((node, value)) = literal.and_then(|node| Some((node, string(node)?))) else {
            return;
        };
        if value.text.is_empty() {
            return;
        }
        let object = match kind {
            Kind::Role | Kind::Schema => Named::new(kind, None, fold_identifier(value.text.trim())),
            Kind::Function => {
                let name = value.text.split('(').next().unwrap_or_default();
                qualified(kind, name)
            }
            _ => qualified(kind, &value.text),
        };
        self.uses(object, node.span());
    }

    /// `'app.users'::regclass` names a relation.
    pub(super) fn cast_of_name(&mut self, node: Node<'_>) {
        let Some(literal) = node.child(Is::LITERAL) else {
            return;
        };
        let Some(kind) = node.child(Is::PATH_TYPE).and_then(|to| registered(to.text())) else {
            return;
        };
        let is_known = self.reading.uses.last().is_some_and(|last| last.span == literal.span());
        if !is_known {
            self.name_in(kind, Some(literal));
        }
    }
}

/// What sort of object a type of names stands for.
fn registered(name: &str) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("pg_catalog.").unwrap_or(&name) {
        "regclass" => Some(Kind::Table),
        "regtype" => Some(Kind::Type),
        "regproc" | "regprocedure" => Some(Kind::Function),
        "regrole" => Some(Kind::Role),
        "regnamespace" => Some(Kind::Schema),
        "regconfig" => Some(Kind::TextSearchConfiguration),
        "regdictionary" => Some(Kind::TextSearchDictionary),
        "regcollation" => Some(Kind::Collation),
        _ => None,
    }
}

/// The literal that an argument is, perhaps with a cast.
fn literal(argument: Node<'_>) -> Option<Node<'_>> {
    let value = argument.first_node()?;
    match value.kind() {
        Is::LITERAL => Some(value),
        Is::CAST_EXPR => value.child(Is::LITERAL),
        _ => None,
    }
}

/// Calls that the grammar of Postgres knows, and the catalog does not.
fn is_grammar(callee: Node<'_>) -> bool {
    callee.children().next().is_some_and(|token| {
        matches!(
            token.kind(),
            Is::COALESCE_KW | Is::GREATEST_KW | Is::GROUPING_KW | Is::LEAST_KW | Is::NULLIF_KW
        )
    })
}
