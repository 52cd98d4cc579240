use super::{Cost, Hold, Mode, Retyped, Target, retyped};
use crate::sql::{Change, Filling, NewColumn, NewConstraint};

const NOT_VALID: &str = "NOT VALID, then VALIDATE CONSTRAINT in a later transaction";

/// `ALTER TABLE`, "ADD COLUMN" and "Notes": a default that is the same for all rows is kept in the catalog.
pub(super) fn add_column(column: &NewColumn) -> Vec<Hold> {
    const KEY: &str =
        "the column alone, then CREATE UNIQUE INDEX CONCURRENTLY and ADD … USING INDEX";
    const FILL: &str = "the column without it, SET DEFAULT, then UPDATE in portions";
    let hold = Hold::brief(Mode::AccessExclusive);
    let fills = column.filling != Filling::Null;
    let hold = match column.filling {
        Filling::Each => hold.with(Cost::Rewrite("each row gets a value of its own")).better(FILL),
        Filling::Unknown => {
            hold.with(Cost::PerhapsRewrite("the function of its default is volatile")).better(FILL)
        }
        _ if column.has_key => hold.with(Cost::Index).better(KEY),
        _ if column.has_check => hold
            .with(Cost::Scan("for the CHECK"))
            .better("the column alone, then the CHECK as NOT VALID"),
        Filling::Null if column.not_null => hold.with(Cost::Scan("for NOT NULL")),
        Filling::Null | Filling::One => hold,
    };
    let other = column
        .references
        .as_ref()
        .map(|table| Hold::brief(Mode::ShareRowExclusive).on(Target::Other(table.clone())));
    let scans = fills && other.is_some() && hold.cost < Cost::Scan("");
    let hold =
        if scans { hold.with(Cost::Scan("for the foreign key")).better(NOT_VALID) } else { hold };
    [hold].into_iter().chain(other).collect()
}

/// `ALTER TABLE`, "ADD `table_constraint`", "ADD `table_constraint_using_index`" and "Notes".
pub(super) fn add_constraint(constraint: &NewConstraint, not_valid: bool) -> Vec<Hold> {
    const INDEX: &str = "CREATE UNIQUE INDEX CONCURRENTLY, then ADD … USING INDEX";
    let strong = Hold::brief(Mode::AccessExclusive);
    match constraint {
        NewConstraint::ForeignKey(table) => {
            let hold = Hold::brief(Mode::ShareRowExclusive);
            let other = hold.clone().on(Target::Other(table.clone()));
            let scan = Cost::Scan("for the foreign key");
            vec![if not_valid { hold } else { hold.with(scan).better(NOT_VALID) }, other]
        }
        NewConstraint::Check | NewConstraint::NotNull if not_valid => vec![strong],
        NewConstraint::Check => vec![strong.with(Cost::Scan("for the CHECK")).better(NOT_VALID)],
        NewConstraint::NotNull => vec![strong.with(Cost::Scan("for NOT NULL"))],
        NewConstraint::Key => vec![strong.with(Cost::Index).better(INDEX)],
        NewConstraint::KeyUsingIndex => vec![strong],
    }
}

/// `ALTER TABLE`, "SET DATA TYPE" and "Notes".
pub(super) fn alter_type(from: Option<&str>, to: &str, converts: bool) -> Hold {
    const COLUMN: &str = "a new column, filled in portions, then a change of names";
    let hold = Hold::brief(Mode::AccessExclusive);
    let became = match from {
        _ if converts => Retyped::Rewritten,
        Some(from) => retyped(from, to),
        None => Retyped::Unknown,
    };
    match became {
        Retyped::Kept => hold,
        Retyped::Rewritten => {
            hold.with(Cost::Rewrite("each value gets another form")).better(COLUMN)
        }
        Retyped::Unknown => {
            let cost = Cost::PerhapsRewrite("the types are not binary coercible");
            hold.with(cost).better(COLUMN)
        }
    }
}

/// `ALTER TABLE`, "Description" of each action: `ACCESS EXCLUSIVE` unless it says otherwise.
pub(super) fn altered(change: Change) -> Hold {
    let strong = Hold::brief(Mode::AccessExclusive);
    match change {
        Change::ColumnStatistics
        | Change::ColumnOptions
        | Change::ClusterOn
        | Change::Parameters => Hold::brief(Mode::ShareUpdateExclusive),
        Change::EnableTrigger => Hold::brief(Mode::ShareRowExclusive),
        Change::SetNotNull => {
            let hold = strong.with(Cost::Scan("unless a valid CHECK says that it is not null"));
            hold.better("a CHECK (… IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, then SET NOT NULL")
        }
        Change::Logged => strong.with(Cost::Rewrite("SET LOGGED and SET UNLOGGED")),
        Change::AccessMethod => strong.with(Cost::Rewrite("SET ACCESS METHOD")),
        Change::Tablespace => strong.with(Cost::Rewrite("it is copied to the other tablespace")),
        Change::SetExpression => strong.with(Cost::Rewrite("each row gets a value of its own")),
        _ => strong,
    }
}
