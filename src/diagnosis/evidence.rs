use std::collections::{BTreeMap, BTreeSet};

use crate::schema::Catalog;

/// What a second replay saw, stopped right before the statement that failed.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The schema as the failing statement found it; `None` where it could not be read.
    pub catalog: Option<Catalog>,
    /// The roles of the server.
    pub roles: BTreeSet<String>,
    /// The extensions that the server offers, with the version it would create.
    pub offered: BTreeMap<String, String>,
}
