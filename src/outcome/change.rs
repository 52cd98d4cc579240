use crate::named::named;

named! {
    /// What an upgrade does to an object.
    Deed {
        /// It was not there before.
        Added = "added",
        /// It is another than before.
        Changed = "changed",
        /// It is there no more.
        Removed = "removed",
    }
}

/// An object of the schema that is not after an upgrade what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChange {
    /// What became of it.
    pub deed: Deed,
    /// The object: `table public.users`. What comes and goes with it is not told by itself.
    pub object: String,
    /// More about it, of one or several lines; empty where there is nothing.
    pub text: String,
}
