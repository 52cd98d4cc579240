use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::dump::{Dump, Entry};
use super::guard::Guard;
use super::wrap::wrapped;
use crate::migration::sql_text;
use crate::schema::parts;

/// Whether the rows that migrations insert go into the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// Only the schema.
    #[default]
    LeftOut,
    /// Rows, and where sequences are.
    Kept,
}

/// What a baseline is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The layout of the folder.
    pub layout: &'static str,
    /// The last migration that it stands for, as people should see it.
    pub through: String,
    /// How many migrations it stands for.
    pub migrations: usize,
    /// The version of the server that was asked.
    pub server: String,
    /// The user that the migrations were replayed by: what it owns belongs to whoever runs the baseline.
    pub owner: String,
    /// The statements that make the roles which the migrations make, by role; memberships have no role.
    pub roles: Vec<(Option<String>, String)>,
    /// Tables with rows that the migrations inserted, and how many.
    pub inserted: BTreeMap<String, u64>,
}

/// A baseline that is to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// What the migrations made, and was not there before.
    pub dump: Dump,
    /// How it tells whether it is there already.
    pub guard: Guard,
    /// Whether rows are kept.
    pub rows: Rows,
    /// What is said of it.
    pub about: About,
}

/// Settings that make a dump mean the same everywhere, with their values.
const SETTINGS: [(&str, &str); 3] =
    [("search_path", ""), ("check_function_bodies", "off"), ("xmloption", "content")];

/// Settings that a dump repeats although they are the usual ones.
const USUAL: [(&str, &str); 2] =
    [("default_tablespace", "''"), ("default_table_access_method", "heap")];

impl Baseline {
    /// The text of the migration, in the form that the layout wants.
    #[must_use]
    pub fn text(&self) -> String {
        let schema = self.schema();
        let inner = tag("schema", &schema);
        let roles = self.roles();
        let used = self.settings_used();
        let names = SETTINGS.iter().map(|(name, _)| *name).chain(used.iter().map(String::as_str));
        let names: Vec<_> = names.collect();
        let mut body = String::from("DECLARE\n    found integer;\n    missing text[];\n");
        for name in &names {
            let _ = writeln!(body, "    old_{name} text := pg_catalog.current_setting('{name}');");
        }
        body.push_str("BEGIN\n");
        for (name, value) in SETTINGS {
            let _ = writeln!(body, "    PERFORM pg_catalog.set_config('{name}', '{value}', true);");
        }
        let _ = write!(body, "\n{}", self.look());
        let _ = write!(body, "{roles}    EXECUTE {inner}\n\n{schema}\n{inner};\n    END IF;\n\n");
        for name in names {
            let _ =
                writeln!(body, "    PERFORM pg_catalog.set_config('{name}', old_{name}, true);");
        }
        body.push_str("END\n");
        let outer = tag("baseline", &body);
        let text = format!("{}DO {outer}\n{body}{outer};\n", self.head());
        wrapped(self.about.layout, &text)
    }

    fn head(&self) -> String {
        let About { through, migrations, server, inserted, .. } = &self.about;
        let files = if *migrations == 1 { "migration" } else { "migrations" };
        let mut head = format!(
            "-- Baseline: stands for the {migrations} {files} through {through}.\n\
             -- Written by migration-replay from Postgres {server}.\n\
             -- Where all its objects are there it changes nothing; where none is it makes them; else it fails.\n"
        );
        if self.rows == Rows::LeftOut && !inserted.is_empty() {
            let tables: Vec<_> = inserted.keys().map(String::as_str).collect();
            let _ = writeln!(
                head,
                "-- Without the rows that the migrations inserted into {}.",
                tables.join(", ")
            );
        }
        head
    }

    /// Counts what is there, and leaves where nothing is to be done.
    fn look(&self) -> String {
        let rows = self.guard.rows();
        let all = self.guard.len();
        format!(
            "    SELECT pg_catalog.count(*) FILTER (WHERE is_there),
        pg_catalog.array_agg(object ORDER BY object) FILTER (WHERE NOT is_there AND is_told)
    INTO found, missing
    FROM (
        SELECT pg_catalog.concat_ws('.', kind || ' ' || name, member) AS object,
            CASE
            WHEN kind = 'type' THEN pg_catalog.to_regtype(name) IS NOT NULL
            -- to_regprocedure fails where the type of an argument is missing.
            WHEN kind IN ('function', 'procedure', 'aggregate') THEN name IN (
                SELECT pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes))
                FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
                WHERE n.nspname NOT IN ('pg_catalog', 'information_schema'))
            WHEN kind = 'column' THEN EXISTS (SELECT FROM pg_catalog.pg_attribute
                WHERE attrelid = pg_catalog.to_regclass(name) AND attname = member AND NOT attisdropped)
            WHEN kind = 'constraint' THEN EXISTS (SELECT FROM pg_catalog.pg_constraint
                WHERE conrelid = pg_catalog.to_regclass(name) AND conname = member)
            WHEN kind = 'trigger' THEN EXISTS (SELECT FROM pg_catalog.pg_trigger
                WHERE tgrelid = pg_catalog.to_regclass(name) AND tgname = member)
            WHEN kind = 'policy' THEN EXISTS (SELECT FROM pg_catalog.pg_policy
                WHERE polrelid = pg_catalog.to_regclass(name) AND polname = member)
            ELSE EXISTS (SELECT FROM pg_catalog.pg_class
                WHERE oid = pg_catalog.to_regclass(name) AND relkind::text = ANY (CASE kind
                    WHEN 'table' THEN '{{r,p}}' WHEN 'view' THEN '{{v}}' WHEN 'materialized view' THEN '{{m}}'
                    WHEN 'foreign table' THEN '{{f}}' WHEN 'sequence' THEN '{{S}}' ELSE '{{i,I}}' END::text[]))
            END AS is_there,
            -- With a table its columns are missing, too.
            member IS NULL OR pg_catalog.to_regclass(name) IS NOT NULL AS is_told
        FROM (VALUES
{rows}        ) AS expected (kind, name, member)
    ) AS looked;

