//! The search path of a session, as far as statements set it.

use crate::migration::Sessions;
use crate::migration::split::words;
use crate::schema::parts;

/// What a statement does to the search path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum PathChange {
    /// Nothing.
    #[default]
    None,
    /// Sets it for the session.
    Set(Vec<String>),
    /// Sets it until the transaction ends.
    SetLocal(Vec<String>),
    /// Goes back to what the session began with.
    Reset,
    /// Sets what new sessions begin with: `ALTER ROLE … SET`, `ALTER DATABASE … SET`.
    Later(Vec<String>),
    /// Ends the transaction.
    End,
}

/// What a statement does to the search path.
pub(super) fn path_change(text: &str) -> PathChange {
    let mut first = words(text);
    let (head, second) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    match (&*head, &*second) {
        ("COMMIT" | "ROLLBACK" | "END" | "ABORT", _) => return PathChange::End,
        ("RESET", "SEARCH_PATH" | "ALL") | ("DISCARD", "ALL") => return PathChange::Reset,
        ("ALTER", "ROLE" | "USER" | "DATABASE") => return later(text),
        ("SET" | "SELECT" | "DO" | "PERFORM", _) => {}
        _ => return PathChange::None,
    }
    match crate::sql::search_path(text) {
        None if sets_back(text) => PathChange::Reset,
        None => PathChange::None,
        Some(path) if is_local(&head, &second, text) => PathChange::SetLocal(path),
        Some(path) => PathChange::Set(path),
    }
}

/// `ALTER ROLE … SET search_path TO …`
fn later(text: &str) -> PathChange {
    let lower = text.to_ascii_lowercase();
    let setting = lower.find("search_path").and_then(|at| text.get(at..));
    let path = setting.and_then(|setting| crate::sql::search_path(&format!("set {setting}")));
    path.map_or(PathChange::None, PathChange::Later)
}

/// `SET search_path TO DEFAULT`
fn sets_back(text: &str) -> bool {
    let words: Vec<_> = words(text).collect();
    words.first().is_some_and(|word| word == "SET")
        && words.iter().any(|word| word == "SEARCH_PATH")
        && words.last().is_some_and(|word| word == "DEFAULT")
}

/// `SET LOCAL`, or `set_config(…, true)`.
fn is_local(head: &str, second: &str, text: &str) -> bool {
    let is_call = head != "SET";
    let closing = text.trim_end().trim_end_matches([')', ';', ' ']).to_ascii_lowercase();
    (!is_call && second == "LOCAL") || (is_call && closing.ends_with("true"))
}

/// The search path as it is now.
#[derive(Debug, Clone)]
pub(super) struct SearchPath {
    initial: Vec<String>,
    session: Vec<String>,
    local: Option<Vec<String>>,
    later: Option<Vec<String>>,
}

impl SearchPath {
    /// As a session begins.
    pub(super) fn new(written: Option<&str>) -> Self {
        let initial = match written {
            None => vec!["public".to_owned()],
            Some(written) => written
                .split(',')
                .filter_map(|one| parts(one.trim().trim_matches('\'')).pop())
                .map(|part| if part.quoted { part.text } else { part.text.to_lowercase() })
                .collect(),
        };
        let initial = meant(initial);
        Self { session: initial.clone(), local: None, later: None, initial }
    }

    /// The schemas in order, without `pg_catalog`, which is always there.
    pub(super) fn schemas(&self) -> &[String] {
        self.local.as_ref().unwrap_or(&self.session)
    }

    pub(super) fn take(&mut self, change: &PathChange) {
        match change {
            PathChange::None => {}
            PathChange::Set(path) => {
                self.session = meant(path.clone());
                self.local = None;
            }
            PathChange::SetLocal(path) => self.local = Some(meant(path.clone())),
            PathChange::Reset => {
                self.session = self.initial.clone();
                self.local = None;
            }
            PathChange::Later(path) => self.later = Some(meant(path.clone())),
            PathChange::End => self.local = None,
        }
    }

    /// What comes between two migrations of a tool.
    pub(super) fn end_author(&mut self, sessions: Sessions) {
        self.local = None;
        match sessions {
            Sessions::Shared => {}
            Sessions::Own => {
                self.initial = self.later.take().unwrap_or_else(|| self.initial.clone());
                self.take(&PathChange::Reset);
            }
            Sessions::Restored(sql) => {
                for statement in sql.split(';') {
                    self.take(&path_change(statement));
                }
            }
        }
    }
}

/// Without what no object is made in: `"$user"`, for which few have a schema, and the catalog.
fn meant(path: Vec<String>) -> Vec<String> {
    let is_meant = |schema: &String| {
        !schema.is_empty() && schema != "$user" && schema != "pg_catalog" && schema != "pg_temp"
    };
    path.into_iter().filter(is_meant).collect()
}
