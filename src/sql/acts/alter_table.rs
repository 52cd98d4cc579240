use super::alter::Target;
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Scope, is_type};
use crate::sql::words::{fold, full_type, identifier};
use crate::sql::{Act, Guard, Named, Verb};

impl Reader {
    /// Actions on one column.
    pub(super) fn column_action(
        &mut self,
        action: Node<'_>,
        target: &Target<'_>,
        scope: &Scope<'_>,
    ) {
        let table = &target.object;
        if action.kind() == Is::ADD_COLUMN {
            let scope = Scope::of_table(table, scope);
            let constraints = self.column_definition(action, table, None, &scope);
            return self.constraints(&constraints, &scope);
        }
        let Some(name) = action.child(Is::COLUMN_NAME_REF) else { return };
        let column = table.member(Kind::Column, identifier(name));
        match action.kind() {
            Is::DROP_COLUMN => {
                let mut act = self.act(drop_verb(action), column, name.span());
                act.guard = guard(action);
                self.add(act);
            }
            Is::RENAME_COLUMN => {
                let new = action.child(Is::COLUMN_NAME).map(identifier).unwrap_or_default();
                self.does(Verb::Rename(new), column, name);
            }
            _ => {
                let mut option = action.children().filter(|part| !part.is_token());
                let Some(option) = option.find(|part| part.kind() != Is::COLUMN_NAME_REF) else {
                    return;
                };
                let act = self.act(Verb::Alter(what(option)), column, name.span());
                self.alter_column(action, option, act, target, scope);
            }
        }
    }

    fn alter_column(
        &mut self,
        action: Node<'_>,
        option: Node<'_>,
        mut act: Act,
        target: &Target<'_>,
        scope: &Scope<'_>,
    ) {
        act.definition = altered(option);
        let column = act.object.member.clone().unwrap_or_default();
        let span = act.span.clone();
        let position = self.add(act);
        if option.kind() == Is::ADD_GENERATED {
            let name = self.given.choose(&target.object.name, &column, "seq");
            let schema = target.object.schema.clone();
            let sequence = Named::new(Kind::Sequence, schema, name);
            let mut act = self.act(Verb::Create, sequence, span);
            act.part_of = Some(position);
            self.add(act);
        }
        self.expressions_below(action, &Scope::of_table(&target.object, scope));
    }

    /// Actions on a constraint that is there.
    pub(super) fn constraint_action(&mut self, action: Node<'_>, target: &Target<'_>) {
        let Some(name) = action.child(Is::CONSTRAINT_NAME_REF) else { return };
        let constraint = target.object.member(Kind::Constraint, identifier(name));
        let verb = match action.kind() {
            Is::DROP_CONSTRAINT => drop_verb(action),
            Is::RENAME_CONSTRAINT => {
                let new = action.child(Is::CONSTRAINT_NAME).map(identifier);
                Verb::Rename(new.unwrap_or_default())
            }
            Is::VALIDATE_CONSTRAINT => Verb::Alter("validated"),
            _ => Verb::Alter("options"),
        };
        let mut act = self.act(verb, constraint, name.span());
        act.guard = guard(action);
        self.add(act);
    }

    /// `ENABLE` and `DISABLE` of triggers and rules, of one or of all.
    pub(super) fn trigger_action(&mut self, action: Node<'_>, target: &Target<'_>, kind: Kind) {
        let name = action.child_of(&[Is::TRIGGER_REF, Is::RULE_REF]);
        let (object, span) = match name {
            Some(name) => (target.object.member(kind, identifier(name)), name.span()),
            None => (target.object.clone(), target.name.span()),
        };
        let what = if name.is_some() { "enabled" } else { "triggers" };
        let mut act = self.act(Verb::Alter(what), object, span);
        act.definition = Some(fold(action));
        self.add(act);
    }
}

fn drop_verb(action: Node<'_>) -> Verb {
    Verb::Drop { cascade: action.has(Is::CASCADE) }
}

fn guard(action: Node<'_>) -> Guard {
    if action.has(Is::IF_EXISTS) { Guard::IfExists } else { Guard::None }
}

/// What an option of `ALTER COLUMN` changes.
fn what(option: Node<'_>) -> &'static str {
    match option.kind() {
        Is::SET_TYPE => "type",
        Is::SET_DEFAULT | Is::DROP_DEFAULT => "default",
        Is::SET_NOT_NULL | Is::DROP_NOT_NULL => "not null",
        Is::ADD_GENERATED
        | Is::DROP_IDENTITY
        | Is::RESTART
        | Is::SET_GENERATED
        | Is::SET_GENERATED_OPTIONS
        | Is::SET_SEQUENCE_OPTION => "identity",
        Is::SET_EXPRESSION | Is::DROP_EXPRESSION => "generated",
        Is::SET_STATISTICS => "statistics",
        Is::SET_STORAGE => "storage",
        Is::SET_COMPRESSION => "compression",
        _ => "options",
    }
}

/// What the column has afterwards: its type, `default now()`, `not null`. Nothing where something is taken away.
fn altered(option: Node<'_>) -> Option<String> {
    match option.kind() {
        Is::SET_TYPE => {
            let to = option.children().find(|child| is_type(child.kind())).map(full_type);
            let collation = option.child(Is::COLLATE).map(|it| format!(" {}", fold(it)));
            to.map(|to| to + &collation.unwrap_or_default())
        }
        Is::SET_DEFAULT | Is::SET_NOT_NULL => {
            let text = fold(option);
            text.strip_prefix("set ").map(str::to_owned)
        }
        Is::DROP_DEFAULT | Is::DROP_NOT_NULL | Is::DROP_IDENTITY | Is::DROP_EXPRESSION => None,
        _ => Some(fold(option)),
    }
}
