use std::collections::BTreeSet;

use super::{Blame, Found, Phase};
use crate::migration::MigrationId;
use crate::scenario::{Cause, SqlState};

/// What makes a failure of a case the same one at the base and here: pass, migration, SQLSTATE and object. Never a line, which
/// moves with every edit above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// In which pass.
    pub phase: Phase,
    /// At which migration.
    pub migration: Option<MigrationId>,
    /// The SQLSTATE, else the cause; empty where there is neither.
    pub kind: String,
    /// The objects that it is about, by name.
    pub objects: BTreeSet<String>,
}

/// A failure that a base has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFailure {
    /// Which one.
    pub identity: Identity,
    /// The server's message, or ours.
    pub message: String,
}

impl Identity {
    /// The identity of what was found, whether or not anybody looked for its cause.
    #[must_use]
    pub fn of(found: &Found) -> Self {
        let state = found.error.sqlstate.as_ref().map(ToString::to_string);
        let cause = || found.cause.map(|cause| cause.to_string());
        Self {
            phase: found.phase,
            migration: found.migration.clone(),
            kind: state.or_else(cause).unwrap_or_default(),
            objects: objects(found),
        }
    }

    /// Whether a base that fails with `there` explains a failure here: it is the same, and about no object that was right there.
    #[must_use]
    pub fn is_explained_by(&self, there: &Self) -> bool {
        self.is_like(there) && self.objects.is_subset(&there.objects)
    }

    /// Whether both are of one kind, at one place of a case.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        (self.phase, &self.migration, &self.kind) == (other.phase, &other.migration, &other.kind)
    }
}

impl KnownFailure {
    /// What was found, as a base has it.
    #[must_use]
    pub fn of(found: &Found) -> Self {
        Self { identity: Identity::of(found), message: found.error.message.clone() }
    }

    /// The same as a finding: what could not be told there is not known, so a migration is to blame.
    #[must_use]
    pub fn found(&self) -> Found {
        let Identity { phase, migration, kind, objects } = &self.identity;
        let mut found = Found::new(*phase, Blame::Migration, &self.message);
        found.migration.clone_from(migration);
        found.error.sqlstate = SqlState::parse(kind);
        found.cause = Cause::from_name(kind);
        found.certain = found.cause.is_some();
        found.objects = objects.iter().cloned().collect();
        found
    }
}

impl std::fmt::Display for KnownFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.identity.phase)?;
        if let Some(migration) = &self.identity.migration {
            write!(f, " {migration}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// What an error of the server is about is in its fields, else in the names that its message quotes: servers of ours speak
/// English. Findings of our own name their objects. A query of a contract is its own object.
fn objects(found: &Found) -> BTreeSet<String> {
    let error = &found.error;
    if error.sqlstate.is_some() {
        if let Some(named) = &error.named {
            let fields =
                [&named.schema, &named.table, &named.column, &named.data_type, &named.constraint];
            return fields.into_iter().flatten().cloned().collect();
        }
        return quoted(&error.message);
    }
    if !found.objects.is_empty() {
        return found.objects.iter().cloned().collect();
    }
    let first_line = error.message.lines().next().unwrap_or_default();
    BTreeSet::from([found.statement.clone().unwrap_or_else(|| first_line.to_owned())])
}

fn quoted(message: &str) -> BTreeSet<String> {
    message.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{NamedInError, SqlError};
    use super::*;

    fn refused(message: &str) -> Found {
        let error = SqlError {
            sqlstate: SqlState::parse("42703"),
            message: message.to_owned(),
            ..SqlError::default()
        };
        let mut found = Found::sql(Phase::Apply, Blame::Migration, error);
        found.migration = Some(MigrationId::new("008.sql"));
        found
    }

    fn differs(objects: &[&str]) -> Found {
        let mut found = Found::new(Phase::Converge, Blame::Migration, "differs");
        found.cause = Some(Cause::SchemaDiffers);
        found.objects = objects.iter().map(|it| (*it).to_owned()).collect();
        found
    }

    #[test]
    fn a_failure_is_the_same_whatever_its_line_and_its_diagnosis() {
        let bare = refused("column \"a\" does not exist");
        let mut explained = bare.clone();
        explained.cause = Some(Cause::ExcludedDependency);
        explained.objects = vec!["public.t.a".into()];
        explained.statement_index = Some(7);
        assert!(Identity::of(&bare).is_explained_by(&Identity::of(&explained)));
    }

    #[test]
    fn another_column_is_another_failure() {
        let (a, b) =
            (refused("column \"a\" does not exist"), refused("column \"b\" does not exist"));
        assert!(!Identity::of(&a).is_explained_by(&Identity::of(&b)));
    }

    #[test]
    fn the_servers_own_fields_say_what_an_error_is_about() {
        let mut found = refused("duplicate key value violates unique constraint \"t_pkey\"");
        let named = NamedInError {
            table: Some("t".into()),
            constraint: Some("t_pkey".into()),
            ..NamedInError::default()
        };
        found.error.named = Some(Box::new(named));
        let objects: Vec<_> = Identity::of(&found).objects.into_iter().collect();
        assert_eq!(objects, ["t", "t_pkey"]);
    }

    #[test]
    fn one_more_object_that_differs_is_no_longer_explained() {
        let (before, now) = (differs(&["a"]), differs(&["a", "b"]));
        assert!(!Identity::of(&now).is_explained_by(&Identity::of(&before)));
        assert!(Identity::of(&before).is_explained_by(&Identity::of(&now)));
    }

    #[test]
    fn two_queries_are_two_failures() {
        let query = |sql: &str| {
            let mut found = Found::new(Phase::Expect, Blame::Migration, "gives 4, expected 5");
            found.statement = Some(sql.to_owned());
            Identity::of(&found)
        };
        assert!(!query("select 1").is_explained_by(&query("select 2")));
    }
}
