use crate::named::named;

named! {
    /// What is one transaction.
    Transaction {
        /// Every statement on its own, as `psql -f` does.
        Statement = "statement",
        /// A file and its history row together.
        File = "file",
        /// The whole file sent as one simple query.
        Query = "query",
        /// All pending migrations together.
        All = "all",
    }
}

named! {
    /// Which migrations the real runner would pick as pending.
    Order {
        /// Those that are not recorded, in version order.
        AppliedSet = "applied-set",
        /// Those above the highest recorded version; lower ones are skipped for ever.
        HighWaterMark = "high-water-mark",
        /// As the applied set, but anything pending below the highest recorded version is refused.
        Strict = "strict",
    }
}
