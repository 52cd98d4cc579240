use std::collections::BTreeSet;

use crate::migration::{Script, StatementKind};
use crate::place::SourceText;

/// What `pg_dump` wrote as plain SQL, cut where its own comments cut it: an object each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dump {
    /// In the order of the dump.
    pub entries: Vec<Entry>,
}

/// One object of a dump: `-- Name: users; Type: TABLE; Schema: public; Owner: joe`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its type as `pg_dump` calls it, such as `TABLE DATA`.
    pub kind: String,
    /// Its name, not quoted: for people, and to tell two objects apart.
    pub name: String,
    /// Its schema, not quoted; `-` where it is in none.
    pub schema: String,
    /// Its statements, each with its semicolon.
    pub statements: Vec<String>,
    /// Settings of the session that it needs, in the order in which they are set.
    pub settings: Vec<Setting>,
}

/// `SET name = value`, the value as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    pub(super) name: String,
    pub(super) value: String,
}

impl Dump {
    /// Reads a dump. What stands before its first object (settings of the session), and commands that only psql knows
    /// (`\restrict`), are left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let script = Script::new(SourceText::new("pg_dump", text));
        let (mut entries, mut settings, mut end) = (Vec::<Entry>::new(), Vec::new(), 0);
        for statement in script.statements() {
            if let Some(entry) = text.get(end..statement.span.start).and_then(header) {
                entries.push(Entry { settings: std::mem::take(&mut settings), ..entry });
            }
            end = statement.span.end;
            let sql = script.text_of(statement);
            let sql = sql.trim().trim_end_matches(';').trim_end();
            match (entries.last_mut(), setting(sql), &statement.kind) {
                (None, ..) | (_, _, StatementKind::Meta) => {}
                (Some(_), Some(setting), _) => settings.push(setting),
                (Some(entry), None, _) => entry.statements.push(format!("{sql};")),
            }
        }
        Self { entries }
    }

    /// The same without what another dump has in the same words: what was there before.
    #[must_use]
    pub fn without(self, before: &Self) -> Self {
        let told = |entry: &Entry| Entry { settings: Vec::new(), ..entry.clone() };
        let known: BTreeSet<_> = before.entries.iter().map(told).collect();
        let entries = self.entries.into_iter().filter(|entry| !known.contains(&told(entry)));
        Self { entries: entries.collect() }
    }
}

/// The last of `pg_dump`'s comments between two statements.
fn header(between: &str) -> Option<Entry> {
    between.lines().rev().find_map(|line| {
        let named = line.strip_prefix("-- ")?;
        let named = named.strip_prefix("Data for ").unwrap_or(named).strip_prefix("Name: ")?;
        let (name, rest) = named.rsplit_once("; Type: ")?;
        let (kind, rest) = rest.split_once("; Schema: ")?;
        let schema = rest.rsplit_once("; Owner: ").map_or(rest, |(schema, _)| schema);
        Some(Entry {
            kind: kind.to_owned(),
            name: name.to_owned(),
            schema: schema.to_owned(),
            ..Entry::default()
        })
    })
}

fn setting(sql: &str) -> Option<Setting> {
    let (name, value) = sql.strip_prefix("SET ")?.split_once(" = ")?;
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_name.then(|| Setting { name: name.to_owned(), value: value.to_owned() })
}
