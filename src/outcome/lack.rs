use std::fmt;

use crate::migration::MigrationId;
use crate::named::named;
use crate::place::Place;

named! {
    /// What sort of thing a file needs of its server.
    LackKind {
        /// An extension that the image has not.
        Extension = "extension",
        /// A version of an extension that the image has in others only.
        ExtensionVersion = "extension-version",
        /// A role that nobody makes.
        Role = "role",
        /// A major version that knows what the file says.
        ServerVersion = "server-version",
        /// A server setting.
        Setting = "setting",
    }
}

/// Something that a file needs and the server has not, known before the first statement. It fails nothing by
/// itself: the server has the last word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What sort of thing it is.
    pub kind: LackKind,
    /// What is needed: `extension vector`, `role app`, `PostgreSQL 15`, `wal_level = logical`.
    pub need: String,
    /// What the server has instead, where there is something of the kind.
    pub has: Option<String>,
    /// What the file does that needs it, fitting after its name: `creates it`, `says NULLS NOT DISTINCT`.
    pub deed: String,
    /// The first migration that needs it; `None` for a file of setup or seed.
    pub migration: Option<MigrationId>,
    /// Where it says so.
    pub place: Place,
    /// Which statement of the file that is, from 0.
    pub statement: usize,
    /// The migrations that fall with it, in order, without the first.
    pub falls: Vec<MigrationId>,
}

/// So many of the files that fall are named.
const NAMED: usize = 5;

impl Lack {
    /// The file that needs it, as people call it.
    #[must_use]
    pub fn file(&self) -> String {
        match &self.migration {
            Some(migration) => migration.to_string(),
            None => self.place.source().path().display().to_string(),
        }
    }
}

/// A sentence: `this server lacks the extension vector: 005.sql creates it; 007.sql and 008.sql fall with it`.
impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, need, deed) = (self.file(), &self.need, &self.deed);
        match &self.has {
            None => write!(f, "this server lacks the {need}: {file} {deed}")?,
            Some(has) => write!(f, "this server has {has}, and {file} needs {need}: it {deed}")?,
        }
        let falls: Vec<_> = self.falls.iter().map(MigrationId::as_str).collect();
        match falls.as_slice() {
            [] => Ok(()),
            [only] => write!(f, "; {only} falls with it"),
            [before @ .., last] if falls.len() <= NAMED => {
                write!(f, "; {} and {last} fall with it", before.join(", "))
            }
            all => {
                let (named, more) = all.split_at(NAMED);
                write!(f, "; {} and {} more fall with it", named.join(", "), more.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::SourceText;

    fn lack(has: Option<&str>, falls: &[&str]) -> String {
        let lack = Lack {
            kind: LackKind::Extension,
            need: "extension vector".into(),
            has: has.map(str::to_owned),
            deed: "creates it".into(),
            migration: Some(MigrationId::new("005.sql")),
            place: SourceText::new("005.sql", "create extension vector").place(0..6),
            statement: 0,
            falls: falls.iter().map(|name| MigrationId::new(*name)).collect(),
        };
        lack.to_string()
    }

    #[test]
    fn a_lack_is_a_sentence() {
        let expected = "this server lacks the extension vector: 005.sql creates it";
        assert_eq!(lack(None, &[]), expected);
        assert_eq!(lack(None, &["7"]), format!("{expected}; 7 falls with it"));
        assert_eq!(lack(None, &["7", "8"]), format!("{expected}; 7 and 8 fall with it"));
        let many = lack(None, &["1", "2", "3", "4", "5", "6", "7"]);
        assert_eq!(many, format!("{expected}; 1, 2, 3, 4, 5 and 2 more fall with it"));
        let other = "this server has extension vector 0.5, and 005.sql needs extension vector: it creates it";
        assert_eq!(lack(Some("extension vector 0.5"), &[]), other);
    }
}
