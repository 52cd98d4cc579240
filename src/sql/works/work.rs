use std::ops::Range;

use crate::sql::{Inside, Named, RowWrite};

/// What a statement, or one action of an `ALTER TABLE`, does to a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What is done.
    pub deed: Deed,
    /// To which relation; an index where the statement names only that. `None` where it is about none.
    pub on: Option<Named>,
    /// The bytes of the statement that name it.
    pub span: Range<usize>,
    /// Where in the statement.
    pub inside: Inside,
}

/// What is done to a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// `ADD COLUMN`.
    AddColumn(NewColumn),
    /// `ALTER COLUMN … TYPE`.
    AlterType {
        /// The column.
        column: String,
        /// The new type, in the words of [`Act::definition`](crate::sql::Act::definition).
        to: String,
        /// Whether `USING` says more than a cast of the column to that type.
        converts: bool,
    },
    /// `ADD CONSTRAINT`, or a constraint without a name.
    AddConstraint {
        /// Which.
        constraint: NewConstraint,
        /// With `NOT VALID`.
        not_valid: bool,
    },
    /// `DROP CONSTRAINT`, of this name.
    DropConstraint(String),
    /// `VALIDATE CONSTRAINT`, of this name.
    ValidateConstraint(String),
    /// Another action of `ALTER TABLE`.
    Alter(Change),
    /// `ATTACH PARTITION`, of this one.
    AttachPartition(Named),
    /// `DETACH PARTITION`.
    DetachPartition {
        /// The partition.
        partition: Named,
        /// With `CONCURRENTLY`.
        concurrently: bool,
    },
    /// `INHERIT` and `NO INHERIT`, of this parent.
    Inherit {
        /// The parent.
        parent: Named,
        /// Whether it ends.
        ends: bool,
    },
    /// `CREATE INDEX`.
    CreateIndex {
        /// With `CONCURRENTLY`.
        concurrently: bool,
    },
    /// `DROP INDEX`; the relation is the index.
    DropIndex {
        /// With `CONCURRENTLY`.
        concurrently: bool,
    },
    /// `REINDEX`.
    Reindex {
        /// Of what.
        what: Reindexed,
        /// With `CONCURRENTLY`.
        concurrently: bool,
    },
    /// `CREATE TRIGGER`.
    CreateTrigger,
    /// `DROP TRIGGER` and `ALTER TRIGGER`.
    ChangeTrigger,
    /// `CREATE`, `ALTER` and `DROP POLICY`.
    Policy,
    /// `CREATE`, `ALTER` and `DROP RULE`.
    Rule,
    /// `CREATE STATISTICS`.
    CreateStatistics,
    /// `COMMENT ON` and `SECURITY LABEL ON` a table, or a column of it.
    Comment,
    /// `DROP TABLE`, `DROP VIEW` and `DROP MATERIALIZED VIEW`.
    Drop,
    /// Rows are written.
    Write {
        /// How.
        how: RowWrite,
        /// Whether no `WHERE` says which.
        every_row: bool,
        /// Whether a second time would do no more: `WHERE NOT EXISTS`, values that do not build on what is there.
        repeatable: bool,
    },
    /// `LOCK`, in this mode as the statement says it, in upper case.
    Lock(String),
    /// `CLUSTER`.
    Cluster,
    /// `VACUUM`.
    Vacuum {
        /// With `FULL`.
        full: bool,
    },
    /// `ANALYZE`.
    Analyze,
    /// A foreign key of a new table points to it.
    PointedTo,
    /// A new table is a partition of it.
    GivenPartition,
    /// A new table inherits from it.
    GivenHeir,
    /// `REFRESH MATERIALIZED VIEW`.
    Refresh {
        /// With `CONCURRENTLY`.
        concurrently: bool,
    },
    /// `CREATE PUBLICATION … FOR TABLE` and `ALTER PUBLICATION … ADD TABLE`.
    Publish,
    /// A transaction begins or ends.
    Control(Control),
    /// Something that is about no relation and refuses a transaction, by its words.
    Alone(&'static str),
}

/// An action of `ALTER TABLE` of which nothing has to be known but its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is named as the action")]
pub enum Change {
    DropColumn,
    RenameColumn,
    SetNotNull,
    DropNotNull,
    Default,
    AddIdentity,
    Identity,
    SetExpression,
    DropExpression,
    ColumnStatistics,
    ColumnOptions,
    ColumnStorage,
    RenameConstraint,
    AlterConstraint,
    Rename,
    SetSchema,
    Owner,
    RowSecurity,
    EnableTrigger,
    EnableRule,
    ClusterOn,
    Logged,
    AccessMethod,
    Tablespace,
    /// `SET` and `RESET` of storage parameters.
    Parameters,
    ReplicaIdentity,
    OfType,
    /// What is not listed.
    Other,
}

/// A column as it is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewColumn {
    /// What rows that are there get.
    pub filling: Filling,
    /// `NOT NULL`, also by `PRIMARY KEY`.
    pub not_null: bool,
    /// Whether it has a `UNIQUE` or `PRIMARY KEY`.
    pub has_key: bool,
    /// Whether it has a `CHECK`.
    pub has_check: bool,
    /// The table of `REFERENCES`.
    pub references: Option<Named>,
}

/// What the rows that are there get as the value of a new column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Filling {
    /// Null.
    Null,
    /// One value for all: a constant, or an expression that is worked out once.
    One,
    /// Each its own: a volatile function, a sequence, a stored generated column.
    Each,
    /// An expression with functions that are not known here.
    Unknown,
}

/// A constraint as it is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewConstraint {
    /// `CHECK`.
    Check,
    /// `NOT NULL` as a constraint of the table.
    NotNull,
    /// `FOREIGN KEY`, to this table.
    ForeignKey(Named),
    /// `UNIQUE`, `PRIMARY KEY` and `EXCLUDE`, which build an index.
    Key,
    /// `UNIQUE USING INDEX` and `PRIMARY KEY USING INDEX`.
    KeyUsingIndex,
}

/// What is built again by `REINDEX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reindexed {
    /// One index.
    Index,
    /// The indexes of a table.
    Table,
    /// Those of a schema, a database, or of the system catalogs.
    Many,
}

/// What a statement does with the transaction itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
}
