use super::constraint::{Constraint, Place, is_named};
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node, string_text};
use crate::sql::uses::{Scope, is_type};
use crate::sql::words::{Given, fold, full_type, identifier, object};
use crate::sql::{Guard, Named, Verb};

use super::column::without_name;

impl Reader {
    /// `CREATE TYPE`.
    pub(super) fn create_type(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child(Is::TYPE_NAME) else { return };
        let made = object(Kind::Type, name);
        let kinds = [Is::ENUM_TYPE, Is::COMPOSITE_TYPE, Is::RANGE_TYPE, Is::ATTRIBUTE_LIST];
        let body = node.child_of(&kinds);
        let mut act = self.made(node, made.clone(), name);
        act.definition = body.map(definition);
        let position = self.add(act);
        let Some(body) = body else { return };
        match body.kind() {
            Is::ENUM_TYPE => self.labels(body, &made, position),
            Is::COMPOSITE_TYPE => self.attributes(body, &made, position, scope),
            _ => self.attribute_values(body),
        }
    }

    fn labels(&mut self, body: Node<'_>, of: &Named, position: usize) {
        let labels = body.descendants().filter(|below| below.kind() == Is::LITERAL);
        for label in labels {
            let Some(text) = string_text(label) else { continue };
            let mut act = self.act(Verb::Create, of.member(Kind::EnumValue, text), label.span());
            act.part_of = Some(position);
            self.add(act);
        }
    }

    fn attributes(&mut self, body: Node<'_>, of: &Named, position: usize, scope: &Scope<'_>) {
        let fields = body.child(Is::COMPOSITE_FIELD_LIST).into_iter();
        for field in fields.flat_map(|list| list.all(Is::COMPOSITE_FIELD_DEF)) {
            let Some(name) = field.child(Is::COMPOSITE_FIELD) else { continue };
            let column = of.member(Kind::Column, identifier(name));
            let mut act = self.act(Verb::Create, column, name.span());
            act.part_of = Some(position);
            act.definition = type_below(field).map(full_type);
            self.add(act);
            self.expressions_below(field, scope);
        }
    }

    /// Functions and types that the attributes of a definition name: `sfunc = int4pl`.
    pub(super) fn attribute_values(&mut self, list: Node<'_>) {
        let options = list.descendants().filter(|below| below.kind() == Is::ATTRIBUTE_OPTION);
        for option in options {
            let name = option.child(Is::ATTRIBUTE_NAME).map(identifier).unwrap_or_default();
            let value = option.child(Is::ATTRIBUTE_VALUE);
            let Some(path) = value.and_then(|value| value.find(Is::PATH_REF)) else { continue };
            let kind = match name.as_str() {
                "stype" | "mstype" | "basetype" | "leftarg" | "rightarg" | "subtype"
                | "element" => {
                    value.and_then(type_below).into_iter().for_each(|of| self.type_use(of));
                    continue;
                }
                "sfunc" | "finalfunc" | "combinefunc" | "serialfunc" | "deserialfunc"
                | "msfunc" | "minvfunc" | "mfinalfunc" | "procedure" | "function" | "input"
                | "output" | "receive" | "send" | "typmod_in" | "typmod_out" | "analyze"
                | "canonical" | "subtype_diff" | "restrict" | "join" => Kind::Function,
                "collation" => Kind::Collation,
                "subtype_opclass" => Kind::OperatorClass,
                "copy" => Kind::TextSearchConfiguration,
                _ => continue,
            };
            self.uses_named(kind, path);
        }
    }

    /// `CREATE DOMAIN`.
    pub(super) fn create_domain(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child(Is::DOMAIN) else { return };
        let domain = object(Kind::Type, name);
        let mut act = self.made(node, domain.clone(), name);
        let said = node.children().filter(|part| !part.is_token() && part.kind() != Is::DOMAIN);
        let said = said
            .map(|part| if is_type(part.kind()) { full_type(part) } else { without_name(part) });
        act.definition = Some(said.collect::<Vec<_>>().join(" "));
        let position = self.add(act);
        let mut constraints = Vec::new();
        for part in node.children().filter(|part| !part.is_token() && part.kind() != Is::DOMAIN) {
            if is_named(part.kind()) {
                let of = domain.clone();
                let place = Place { of, column: None, part_of: Some(position) };
                constraints.push(Constraint::new(part, place));
            } else {
                self.expression(part, scope);
            }
        }
        self.given = Given::default();
        self.constraints(&constraints, scope);
    }

