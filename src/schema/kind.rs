//! The kinds of objects that a schema has.

use std::fmt;

/// What sort of thing an object is; its text is the word that people and `Display` use.
///
/// The order is the one of reports: what others rest on comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is named as in Postgres")]
pub enum Kind {
    Schema,
    Extension,
    Language,
    Collation,
    Conversion,
    Type,
    Sequence,
    Table,
    ForeignTable,
    Column,
    Constraint,
    Index,
    Statistics,
    View,
    MaterializedView,
    Function,
    Procedure,
    Aggregate,
    Trigger,
    Rule,
    Policy,
    EventTrigger,
    Operator,
    OperatorFamily,
    OperatorClass,
    Cast,
    Transform,
    AccessMethod,
    TextSearchParser,
    TextSearchTemplate,
    TextSearchDictionary,
    TextSearchConfiguration,
    ForeignDataWrapper,
    Server,
    UserMapping,
    Publication,
    Subscription,
    DefaultPrivileges,
    /// What roles may do with an object of the server's own or of an extension, where somebody changed it.
    MemberGrants,
    /// Belongs to the whole server: the catalog of a database has none.
    Role,
    /// One label of an enum; the catalog tells labels with their type.
    EnumValue,
}

/// Every kind with its word.
pub(super) static WORDS: [(Kind, &str); 41] = [
    (Kind::Schema, "schema"),
    (Kind::Extension, "extension"),
    (Kind::Language, "language"),
    (Kind::Collation, "collation"),
    (Kind::Conversion, "conversion"),
    (Kind::Type, "type"),
    (Kind::Sequence, "sequence"),
    (Kind::Table, "table"),
    (Kind::ForeignTable, "foreign table"),
    (Kind::Column, "column"),
    (Kind::Constraint, "constraint"),
    (Kind::Index, "index"),
    (Kind::Statistics, "statistics"),
    (Kind::View, "view"),
    (Kind::MaterializedView, "materialized view"),
    (Kind::Function, "function"),
    (Kind::Procedure, "procedure"),
    (Kind::Aggregate, "aggregate"),
    (Kind::Trigger, "trigger"),
    (Kind::Rule, "rule"),
    (Kind::Policy, "policy"),
    (Kind::EventTrigger, "event trigger"),
    (Kind::Operator, "operator"),
    (Kind::OperatorFamily, "operator family"),
    (Kind::OperatorClass, "operator class"),
    (Kind::Cast, "cast"),
    (Kind::Transform, "transform"),
    (Kind::AccessMethod, "access method"),
    (Kind::TextSearchParser, "text search parser"),
    (Kind::TextSearchTemplate, "text search template"),
    (Kind::TextSearchDictionary, "text search dictionary"),
    (Kind::TextSearchConfiguration, "text search configuration"),
    (Kind::ForeignDataWrapper, "foreign data wrapper"),
    (Kind::Server, "server"),
    (Kind::UserMapping, "user mapping"),
    (Kind::Publication, "publication"),
    (Kind::Subscription, "subscription"),
    (Kind::DefaultPrivileges, "default privileges"),
    (Kind::MemberGrants, "grants on"),
    (Kind::Role, "role"),
    (Kind::EnumValue, "enum value"),
];

impl Kind {
    /// The word for this kind, such as `materialized view`.
    #[must_use]
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(kind, _)| *kind == self).map_or("object", |(_, word)| word)
    }

    /// The word for `count` objects of this kind.
    pub(crate) fn counted(self, count: usize) -> String {
        let plural = match self {
            _ if count == 1 => self.word().to_owned(),
            Kind::Policy => "policies".to_owned(),
            Kind::Index => "indexes".to_owned(),
            Kind::OperatorClass => "operator classes".to_owned(),
            Kind::OperatorFamily => "operator families".to_owned(),
            Kind::TextSearchDictionary => "text search dictionaries".to_owned(),
            Kind::MemberGrants => "grants on other objects".to_owned(),
            Kind::Statistics | Kind::DefaultPrivileges => self.word().to_owned(),
            _ => format!("{}s", self.word()),
        };
        format!("{count} {plural}")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}
