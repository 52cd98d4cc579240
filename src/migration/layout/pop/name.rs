use crate::migration::layout::{Folder, FolderFile};

/// Which of the two reads the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// pop itself.
    Pop,
    /// The one of Ory: `.autocommit.`, a down file for every version, no fizz.
    Popx,
}

impl Tool {
    /// The project's module tells; else only popx knows `.autocommit.`.
    pub(super) fn of(folder: &Folder) -> Self {
        let is_autocommit = |file: &FolderFile| {
            Name::of(file.name(), Self::Popx).is_some_and(|name| name.is_autocommit)
        };
        let is_popx = folder.is_said_beside("go.mod", "github.com/ory/x")
            || (!folder.is_said_beside("go.mod", "gobuffalo/pop")
                && folder.files.iter().any(is_autocommit));
        if is_popx { Self::Popx } else { Self::Pop }
    }

    /// For messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pop => "pop",
            Self::Popx => "popx",
        }
    }

    /// How long a version may be to fit into the history table.
    pub(super) fn longest_version(self) -> usize {
        match self {
            Self::Pop => 14,
            Self::Popx => 48,
        }
    }
}

/// Which databases a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Database {
    All,
    Postgres,
    Other,
    /// A word that is no database, so that the file is passed over.
    Unknown,
}

impl Database {
    fn of(word: &str) -> Self {
        match word {
            "postgres" | "postgresql" | "pg" | "pgx" => Self::Postgres,
            "cockroach" | "cockroachdb" | "crdb" | "mariadb" | "mysql" | "sqlite" | "sqlite3" => {
                Self::Other
            }
            _ => Self::Unknown,
        }
    }
}

/// What a file's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'file> {
    pub(super) version: &'file str,
    pub(super) database: Database,
    pub(super) is_autocommit: bool,
    pub(super) is_up: bool,
    pub(super) is_fizz: bool,
}

impl<'file> Name<'file> {
    /// `VERSION_name[.database][.autocommit].up|down.sql|fizz`; `None` for names that do not match.
    pub(super) fn of(name: &'file str, tool: Tool) -> Option<Self> {
        let parts: Vec<_> = name.split('.').collect();
        let [head, middle @ .., direction, ending] = parts.as_slice() else { return None };
        let (version, title) = head.split_once('_')?;
        let has_version = !version.is_empty() && version.bytes().all(|it| it.is_ascii_digit());
        let is_fizz = *ending == "fizz" && tool == Tool::Pop;
        if !has_version || title.is_empty() || !(is_fizz || *ending == "sql") {
            return None;
        }
        let is_up = match *direction {
            "up" => true,
            "down" => false,
            _ => return None,
        };
        let (database, is_autocommit) = match (middle, tool) {
            ([], _) => (Database::All, false),
            (["autocommit"], Tool::Popx) => (Database::All, true),
            ([word, "autocommit"], Tool::Popx) if is_word(word) => (Database::of(word), true),
            ([word], _) if is_word(word) => (Database::of(word), false),
            _ => return None,
        };
        Some(Self { version, database, is_autocommit, is_up, is_fizz })
    }
}

fn is_word(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn name(database: Database, is_autocommit: bool) -> Name<'static> {
        Name { version: "1", database, is_autocommit, is_up: true, is_fizz: false }
    }

    #[rstest]
    #[case::for_all("1_a.up.sql", Some(name(Database::All, false)))]
    #[case::postgres("1_a.pg.up.sql", Some(name(Database::Postgres, false)))]
    #[case::another("1_a.crdb.up.sql", Some(name(Database::Other, false)))]
    #[case::a_word("1_a.v2.up.sql", Some(name(Database::Unknown, false)))]
    #[case::autocommit("1_a.autocommit.up.sql", Some(name(Database::All, true)))]
    #[case::both("1_a.postgres.autocommit.up.sql", Some(name(Database::Postgres, true)))]
    #[case::other_way_round("1_a.autocommit.postgres.up.sql", None)]
    #[case::capital("1_a.Postgres.up.sql", None)]
    #[case::no_direction("1_a.sql", None)]
    #[case::no_title("1_.up.sql", None)]
    #[case::no_version("a_1.up.sql", None)]
    #[case::fizz("1_a.up.fizz", None)]
    fn names_of_popx(#[case] text: &str, #[case] expected: Option<Name<'_>>) {
        assert_eq!(Name::of(text, Tool::Popx), expected);
    }

    #[test]
    fn pop_knows_fizz_and_takes_autocommit_for_a_database() {
        let is_fizz = true;
        let expected = Name { is_fizz, ..name(Database::All, false) };
        assert_eq!(Name::of("1_a.up.fizz", Tool::Pop), Some(expected));
        let unknown = Name::of("1_a.autocommit.up.sql", Tool::Pop);
        assert_eq!(unknown, Some(name(Database::Unknown, false)));
        assert_eq!(Name::of("1_a.pg.autocommit.up.sql", Tool::Pop), None);
    }
}
