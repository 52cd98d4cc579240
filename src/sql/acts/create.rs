use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Scope, is_type, names_of};
use crate::sql::words::{argument, fold, fold_tokens, identifier, object, parts};
use crate::sql::{Named, Verb};

/// Statements that make an object with a name, and whose other names are all uses: the node of the name, and the kind.
const SIMPLE: &[(Is, Is, Kind)] = &[
    (Is::CREATE_ACCESS_METHOD, Is::ACCESS_METHOD, Kind::AccessMethod),
    (Is::CREATE_COLLATION, Is::COLLATION, Kind::Collation),
    (Is::CREATE_CONVERSION, Is::CONVERSION, Kind::Conversion),
    (Is::CREATE_EXTENSION, Is::EXTENSION, Kind::Extension),
    (Is::CREATE_FOREIGN_DATA_WRAPPER, Is::FOREIGN_DATA_WRAPPER, Kind::ForeignDataWrapper),
    (Is::CREATE_LANGUAGE, Is::LANGUAGE, Kind::Language),
    (Is::CREATE_OPERATOR_CLASS, Is::OP_CLASS_NAME, Kind::OperatorClass),
    (Is::CREATE_OPERATOR_FAMILY, Is::OP_FAMILY_NAME, Kind::OperatorFamily),
    (Is::CREATE_PUBLICATION, Is::PUBLICATION, Kind::Publication),
    (Is::CREATE_SEQUENCE, Is::SEQUENCE, Kind::Sequence),
    (Is::CREATE_SERVER, Is::SERVER, Kind::Server),
    (Is::CREATE_SUBSCRIPTION, Is::SUBSCRIPTION, Kind::Subscription),
    (
        Is::CREATE_TEXT_SEARCH_CONFIGURATION,
        Is::TEXT_SEARCH_CONFIGURATION,
        Kind::TextSearchConfiguration,
    ),
    (Is::CREATE_TEXT_SEARCH_DICTIONARY, Is::TEXT_SEARCH_DICTIONARY, Kind::TextSearchDictionary),
];

impl Reader {
    /// Statements of the table above; whether it was one.
    pub(super) fn create_simple(&mut self, node: Node<'_>, scope: &Scope<'_>) -> bool {
        let Some((_, name, kind)) = SIMPLE.iter().find(|(is, ..)| *is == node.kind()) else {
            return false;
        };
        let Some(name) = node.child(*name) else { return true };
        let mut act = self.made(node, object(*kind, name), name);
        act.definition = said_of(node, name);
        self.add(act);
        self.references_below(node, scope);
        true
    }

    /// Everything else that a statement names: tables of a publication, the functions of a wrapper.
    pub(super) fn references_below(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        for part in node.children().filter(|child| !child.is_token()) {
            match part.kind() {
                Is::ATTRIBUTE_LIST => self.attribute_values(part),
                Is::CONNECTION_CLAUSE | Is::ALTER_OPTION_LIST => {}
                Is::PUBLICATION_OBJECT_TABLE => self.published(part, scope),
                Is::QUALIFIED_COLUMN_NAME_REF => self.qualified_column_use(part),
                kind if is_type(kind) => self.expression(part, scope),
                _ => match names_of(part) {
                    Some(named) if named.kind == Kind::Role && named.name == "public" => {}
                    Some(named) => self.uses(named, part.span()),
                    None => self.references_below(part, scope),
                },
            }
        }
    }

    fn published(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child(Is::TABLE_NAME_REF) else { return };
        let table = self.uses_named(Kind::Table, name);
        if let Some(columns) = node.child(Is::COLUMN_REF_LIST) {
            self.columns_below(columns, &table);
        }
        if let Some(condition) = node.child(Is::WHERE_CONDITION_CLAUSE) {
            self.expression(condition, &Scope::of_table(&table, scope));
        }
    }

    /// `OWNED BY app.users.id`.
    pub(super) fn qualified_column_use(&mut self, node: Node<'_>) {
        let mut parts = parts(node);
        let (Some(column), Some(table)) = (parts.pop(), parts.pop()) else { return };
        let relation = Named::new(Kind::Table, parts.pop(), table);
        let column = relation.member(Kind::Column, column);
        self.uses_among(column, vec![relation], node.span());
    }

    /// `CREATE SCHEMA`, with the objects that it makes in it.
    pub(super) fn create_schema(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let target = node.child_of(&[Is::NAMED_SCHEMA, Is::AUTHORIZATION_SCHEMA]);
        let name = target.and_then(|target| target.child_of(&[Is::SCHEMA, Is::ROLE]));
        let Some(name) = name else { return };
        let schema = object(Kind::Schema, name);
        let inside = schema.name.clone();
        let act = self.made(node, schema, name);
        self.add(act);
        if let Some(target) = target {
            self.roles_below(target);
        }
        if name.kind() == Is::ROLE {
            self.uses(Named::new(Kind::Role, None, inside.clone()), name.span());
        }
        let before = self.reading.acts.len();
        for element in node.children().filter(|child| !child.is_token()) {
            if target.is_none_or(|target| target.written() != element.written()) {
                self.statement(element, scope);
            }
        }
        for act in self.reading.acts.iter_mut().skip(before) {
            act.object.schema.get_or_insert_with(|| inside.clone());
        }
    }

