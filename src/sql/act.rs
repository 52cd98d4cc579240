use std::ops::Range;

use super::{Named, Work};

/// What one statement says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// What it does, in the order in which it would happen.
    pub acts: Vec<Act>,
    /// What it speaks of without changing it.
    pub uses: Vec<Use>,
    /// What it does to relations, as finely as locks and rewrites depend on it.
    pub works: Vec<Work>,
    /// Where the grammar does not understand it. What could be read is there all the same.
    pub faults: Vec<Fault>,
}

/// One thing done to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What is done.
    pub verb: Verb,
    /// To what.
    pub object: Named,
    /// The bytes of the statement that name the object.
    pub span: Range<usize>,
    /// What keeps it from failing.
    pub guard: Guard,
    /// Where in the statement.
    pub inside: Inside,
    /// The act that this one is a part of, by its position in [`Reading::acts`]: the columns of a `CREATE TABLE`, which are not
    /// made where the table is not.
    pub part_of: Option<usize>,
    /// What is made, in words that two definitions can be compared by: `text not null default ''` for a column, the columns and
    /// `where` of an index; for a function its parameters, return type and options, and a sum of its body; for a view a sum of
    /// its query; `temporary` or `partition of …` for a table that is special. For [`Verb::Alter`] what it is afterwards
    /// (`default now()`), and nothing where something is taken away. Blanks folded, key words and types in lower case. Nothing
    /// of objects that may have passwords in their options.
    pub definition: Option<String>,
    /// Relations whose columns the new one takes over: `LIKE x`, `INHERITS (x)`, `PARTITION OF x`.
    pub columns_from: Vec<Named>,
    /// Whether the new relation has columns that the statement does not say: `CREATE TABLE x AS SELECT *`.
    pub has_other_columns: bool,
}

/// What is done to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// It is made; a column or constraint added.
    Create,
    /// Something of it is changed; what, as a word or two: `type`, `default`, `not null`, `owner`, `row security`, `grants`,
    /// `comment`, `attach partition`.
    Alter(&'static str),
    /// It gets another name in the same schema; the new one.
    Rename(String),
    /// It goes to this schema.
    SetSchema(String),
    /// It is removed.
    Drop {
        /// With whatever depends on it.
        cascade: bool,
    },
    /// Rows of it are written. Columns are acts of their own, parts of this one.
    Write(RowWrite),
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowWrite {
    /// `INSERT`, `COPY … FROM`.
    Insert,
    /// `INSERT … ON CONFLICT`.
    InsertOrSkip,
    /// `UPDATE`, `MERGE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `TRUNCATE`.
    Truncate,
}

/// What keeps an act from failing where the object is there already, or is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Guard {
    /// Nothing.
    #[default]
    None,
    /// `IF NOT EXISTS`: nothing is done where something of that name is there, whatever its shape.
    IfNotExists,
    /// `IF EXISTS`, of the object itself or of the table that is altered.
    IfExists,
    /// `OR REPLACE`.
    OrReplace,
}

/// Where in a statement something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Inside {
    /// In the statement itself: it happens when the statement runs.
    #[default]
    Statement,
    /// In the body of a `DO` block, on its only path.
    Block,
    /// In the body of a `DO` block under an `IF`, a loop, or with an exception handler around it: it may happen.
    Branch,
    /// In the body of a function or procedure: it happens when somebody calls it.
    Routine,
    /// In a string that a `DO` block executes, as far as it can be read. A string that a routine executes is [`Inside::Routine`],
    /// since it matters more when it happens.
    Dynamic,
}

/// Something that a statement speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// What. For a column that may belong to several relations, or to one besides something whose columns are not known, `name`
    /// is empty. So it is for `NEW.x` and `OLD.x` in a trigger function, which has no table; there `among` is empty too.
    pub object: Named,
    /// The relations that a column may belong to, innermost query first; aliases are resolved. The table itself where it is said.
    pub among: Vec<Named>,
    /// The bytes of the statement.
    pub span: Range<usize>,
    /// Where in the statement.
    pub inside: Inside,
}

/// A place that the grammar does not understand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What was expected.
    pub message: String,
    /// The bytes of the statement.
    pub span: Range<usize>,
}
