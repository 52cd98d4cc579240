use super::alter::Target;
use crate::schema::Kind;
use crate::sql::Verb;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::Scope;
use crate::sql::words::{fold, fold_identifier, identifier, parts};

impl Reader {
    /// One action of an `ALTER`.
    pub(super) fn action(&mut self, action: Node<'_>, target: &Target<'_>, scope: &Scope<'_>) {
        match action.kind() {
            Is::OWNER_TO => {
                self.changes("owner", target);
                self.roles_below(action);
            }
            Is::SET_SCHEMA => self.moves(action, target),
            kind if is_rename(kind) => self.renames(action, target),
            Is::ADD_CONSTRAINT => self.add_constraint(action, &target.object, scope),
            Is::DROP_CONSTRAINT
            | Is::RENAME_CONSTRAINT
            | Is::VALIDATE_CONSTRAINT
            | Is::ALTER_CONSTRAINT => self.constraint_action(action, target),
            Is::ADD_COLUMN
            | Is::DROP_COLUMN
            | Is::RENAME_COLUMN
            | Is::ALTER_COLUMN
            | Is::ALTER_VIEW_COLUMN => self.column_action(action, target, scope),
            Is::ALTER_TYPE_ATTRIBUTE_ACTION_LIST => {
                for one in action.children().filter(|child| !child.is_token()) {
                    self.alter_type(one, &target.object, scope);
                }
            }
            Is::ADD_VALUE | Is::RENAME_VALUE | Is::RENAME_ATTRIBUTE => {
                self.alter_type(action, &target.object, scope);
            }
            Is::ENABLE_TRIGGER
            | Is::ENABLE_ALWAYS_TRIGGER
            | Is::ENABLE_REPLICA_TRIGGER
            | Is::DISABLE_TRIGGER => self.trigger_action(action, target, Kind::Trigger),
            Is::ENABLE_RULE
            | Is::ENABLE_ALWAYS_RULE
            | Is::ENABLE_REPLICA_RULE
            | Is::DISABLE_RULE => self.trigger_action(action, target, Kind::Rule),
            kind => {
                self.changes_to(what(kind), target, action);
                match kind {
                    Is::SET_DEFAULT => self.expressions_below(action, scope),
                    _ => self.references_below(action, scope),
                }
            }
        }
    }

    fn changes(&mut self, what: &'static str, target: &Target<'_>) {
        self.does(Verb::Alter(what), target.object.clone(), target.name);
    }

    fn changes_to(&mut self, what: &'static str, target: &Target<'_>, action: Node<'_>) {
        let mut act = self.act(Verb::Alter(what), target.object.clone(), target.name.span());
        let is_secret = matches!(target.object.kind, Kind::Server | Kind::Subscription);
        act.definition = (!is_secret).then(|| fold(action));
        self.add(act);
    }

    fn moves(&mut self, action: Node<'_>, target: &Target<'_>) {
        let Some(schema) = action.child(Is::SCHEMA_REF) else { return };
        let verb = Verb::SetSchema(identifier(schema));
        self.does(verb, target.object.clone(), target.name);
        self.uses_named(Kind::Schema, schema);
    }

    fn renames(&mut self, action: Node<'_>, target: &Target<'_>) {
        let Some(new) = action.first_node() else { return };
        let name = parts(new).pop().unwrap_or_else(|| fold_identifier(new.text()));
        self.does(Verb::Rename(name), target.object.clone(), target.name);
    }
}

fn is_rename(kind: Is) -> bool {
    matches!(
        kind,
        Is::AGGREGATE_RENAME_TO
            | Is::COLLATION_RENAME_TO
            | Is::CONVERSION_RENAME_TO
            | Is::DOMAIN_RENAME_TO
            | Is::EVENT_TRIGGER_RENAME_TO
            | Is::FOREIGN_DATA_WRAPPER_RENAME_TO
            | Is::FUNCTION_RENAME_TO
            | Is::INDEX_RENAME_TO
            | Is::LANGUAGE_RENAME_TO
            | Is::OP_CLASS_RENAME_TO
            | Is::OP_FAMILY_RENAME_TO
            | Is::PROCEDURE_RENAME_TO
            | Is::PUBLICATION_RENAME_TO
            | Is::ROUTINE_RENAME_TO
            | Is::RULE_RENAME_TO
            | Is::SCHEMA_RENAME_TO
            | Is::SEQUENCE_RENAME_TO
            | Is::SERVER_RENAME_TO
            | Is::STATISTICS_RENAME_TO
            | Is::SUBSCRIPTION_RENAME_TO
            | Is::TABLE_RENAME_TO
            | Is::TEXT_SEARCH_CONFIGURATION_RENAME_TO
            | Is::TEXT_SEARCH_DICTIONARY_RENAME_TO
            | Is::TRIGGER_RENAME_TO
            | Is::TYPE_RENAME_TO
            | Is::VIEW_RENAME_TO
    )
}

/// What an action changes, in a word or two.
fn what(kind: Is) -> &'static str {
    match kind {
        Is::ATTACH_PARTITION | Is::ATTACH_INDEX_PARTITION => "attach partition",
        Is::DETACH_PARTITION => "detach partition",
        Is::ENABLE_RLS | Is::DISABLE_RLS => "row security",
        Is::FORCE_RLS | Is::NO_FORCE_RLS => "forced row security",
        Is::INHERIT_TABLE | Is::NO_INHERIT_TABLE => "inheritance",
        Is::OF_TYPE | Is::NOT_OF => "type",
        Is::REPLICA_IDENTITY => "replica identity",
        Is::CLUSTER_ON | Is::SET_WITHOUT_CLUSTER => "clustering",
        Is::SET_TABLESPACE => "tablespace",
        Is::SET_ACCESS_METHOD => "access method",
        Is::SET_LOGGED | Is::SET_UNLOGGED => "persistence",
        Is::SET_DEFAULT | Is::DROP_DEFAULT => "default",
        Is::SET_NOT_NULL | Is::DROP_NOT_NULL => "not null",
        Is::ALTER_SET_STATISTICS | Is::SET_STATISTICS => "statistics",
        Is::ALTER_EXTENSION_UPDATE => "version",
        Is::ALTER_EXTENSION_ADD | Is::ALTER_EXTENSION_DROP => "members",
        Is::ADD_PUBLICATION_OBJECTS
        | Is::DROP_PUBLICATION_OBJECTS
        | Is::SET_PUBLICATION_OBJECTS
        | Is::SET_ALL_PUBLICATION_OBJECT_LIST => "tables",
        Is::ENABLE
        | Is::ENABLE_ALWAYS
        | Is::ENABLE_REPLICA
        | Is::DISABLE
        | Is::ENABLE_SUBSCRIPTION
        | Is::DISABLE_SUBSCRIPTION => "enabled",
        Is::ADD_MAPPING | Is::ALTER_MAPPING | Is::DROP_MAPPING => "mapping",
        Is::DEPENDS_ON_EXTENSION | Is::NO_DEPENDS_ON_EXTENSION => "dependency",
        _ => "options",
    }
}
