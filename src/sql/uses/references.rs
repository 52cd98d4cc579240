use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::{argument, object};

/// What sort of object a node of this kind names, where it names one.
pub(in crate::sql) fn kind_of_reference(kind: Is) -> Option<Kind> {
    Some(match kind {
        Is::ACCESS_METHOD_REF => Kind::AccessMethod,
        Is::AGGREGATE => Kind::Aggregate,
        Is::COLLATION_REF => Kind::Collation,
        Is::CONVERSION_REF => Kind::Conversion,
        Is::DOMAIN_REF | Is::TYPE_NAME_REF => Kind::Type,
        Is::EVENT_TRIGGER_REF => Kind::EventTrigger,
        Is::EXTENSION_REF => Kind::Extension,
        Is::FOREIGN_DATA_WRAPPER_REF => Kind::ForeignDataWrapper,
        Is::FUNCTION_NAME_REF | Is::FUNCTION_SIG | Is::ROUTINE_NAME_REF | Is::ROUTINE_SIG => {
            Kind::Function
        }
        Is::INDEX_REF => Kind::Index,
        Is::LANGUAGE_REF => Kind::Language,
        Is::OP_CLASS_REF => Kind::OperatorClass,
        Is::OP_FAMILY_REF => Kind::OperatorFamily,
        Is::PROCEDURE_NAME_REF | Is::PROCEDURE_SIG => Kind::Procedure,
        Is::PUBLICATION_REF => Kind::Publication,
        Is::RELATION_NAME_REF | Is::TABLE_NAME_REF => Kind::Table,
        Is::ROLE_NAME_REF => Kind::Role,
        Is::SCHEMA_REF => Kind::Schema,
        Is::SEQUENCE_REF => Kind::Sequence,
        Is::SERVER_REF => Kind::Server,
        Is::STATISTICS_REF => Kind::Statistics,
        Is::SUBSCRIPTION_REF => Kind::Subscription,
        Is::TEXT_SEARCH_CONFIGURATION_REF => Kind::TextSearchConfiguration,
        Is::TEXT_SEARCH_DICTIONARY_REF => Kind::TextSearchDictionary,
        Is::VIEW_REF => Kind::View,
        _ => return None,
    })
}

/// The object that a node of a reference names; routines with the arguments that are said.
pub(in crate::sql) fn names_of(node: Node<'_>) -> Option<Named> {
    let kind = kind_of_reference(node.kind())?;
    let path = node.find(Is::PATH_REF).unwrap_or(node);
    let mut named = object(kind, path);
    named.arguments = node.child(Is::PARAM_LIST).map(arguments);
    Some(named)
}

/// The types of the input parameters.
pub(in crate::sql) fn arguments(list: Node<'_>) -> Vec<String> {
    let inputs = list.all(Is::PARAM).filter(|parameter| !parameter.has(Is::PARAM_OUT));
    inputs
        .filter_map(|parameter| parameter.children().find(|child| is_type(child.kind())))
        .map(argument)
        .collect()
}

/// Whether a node is a type.
pub(in crate::sql) fn is_type(kind: Is) -> bool {
    matches!(
        kind,
        Is::ARRAY_TYPE
            | Is::BIT_TYPE
            | Is::BIT_VARYING_TYPE
            | Is::CHARACTER_TYPE
            | Is::DOUBLE_TYPE
            | Is::INTERVAL_TYPE
            | Is::PATH_TYPE
            | Is::PERCENT_TYPE
            | Is::PLPGSQL_PERCENT_ROWTYPE
            | Is::TIMESTAMP_TYPE
            | Is::TIME_TYPE
            | Is::VARCHAR_TYPE
    )
}
