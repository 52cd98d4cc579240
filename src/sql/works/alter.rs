use super::filling::filling;
use super::{Change, Deed, NewColumn, NewConstraint};
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::is_type;
use crate::sql::words::{fold, full_type, identifier, object};

impl Reader {
    /// The actions of `ALTER TABLE`.
    pub(super) fn table_works(&mut self, node: Node<'_>) {
        let Some(name) = node.find(Is::TABLE_NAME_REF) else { return };
        let table = object(Kind::Table, name);
        let actions = node.children().filter(|part| {
            !part.is_token() && !matches!(part.kind(), Is::TABLE_RELATION_NAME | Is::IF_EXISTS)
        });
        for action in actions {
            if let Some(deed) = deed(action) {
                self.works_on(deed, table.clone(), name);
            }
        }
    }
}

fn deed(action: Node<'_>) -> Option<Deed> {
    let named = |kind| action.child(kind).map(identifier).unwrap_or_default();
    let other = || action.find(Is::TABLE_NAME_REF).map(|name| object(Kind::Table, name));
    Some(match action.kind() {
        Is::ADD_COLUMN => Deed::AddColumn(new_column(action)),
        Is::ALTER_COLUMN => return altered_column(action),
        Is::ADD_CONSTRAINT => Deed::AddConstraint {
            constraint: new_constraint(action)?,
            not_valid: action.find(Is::NOT_VALID).is_some(),
        },
        Is::DROP_CONSTRAINT => Deed::DropConstraint(named(Is::CONSTRAINT_NAME_REF)),
        Is::VALIDATE_CONSTRAINT => Deed::ValidateConstraint(named(Is::CONSTRAINT_NAME_REF)),
        Is::ATTACH_PARTITION => Deed::AttachPartition(other()?),
        Is::DETACH_PARTITION => Deed::DetachPartition {
            partition: other()?,
            concurrently: action.find(Is::DETACH_CONCURRENTLY).is_some(),
        },
        Is::INHERIT_TABLE => Deed::Inherit { parent: other()?, ends: false },
        Is::NO_INHERIT_TABLE => Deed::Inherit { parent: other()?, ends: true },
        kind => Deed::Alter(change(kind)),
    })
}

fn change(kind: Is) -> Change {
    match kind {
        Is::DROP_COLUMN => Change::DropColumn,
        Is::RENAME_COLUMN => Change::RenameColumn,
        Is::RENAME_CONSTRAINT => Change::RenameConstraint,
        Is::ALTER_CONSTRAINT => Change::AlterConstraint,
        Is::TABLE_RENAME_TO => Change::Rename,
        Is::SET_SCHEMA => Change::SetSchema,
        Is::OWNER_TO => Change::Owner,
        Is::ENABLE_RLS | Is::DISABLE_RLS | Is::FORCE_RLS | Is::NO_FORCE_RLS => Change::RowSecurity,
        Is::ENABLE_TRIGGER
        | Is::ENABLE_ALWAYS_TRIGGER
        | Is::ENABLE_REPLICA_TRIGGER
        | Is::DISABLE_TRIGGER => Change::EnableTrigger,
        Is::ENABLE_RULE | Is::ENABLE_ALWAYS_RULE | Is::ENABLE_REPLICA_RULE | Is::DISABLE_RULE => {
            Change::EnableRule
        }
        Is::CLUSTER_ON | Is::SET_WITHOUT_CLUSTER => Change::ClusterOn,
        Is::SET_LOGGED | Is::SET_UNLOGGED => Change::Logged,
        Is::SET_ACCESS_METHOD => Change::AccessMethod,
        Is::SET_TABLESPACE => Change::Tablespace,
        Is::SET_OPTIONS | Is::SET_OPTIONS_LIST | Is::RESET_OPTIONS => Change::Parameters,
        Is::REPLICA_IDENTITY => Change::ReplicaIdentity,
        Is::OF_TYPE | Is::NOT_OF => Change::OfType,
        _ => Change::Other,
    }
}

fn altered_column(action: Node<'_>) -> Option<Deed> {
    let name = action.child(Is::COLUMN_NAME_REF)?;
    let option =
        action.children().find(|part| !part.is_token() && part.kind() != Is::COLUMN_NAME_REF)?;
    Some(Deed::Alter(match option.kind() {
        Is::SET_TYPE => return altered_type(identifier(name), option, action),
        Is::SET_NOT_NULL => Change::SetNotNull,
        Is::DROP_NOT_NULL => Change::DropNotNull,
        Is::SET_DEFAULT | Is::DROP_DEFAULT => Change::Default,
        Is::ADD_GENERATED => Change::AddIdentity,
        Is::DROP_IDENTITY
        | Is::RESTART
        | Is::SET_GENERATED
        | Is::SET_GENERATED_OPTIONS
        | Is::SET_SEQUENCE_OPTION => Change::Identity,
        Is::SET_EXPRESSION => Change::SetExpression,
        Is::DROP_EXPRESSION => Change::DropExpression,
        Is::SET_STATISTICS => Change::ColumnStatistics,
        Is::SET_STORAGE | Is::SET_COMPRESSION => Change::ColumnStorage,
        _ => Change::ColumnOptions,
    }))
}

fn altered_type(column: String, option: Node<'_>, action: Node<'_>) -> Option<Deed> {
    let to = option.children().find(|child| is_type(child.kind()))?;
    let converts = action.find(Is::USING_EXPR).is_some_and(|using| {
        let text = fold(using);
        let value = text.strip_prefix("using ").unwrap_or(&text);
        let value = value
            .split_once("::")
            .map_or(value, |(value, cast)| if cast == fold(to) { value } else { "" });
        value.trim_matches(['(', ')', '"', ' ']) != column
    });
    Some(Deed::AlterType { column, to: full_type(to), converts })
}

fn new_column(action: Node<'_>) -> NewColumn {
    let has = |kind| action.has(kind);
    let references = action.child(Is::REFERENCES_CONSTRAINT);
    let references = references.and_then(|it| it.find(Is::TABLE_NAME_REF));
    NewColumn {
        filling: filling(action),
        not_null: has(Is::NOT_NULL_CONSTRAINT) || has(Is::PRIMARY_KEY_CONSTRAINT),
        has_key: has(Is::UNIQUE_CONSTRAINT) || has(Is::PRIMARY_KEY_CONSTRAINT),
        has_check: has(Is::CHECK_CONSTRAINT),
        references: references.map(|name| object(Kind::Table, name)),
    }
}

fn new_constraint(action: Node<'_>) -> Option<NewConstraint> {
    let constraint = action.children().find(|part| !part.is_token())?;
    let uses_index = action.find(Is::USING_INDEX_NAME).is_some();
    Some(match constraint.kind() {
        Is::CHECK_CONSTRAINT => NewConstraint::Check,
        Is::FOREIGN_KEY_CONSTRAINT | Is::REFERENCES_CONSTRAINT => {
            let other = constraint.find(Is::TABLE_NAME_REF)?;
            NewConstraint::ForeignKey(object(Kind::Table, other))
        }
        Is::UNIQUE_CONSTRAINT | Is::PRIMARY_KEY_CONSTRAINT if uses_index => {
            NewConstraint::KeyUsingIndex
        }
        Is::UNIQUE_CONSTRAINT | Is::PRIMARY_KEY_CONSTRAINT | Is::EXCLUDE_CONSTRAINT => {
            NewConstraint::Key
        }
        _ => NewConstraint::NotNull,
    })
}
