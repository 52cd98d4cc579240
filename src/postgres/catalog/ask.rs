//! What can be asked again and again.

use std::borrow::Cow;

use super::queries::{
    DEPENDENTS, LOCKED, QUERIES, REST, TYPE_MARKS, VERSIONS, buckets, function_marks, marks,
    marks_of_some, small,
};

/// What can be asked by a prepared query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// The sums of the rest.
    Rest,
    /// The numbers of the small queries that have something to tell.
    Small,
    /// The sums of all buckets.
    Buckets,
    /// The relations that are locked, and those of `$1`.
    Locked,
    /// A sum for each function.
    FunctionMarks,
    /// A sum for each relation and function.
    Marks,
    /// The same for those of the buckets with the first OIDs `$1`.
    SomeMarks,
    /// A sum for each type.
    TypeMarks,
    /// Which others print the names of the relations `$1` and the functions `$2`.
    Dependents,
    /// A query for every object, by its number.
    Whole(usize),
    /// A query for the relations, or the functions, `$1`, by its number.
    Some(usize),
}

impl Ask {
    /// How it is called in the session.
    pub(super) fn name(self) -> String {
        let name = match self {
            Self::Whole(number) => return format!("migration_replay_catalog_{number}"),
            Self::Some(number) => return format!("migration_replay_catalog_some_{number}"),
            Self::Rest => "rest",
            Self::Small => "small",
            Self::Buckets => "buckets",
            Self::Locked => "locked",
            Self::FunctionMarks => "function_marks",
            Self::Marks => "marks",
            Self::SomeMarks => "some_marks",
            Self::TypeMarks => "type_marks",
            Self::Dependents => "dependents",
        };
        format!("migration_replay_catalog_{name}")
    }

    /// Its parameters, as `PREPARE` has them.
    pub(super) fn parameters(self) -> &'static str {
        match self {
            Self::Locked | Self::SomeMarks | Self::Some(_) => "(oid[])",
            Self::Dependents => "(oid[], oid[])",
            _ => "",
        }
    }

    pub(super) fn text(self) -> Cow<'static, str> {
        Cow::Owned(match self {
            Self::Rest => return Cow::Borrowed(REST),
            Self::Small => small(),
            Self::Buckets => buckets(),
            Self::Locked => return Cow::Borrowed(LOCKED),
            Self::FunctionMarks => function_marks(),
            Self::Marks => marks(VERSIONS),
            Self::SomeMarks => marks_of_some(),
            Self::TypeMarks => return Cow::Borrowed(TYPE_MARKS),
            Self::Dependents => return Cow::Borrowed(DEPENDENTS),
            Self::Whole(number) => return Cow::Borrowed(QUERIES[number].whole()),
            Self::Some(number) => QUERIES[number].for_some(),
        })
    }
}
