use std::collections::{BTreeMap, BTreeSet};

/// What a server has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// Extensions that can be created, each with its versions.
    pub extensions: BTreeMap<String, BTreeSet<String>>,
    /// Roles.
    pub roles: BTreeSet<String>,
    /// Settings, by name.
    pub settings: BTreeMap<String, String>,
}

/// How much of the extensions has to be known: listing them takes the server 10 ms and more, listing all of their
/// versions three times as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Nothing.
    Nothing,
    /// Which there are.
    Names,
    /// In which versions.
    Versions,
}

impl Extent {
    /// The query that an [`Offer`] is made of: rows of a kind, a name and a value.
    #[must_use]
    pub fn query(self) -> String {
        let extensions = match self {
            Self::Nothing => "",
            Self::Names => {
                "UNION ALL SELECT 'extension', name::text, default_version::text
                 FROM pg_catalog.pg_available_extensions"
            }
            Self::Versions => {
                "UNION ALL SELECT 'extension', name::text, version::text
                 FROM pg_catalog.pg_available_extension_versions"
            }
        };
        format!(
            "SELECT 'role', rolname::text, '' FROM pg_catalog.pg_roles
             UNION ALL SELECT 'setting', name, setting FROM pg_catalog.pg_settings
                 WHERE name IN ('server_version_num', 'shared_preload_libraries', 'wal_level')
             {extensions}"
        )
    }
}

impl Offer {
    /// The answer to [`Extent::query`].
    pub fn of(rows: impl IntoIterator<Item = (String, String, String)>) -> Self {
        let mut offer = Self::default();
        for (kind, name, value) in rows {
            match kind.as_str() {
                "extension" => {
                    offer.extensions.entry(name).or_default().insert(value);
                }
                "role" => {
                    offer.roles.insert(name);
                }
                _ => {
                    offer.settings.insert(name, value);
                }
            }
        }
        offer
    }

    /// The major version, where it is known.
    pub(super) fn major(&self) -> Option<u32> {
        let number: u32 = self.settings.get("server_version_num")?.parse().ok()?;
        Some(number / 10_000)
    }
}