    /// `CREATE CAST`, `CREATE OPERATOR`, `CREATE TRANSFORM`, `CREATE USER MAPPING`.
    pub(super) fn create_odd(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some((object, name)) = odd(node) else { return };
        let act = self.made(node, object, name);
        self.add(act);
        self.references_below(node, scope);
    }

    /// `IMPORT FOREIGN SCHEMA`: what it makes cannot be seen.
    pub(super) fn import_schema(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let of = [Is::SERVER_CLAUSE, Is::INTO_SCHEMA];
        for part in node.children().filter(|child| of.contains(&child.kind())) {
            self.references_below(part, scope);
        }
        let tables = node.child(Is::LIMIT_TO_TABLES).into_iter();
        let tables = tables.flat_map(|list| list.all(Is::REMOTE_TABLE_NAME_REF));
        let schema = node.child(Is::INTO_SCHEMA).and_then(|into| into.child(Is::SCHEMA_REF));
        for table in tables {
            let schema = schema.map(identifier);
            let named = Named::new(Kind::ForeignTable, schema, identifier(table));
            let mut act = self.act(Verb::Create, named, table.span());
            act.has_other_columns = true;
            self.add(act);
        }
    }
}

/// Objects whose name is more than a qualified name.
pub(super) fn odd(node: Node<'_>) -> Option<(Named, Node<'_>)> {
    match node.kind() {
        Is::CREATE_CAST | Is::DROP_CAST => cast(node),
        Is::CREATE_OPERATOR => operator(node),
        Is::CREATE_TRANSFORM | Is::DROP_TRANSFORM => {
            let of = node.children().find(|child| is_type(child.kind()))?;
            let language = node.child(Is::LANGUAGE_REF).map(identifier)?;
            let name = format!("for {} language {language}", argument(of));
            Some((Named::new(Kind::Transform, None, name), of))
        }
        _ => {
            let role = node.child(Is::USER_MAPPING_ROLE)?;
            let server = node.child(Is::SERVER_CLAUSE)?.child(Is::SERVER_REF)?;
            let server = object(Kind::Server, server);
            Some((server.member(Kind::UserMapping, identifier(role)), role))
        }
    }
}

/// A cast is named as the catalog of `schema` names it: `(text as app.mood)`.
pub(super) fn cast(node: Node<'_>) -> Option<(Named, Node<'_>)> {
    let sides = node.child(Is::CAST_SIG)?;
    let types: Vec<_> =
        sides.children().filter(|child| is_type(child.kind())).map(argument).collect();
    let named = Named::new(Kind::Cast, None, format!("({})", types.join(" as ")));
    Some((named, sides))
}

/// An operator has its operands as arguments; the side that a prefix operator lacks is `none`.
pub(super) fn operator(node: Node<'_>) -> Option<(Named, Node<'_>)> {
    let sign = node.child_of(&[Is::OP, Is::CUSTOM_OP])?;
    let schema = sign.child(Is::PATH_REF).and_then(|path| parts(path).into_iter().next());
    let written = fold(sign);
    let name = written.rsplit_once('.').map_or(written.as_str(), |(_, sign)| sign);
    let mut named = Named::new(Kind::Operator, schema, name);
    named.arguments = match node.child(Is::ATTRIBUTE_LIST) {
        Some(attributes) => {
            Some(vec![operand(attributes, "leftarg"), operand(attributes, "rightarg")])
        }
        None => Some(operands(node)),
    };
    Some((named, sign))
}

fn operand(attributes: Node<'_>, side: &str) -> String {
    let option = attributes.all(Is::ATTRIBUTE_OPTION).find(|option| {
        option.child(Is::ATTRIBUTE_NAME).is_some_and(|name| identifier(name) == side)
    });
    let value = option.and_then(|option| option.child(Is::ATTRIBUTE_VALUE));
    value.and_then(Node::first_node).map_or_else(|| "none".to_owned(), argument)
}

fn operands(node: Node<'_>) -> Vec<String> {
    let sides = node.children().filter_map(|child| match child.kind() {
        Is::NONE_KW => Some("none".to_owned()),
        kind if is_type(kind) => Some(argument(child)),
        _ => None,
    });
    sides.collect()
}

/// What follows the name; of a server or subscription nothing, since passwords may be in it.
fn said_of(node: Node<'_>, name: Node<'_>) -> Option<String> {
    if matches!(node.kind(), Is::CREATE_SERVER | Is::CREATE_SUBSCRIPTION) {
        return None;
    }
    let after = node
        .children()
        .filter(|part| part.written().start >= name.written().end && part.kind() != Is::SEMICOLON);
    let text = fold_tokens(after.flat_map(Node::tokens));
    (!text.is_empty()).then_some(text)
}