    /// `ALTER TYPE`, as far as it is about labels and attributes.
    pub(super) fn alter_type(&mut self, action: Node<'_>, of: &Named, scope: &Scope<'_>) {
        match action.kind() {
            Is::ADD_VALUE => self.add_value(action, of),
            Is::RENAME_VALUE => {
                let mut texts = action.all(Is::LITERAL);
                let (from, to) = (texts.next(), texts.next());
                let Some((from, old)) = from.and_then(|it| Some((it, string_text(it)?))) else {
                    return;
                };
                let new = to.and_then(string_text).unwrap_or_default();
                self.does(Verb::Rename(new), of.member(Kind::EnumValue, old), from);
            }
            Is::RENAME_ATTRIBUTE => {
                let to = action.child(Is::COMPOSITE_FIELD).map(identifier).unwrap_or_default();
                self.attribute(action, Verb::Rename(to), of);
            }
            Is::ADD_ATTRIBUTE => {
                let Some(name) = action.child(Is::COMPOSITE_FIELD) else { return };
                let column = of.member(Kind::Column, identifier(name));
                let mut act = self.act(Verb::Create, column, name.span());
                act.definition = type_below(action).map(full_type);
                self.add(act);
                self.expressions_below(action, scope);
            }
            Is::DROP_ATTRIBUTE => {
                let cascade = action.has(Is::CASCADE);
                self.attribute(action, Verb::Drop { cascade }, of);
            }
            Is::ALTER_ATTRIBUTE => {
                self.attribute(action, Verb::Alter("type"), of);
                self.expressions_below(action, scope);
            }
            _ => {}
        }
    }

    fn add_value(&mut self, action: Node<'_>, of: &Named) {
        let Some(literal) = action.child(Is::LITERAL) else { return };
        let label = string_text(literal).unwrap_or_default();
        let mut act = self.act(Verb::Create, of.member(Kind::EnumValue, label), literal.span());
        if action.has(Is::IF_NOT_EXISTS) {
            act.guard = Guard::IfNotExists;
        }
        self.add(act);
        let beside = action.child_of(&[Is::BEFORE_VALUE, Is::AFTER_VALUE]);
        let beside = beside.and_then(|beside| beside.child(Is::LITERAL));
        if let Some((node, label)) = beside.and_then(|it| Some((it, string_text(it)?))) {
            self.uses(of.member(Kind::EnumValue, label), node.span());
        }
    }

    fn attribute(&mut self, action: Node<'_>, verb: Verb, of: &Named) {
        let Some(name) = action.child(Is::COMPOSITE_FIELD_REF) else { return };
        let mut act = self.act(verb, of.member(Kind::Column, identifier(name)), name.span());
        if action.has(Is::IF_EXISTS) {
            act.guard = Guard::IfExists;
        }
        if action.kind() == Is::ALTER_ATTRIBUTE {
            act.definition = type_below(action).map(full_type);
        }
        self.add(act);
    }
}

fn type_below(node: Node<'_>) -> Option<Node<'_>> {
    node.children().find(|child| is_type(child.kind()))
}

fn definition(body: Node<'_>) -> String {
    let fields = body.child(Is::COMPOSITE_FIELD_LIST).into_iter();
    let fields = fields.flat_map(|list| list.all(Is::COMPOSITE_FIELD_DEF)).map(|field| {
        let name = field.child(Is::COMPOSITE_FIELD).map(identifier).unwrap_or_default();
        format!("{name} {}", type_below(field).map(full_type).unwrap_or_default())
    });
    match body.kind() {
        Is::COMPOSITE_TYPE => format!("({})", fields.collect::<Vec<_>>().join(", ")),
        Is::ENUM_TYPE | Is::RANGE_TYPE => {
            let text = fold(body);
            text.strip_prefix("as ").map(str::to_owned).unwrap_or(text)
        }
        _ => fold(body),
    }
}
