use std::fmt;
use std::path::Path;

use crate::place::{Place, shell_word};

/// A database that stays after the run, for somebody to look at. What it holds is for the terminal of the
/// person who asked: it has a password, so no report file tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it is: `postgres:17 (container migration-replay-kept-users-1f00)`.
    pub server: String,
    /// `postgres://…`, with the password of a server that we made, and with the settings of the session that
    /// was stopped.
    pub url: String,
    /// Whether the server is one that ran already: then the URL has no password, and `clean` needs its own URL.
    pub is_on_given_server: bool,
    /// How psql gets there.
    pub psql: Psql,
    /// Roles that were made on a server that is not ours, and stay with the database.
    pub roles: Vec<String>,
    /// Where the replay was stopped, if it was.
    pub stopped: Option<Stopped>,
    /// What became of the dump.
    pub dump: Dump,
}

/// A dump of a kept database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Dump {
    /// Nobody asked for one.
    #[default]
    NotAsked,
    /// It is written.
    Written {
        /// Statements that make the roles that it speaks of, without passwords.
        roles: Vec<String>,
    },
    /// It could not be made, for this reason.
    Failed(String),
}

/// How to call psql.
#[derive(Clone, PartialEq, Eq)]
pub enum Psql {
    /// A program of this machine.
    Here(String),
    /// The one in the server's container.
    InContainer {
        /// The container's name.
        name: String,
        /// The role to connect as.
        user: String,
        /// The database.
        database: String,
        /// What `PGOPTIONS` holds; may be empty.
        options: String,
    },
}

/// A replay that was stopped in the middle of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The file, or the migration's identity.
    pub file: String,
    /// The statement that it was stopped before: its place.
    pub place: Option<Place>,
    /// How many statements the file has.
    pub of: usize,
    /// How many of them were run and committed.
    pub ran: usize,
    /// How many of them are left in [`Stopped::sql`], from there on.
    pub left: usize,
    /// Whether the real run rolls back what was run of the file.
    pub rolled_back: bool,
    /// What is left to run, as psql takes it.
    pub sql: String,
    /// Settings that the session had, which new sessions do not have.
    pub settings: Vec<(String, String)>,
    /// Temporary tables that the session had, and that went away with it.
    pub temporary: Vec<String>,
    /// Whether what is left failed on a copy as it failed in the run; `None`: not tried.
    pub fails_alike: Option<bool>,
}

impl Kept {
    /// The command that takes it away.
    #[must_use]
    pub const fn clean(&self) -> &'static str {
        if self.is_on_given_server {
            "migration-replay clean --backend URL, with the URL that you gave"
        } else {
            "migration-replay clean"
        }
    }

    /// The command that opens the database.
    #[must_use]
    pub fn psql(&self) -> String {
        match &self.psql {
            Psql::Here(program) => format!("{} {}", shell_word(program), shell_word(&self.url)),
            Psql::InContainer { .. } => self.in_container("-it"),
        }
    }

    /// The command that runs a file there.
    #[must_use]
    pub fn psql_file(&self, file: &Path) -> String {
        let file = shell_word(&file.display().to_string());
        match &self.psql {
            Psql::Here(_) => format!("{} -f {file}", self.psql()),
            Psql::InContainer { .. } => format!("{} < {file}", self.in_container("-i")),
        }
    }

    fn in_container(&self, flags: &str) -> String {
        let Psql::InContainer { name, user, database, options } = &self.psql else {
            return String::new();
        };
        let options = match options.as_str() {
            "" => String::new(),
            options => format!(" -e {}", shell_word(&format!("PGOPTIONS={options}"))),
        };
        let (user, database) = (shell_word(user), shell_word(database));
        format!("docker exec {flags}{options} {name} psql -U {user} -d {database}")
    }
}

/// Without the URL, which has a password.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("server", &self.server).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(psql: Psql) -> Kept {
        Kept {
            server: "postgres:17 (container it)".into(),
            url: "postgres://postgres:secret@127.0.0.1:1/a?options=x".into(),
            is_on_given_server: false,
            psql,
            roles: Vec::new(),
            stopped: None,
            dump: Dump::NotAsked,
        }
    }

    #[test]
    fn psql_is_called_by_its_url_or_in_the_container() {
        let here = kept(Psql::Here("psql".into()));
        let expected = "psql 'postgres://postgres:secret@127.0.0.1:1/a?options=x' -f a.sql";
        assert_eq!(here.psql_file(Path::new("a.sql")), expected);
        let there = kept(Psql::InContainer {
            name: "it".into(),
            user: "postgres".into(),
            database: "a".into(),
            options: "-c role=app".into(),
        });
        let expected = "docker exec -it -e 'PGOPTIONS=-c role=app' it psql -U postgres -d a";
        assert_eq!(there.psql(), expected);
        assert!(there.psql_file(Path::new("a.sql")).ends_with("-d a < a.sql"));
    }

    #[test]
    fn debugging_output_has_no_password() {
        assert!(!format!("{:?}", kept(Psql::Here("psql".into()))).contains("secret"));
    }
}
