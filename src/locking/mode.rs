/// The mode of a lock on a table, weaker ones first.
///
/// Documentation: "Explicit Locking", "Table-Level Locks".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is named as in Postgres")]
pub enum Mode {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

/// Every mode, with its name in SQL and the one of `pg_locks.mode`.
const NAMES: [(Mode, &str, &str); 8] = [
    (Mode::AccessShare, "ACCESS SHARE", "AccessShareLock"),
    (Mode::RowShare, "ROW SHARE", "RowShareLock"),
    (Mode::RowExclusive, "ROW EXCLUSIVE", "RowExclusiveLock"),
    (Mode::ShareUpdateExclusive, "SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock"),
    (Mode::Share, "SHARE", "ShareLock"),
    (Mode::ShareRowExclusive, "SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock"),
    (Mode::Exclusive, "EXCLUSIVE", "ExclusiveLock"),
    (Mode::AccessExclusive, "ACCESS EXCLUSIVE", "AccessExclusiveLock"),
];

impl Mode {
    /// Its name in SQL, such as `ACCESS EXCLUSIVE`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(mode, ..)| *mode == self).map_or("", |(_, name, _)| name)
    }

    /// The mode of a name in SQL, or in `pg_locks.mode`.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, sql, catalog)| *sql == name || *catalog == name)
            .map(|(mode, ..)| *mode)
    }

    /// Whether reads or writes of an application have to wait.
    #[must_use]
    pub fn blocks_applications(self) -> bool {
        self >= Self::Share
    }

    /// What of an application has to wait as long as it is held.
    ///
    /// From the table of conflicts: queries take `ACCESS SHARE`, or `ROW SHARE` with `FOR UPDATE`; writes take
    /// `ROW EXCLUSIVE`.
    #[must_use]
    pub fn blocks(self) -> &'static str {
        match self {
            Self::AccessExclusive => "reads and writes",
            Self::Exclusive => "writes and SELECT FOR UPDATE",
            Self::ShareRowExclusive | Self::Share => "writes",
            Self::ShareUpdateExclusive => {
                "neither reads nor writes, only schema changes and VACUUM"
            }
            Self::RowExclusive | Self::RowShare | Self::AccessShare => "neither reads nor writes",
        }
    }
}
