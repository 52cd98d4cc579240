use crate::migration::MigrationId;

/// Something that the user could do about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOut {
    /// What to do, in one sentence without a full stop.
    pub text: String,
    /// The change of the plan that would show it, where a replay can.
    pub change: Option<Change>,
}

/// A change of a case's plan that can be tried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Take these from the exclusion list.
    Include(Vec<MigrationId>),
    /// Leave this one out too, and whatever falls with it.
    Exclude(MigrationId),
    /// Run this one right before that one.
    MoveBefore {
        /// Which one.
        migration: MigrationId,
        /// Before which.
        before: MigrationId,
    },
    /// Run this one right after that one.
    MoveAfter {
        /// Which one.
        migration: MigrationId,
        /// After which.
        after: MigrationId,
    },
    /// Say more in the file of a migration.
    Say {
        /// What is put into it.
        sql: String,
        /// Whose file.
        migration: MigrationId,
        /// Before which byte of [`Script::text`](crate::migration::Script::text).
        at: usize,
    },
    /// Run this SQL in a new migration right before that one.
    Insert {
        /// The statement.
        sql: String,
        /// Before which.
        before: MigrationId,
    },
}

impl Change {
    /// Whether it only changes the order.
    #[must_use]
    pub fn reorders(&self) -> bool {
        matches!(self, Self::MoveBefore { .. } | Self::MoveAfter { .. })
    }
}

impl WayOut {
    /// Something that no replay can show.
    pub(super) fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), change: None }
    }

    /// Takes migrations from the exclusion list.
    #[must_use]
    pub fn include(migrations: Vec<MigrationId>) -> Self {
        let text = match migrations.as_slice() {
            [only] => format!("do not exclude {only}"),
            all => format!("do not exclude {}", listed(all)),
        };
        Self { text, change: Some(Change::Include(migrations)) }
    }

    /// Leaves a migration out, and whatever falls with it.
    pub(super) fn exclude(migration: &MigrationId) -> Self {
        let text = format!("exclude {migration} too");
        Self { text, change: Some(Change::Exclude(migration.clone())) }
    }

    /// Runs a migration before another.
    pub(super) fn move_before(migration: &MigrationId, before: &MigrationId) -> Self {
        Self {
            text: format!("run {migration} before {before}: give it a lower version"),
            change: Some(Change::MoveBefore {
                migration: migration.clone(),
                before: before.clone(),
            }),
        }
    }

    /// Runs a migration after another.
    pub(super) fn move_after(migration: &MigrationId, after: &MigrationId) -> Self {
        Self {
            text: format!("run {migration} after {after}: give it a higher version"),
            change: Some(Change::MoveAfter { migration: migration.clone(), after: after.clone() }),
        }
    }

    /// Runs a statement of a new migration before another.
    pub(super) fn insert(sql: String, before: &MigrationId) -> Self {
        Self {
            text: format!("write a migration before {before}: {sql}"),
            change: Some(Change::Insert { sql, before: before.clone() }),
        }
    }
}

/// `001, 002 and 003`
pub(super) fn listed(migrations: &[MigrationId]) -> String {
    match migrations.split_last() {
        None => String::new(),
        Some((only, [])) => only.to_string(),
        Some((last, others)) => {
            let others: Vec<_> = others.iter().map(MigrationId::as_str).collect();
            format!("{} and {last}", others.join(", "))
        }
    }
}
