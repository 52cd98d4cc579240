use crate::named::named;

named! {
    /// Why something failed: the stable identifiers that have their pages in `docs/causes/`.
    Cause {
        /// The object is made by a migration that this scenario leaves out.
        ExcludedDependency = "excluded-dependency",
        /// The object is made by a migration that runs later.
        OrderedLater = "ordered-later",
        /// `IF NOT EXISTS` found an object of that name with another shape and did nothing.
        SwallowedByIfNotExists = "swallowed-by-if-not-exists",
        /// The table was rebuilt without the column.
        RecreatedWithout = "recreated-without",
        /// An earlier migration dropped the object.
        DroppedEarlier = "dropped-earlier",
        /// An earlier migration renamed the object.
        RenamedEarlier = "renamed-earlier",
        /// The object is there already.
        AlreadyExists = "already-exists",
        /// No migration of the set makes the object.
        MissingFromSet = "missing-from-set",
        /// The image does not offer the extension.
        ExtensionUnavailable = "extension-unavailable",
        /// The role is not there.
        RoleMissing = "role-missing",
        /// Rows that are there already violate the new rule.
        ExistingRowsViolate = "existing-rows-violate",
        /// Other objects still depend on what is to be dropped.
        DependentsRemain = "dependents-remain",
        /// The statement cannot run inside a transaction.
        NotInTransaction = "not-in-transaction",
        /// A new enum value is used before it was committed.
        EnumValueUncommitted = "enum-value-uncommitted",
        /// The server cannot parse the statement.
        Syntax = "syntax",
        /// A time limit was reached.
        Timeout = "timeout",
        /// The connection or the server went away.
        ServerLost = "server-lost",
        /// The end schema differs from the fresh replay.
        SchemaDiffers = "schema-differs",
        /// Rows or values were lost.
        DataLost = "data-lost",
        /// A body that claims to be re-runnable is not.
        NotRerunnable = "not-rerunnable",
        /// The file was edited after it was applied.
        Divergent = "divergent",
        /// Two files have one version.
        DuplicateVersion = "duplicate-version",
        /// Pending below the highest applied version.
        OutOfOrder = "out-of-order",
        /// A required member of the schema contract is missing.
        ContractMissing = "contract-missing",
        /// An index was left invalid.
        InvalidIndex = "invalid-index",
    }
}
