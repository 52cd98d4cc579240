use crate::schema::Kind;

/// An object as a statement names it: folded to lower case unless quoted, and qualified only where the statement says so.
///
/// `alter table app.users add column email text` names `{ kind: Column, schema: app, name: users, member: email }`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Named {
    /// What sort of thing it is. [`Kind::Table`] also stands for a relation of which the statement does not say what it is
    /// (`FROM x`, `INSERT INTO x`, `ALTER TABLE x`): it may be a view, for the last also an index or a sequence. [`Kind::Type`]
    /// stands for domains too, and for the row of a table where one is used as a type.
    pub kind: Kind,
    /// The schema, where the statement says it.
    pub schema: Option<String>,
    /// The name; for members the name of the relation or type that they belong to.
    pub name: String,
    /// The member's own name: a column or attribute, constraint, trigger, policy, rule, the label of an enum, the role of a user
    /// mapping.
    pub member: Option<String>,
    /// The types of the input arguments of a routine, or of the operands of an operator, by the names that Postgres prints
    /// (`integer` for `int4`), without names and defaults; `None` where the statement does not say them (a call,
    /// `DROP FUNCTION f`).
    pub arguments: Option<Vec<String>>,
}

impl Named {
    /// An object that belongs to no other.
    pub fn new(kind: Kind, schema: Option<String>, name: impl Into<String>) -> Self {
        Self { kind, schema, name: name.into(), member: None, arguments: None }
    }

    /// A member of this relation or type.
    #[must_use]
    pub fn member(&self, kind: Kind, member: impl Into<String>) -> Self {
        Self {
            kind,
            schema: self.schema.clone(),
            name: self.name.clone(),
            member: Some(member.into()),
            arguments: None,
        }
    }
}