    IF found > 0 AND missing IS NOT NULL THEN
        RAISE EXCEPTION 'the baseline finds only a part of its schema: % of {all} objects are there, missing are: %',
            found, pg_catalog.array_to_string(missing[1:{MOST_NAMED}], ', ')
                || CASE WHEN pg_catalog.cardinality(missing) > {MOST_NAMED}
                   THEN pg_catalog.format(' and %s more', pg_catalog.cardinality(missing) - {MOST_NAMED}) ELSE '' END
            USING ERRCODE = 'object_not_in_prerequisite_state',
                HINT = 'Bring the database to the state of the migrations that the baseline stands for, or begin with an empty one.';
    ELSIF found = 0 THEN
"
        )
    }

    fn roles(&self) -> String {
        let mut text = String::new();
        for (role, sql) in &self.about.roles {
            let line = match role {
                Some(role) => format!(
                    "    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN {sql} END IF;\n",
                    sql_text(role)
                ),
                None => format!("    {sql}\n"),
            };
            text.push_str(&line);
        }
        text
    }

    /// What the dump sets on its way, and is not what is usual.
    fn settings_used(&self) -> BTreeSet<String> {
        let all = self.dump.entries.iter().flat_map(|entry| &entry.settings);
        let unusual = all.filter(|it| !USUAL.contains(&(it.name.as_str(), it.value.as_str())));
        unusual.map(|setting| setting.name.clone()).collect()
    }

    /// The statements that make the schema.
    fn schema(&self) -> String {
        let used = self.settings_used();
        let mut statements = Vec::new();
        for entry in self.dump.entries.iter().filter(|entry| self.keeps(entry)) {
            for setting in entry.settings.iter().filter(|setting| used.contains(&setting.name)) {
                statements.push(format!("SET LOCAL {} = {};", setting.name, setting.value));
            }
            statements.extend(entry.statements.iter().filter_map(|sql| self.statement(entry, sql)));
        }
        statements.join("\n\n")
    }

    fn keeps(&self, entry: &Entry) -> bool {
        match entry.kind.as_str() {
            "TABLE DATA" | "SEQUENCE SET" => self.rows == Rows::Kept,
            // Only the owner may say so, and it is what the extension's own files say.
            "COMMENT" => !entry.name.starts_with("EXTENSION "),
            _ => true,
        }
    }

    /// A statement as it stands in the baseline; `None` for one that says who owns what nobody else owns.
    fn statement(&self, entry: &Entry, sql: &str) -> Option<String> {
        let owner = &self.about.owner;
        if sql.starts_with("ALTER ") && sql.ends_with(&format!(" OWNER TO {owner};")) {
            return None;
        }
        let for_role = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} ");
        Some(match (entry.kind.as_str(), sql.strip_prefix(&for_role)) {
            ("SCHEMA", _) if sql.starts_with("CREATE SCHEMA ") => {
                sql.replacen("CREATE SCHEMA ", "CREATE SCHEMA IF NOT EXISTS ", 1)
            }
            (_, Some(rest)) => format!("ALTER DEFAULT PRIVILEGES {rest}"),
            _ => sql.to_owned(),
        })
    }
}

/// So many objects are named where only a part is there.
const MOST_NAMED: usize = 20;

/// A dollar quote that the text does not have.
fn tag(name: &str, text: &str) -> String {
    let numbers = std::iter::once(String::new()).chain((2_u32..).map(|number| number.to_string()));
    let mut tags = numbers.map(|number| format!("${name}{number}$"));
    tags.find(|tag| !text.contains(tag.as_str())).unwrap_or_default()
}

/// The role that a statement makes: `CREATE ROLE app LOGIN;`.
#[must_use]
pub fn role_of(sql: &str) -> Option<String> {
    let rest = sql.strip_prefix("CREATE ROLE ")?;
    let mut inside_quotes = false;
    let ends = |c: char| {
        inside_quotes ^= c == '"';
        !inside_quotes && (c == ' ' || c == ';')
    };
    let name = rest.split(ends).next()?;
    parts(name).pop().map(|part| part.text)
}
