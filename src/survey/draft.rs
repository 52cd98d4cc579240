use std::fmt::Write as _;

use super::Choice;
use crate::exclusions::render::quoted;

/// A scenario that is to be written, for one folder of migrations. Paths count from the folder of the scenario.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// The folder of migrations.
    pub migrations: String,
    /// How it is read: `23 migrations, read as goose`.
    pub read_as: String,
    /// The images.
    pub choice: Choice,
    /// What some list leaves out.
    pub left_out: Vec<LeftOutMigration>,
    /// Roles that the migrations speak of and do not make, each with the first file that does.
    pub roles: Vec<(String, String)>,
    /// Settings of the server that the migrations need, each with its value and the file that needs it.
    pub settings: Vec<(String, String, String)>,
    /// The version in the middle, and the one after it.
    pub middle: Option<(String, String)>,
    /// Seeds of releases.
    pub releases: Option<DraftReleases>,
    /// Dumps of databases.
    pub dumps: Vec<String>,
    /// SQL that fills tables.
    pub seeds: Vec<String>,
    /// Whether there are ways down.
    pub has_downs: bool,
    /// A migration in another language than SQL, and how many there are.
    pub foreign: Option<(String, usize)>,
}

/// Seeds of releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftReleases {
    /// The glob of tags.
    pub glob: String,
    /// Why they stay a comment, where they do.
    pub refused: Option<String>,
}

/// A migration that some list leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutMigration {
    /// The migration, as the list has it.
    pub migration: String,
    /// Where: `MIGRATION_EXCLUDE (.github/workflows/ci.yml:12)`.
    pub list: String,
}

/// So many rows are generated for each table.
const ROWS: usize = 20;
/// So many releases are upgraded from.
const NEWEST: usize = 2;

/// The seed that every scenario should have.
const FRESH: &str =
    "# A new database: every migration, from the first to the last.\n[[seed]]\nname = \"fresh\"\n";

impl Draft {
    /// The scenario file.
    #[must_use]
    pub fn text(&self) -> String {
        let parts = [
            self.head(),
            self.images(),
            self.exclusions(),
            self.setup(),
            FRESH.to_owned(),
            self.middle(),
            self.releases(),
            self.given(),
            self.passes(),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    fn head(&self) -> String {
        let description = format!("{}: new databases, and older ones with rows", self.name);
        let mut text = format!(
            "# The first scenario of this folder. Run it: migration-replay run\n# Every key: docs/scenario-files.md.\n\ndescription = {}\n\n",
            quoted(&description)
        );
        let _ = writeln!(text, "# {}.", self.read_as);
        if let Some((file, count)) = &self.foreign {
            let _ = writeln!(
                text,
                "# Not SQL, and so not replayed: {count}, such as {file}. SQL can stand in for them: migrations = {{ path = {}, provide = {{ {} = \"stub.sql\" }} }}",
                quoted(&self.migrations),
                quoted(file)
            );
        }
        let _ = writeln!(text, "migrations = {}", quoted(&self.migrations));
        text
    }

    fn images(&self) -> String {
        let mut text = comment(&self.choice.reasons);
        let images: Vec<_> = self.choice.images.iter().map(|image| quoted(image)).collect();
        match images.as_slice() {
            [] => text.push_str(
                "# Without an image any server at hand will do; with several, each is tried.\n# image = \"postgres:17\"\n",
            ),
            [only] => {
                let _ = writeln!(text, "image = {only}");
            }
            all => {
                let _ = writeln!(text, "image = [{}]", all.join(", "));
            }
        }
        text
    }

    fn exclusions(&self) -> String {
        let tables = self.left_out.iter().map(|it| {
            format!(
                "[[exclude]]\nmigration = {}\nreason    = {}\n",
                quoted(&it.migration),
                quoted(&format!("left out by {}", it.list))
            )
        });
        let tables: Vec<_> = tables.collect();
        if tables.is_empty() {
            return String::new();
        }
        let why = "# Left out as it is elsewhere; write the true reasons. What falls with them, and what is not needed any more:\n# migration-replay exclusions\n";
        why.to_owned() + &tables.join("\n")
    }

    fn setup(&self) -> String {
        if self.roles.is_empty() && self.settings.is_empty() {
            return String::new();
        }
        let mut text = String::from("# What the migrations need and do not make.\n[setup]\n");
        let roles: Vec<_> = self.roles.iter().map(|(role, _)| quoted(role)).collect();
        if let Some((role, by)) = self.roles.first() {
            let _ = writeln!(text, "# {by} speaks of {role}.");
            let _ = writeln!(text, "roles = [{}]", roles.join(", "));
        }
        for (_, value, by) in &self.settings {
            let _ = writeln!(text, "# {by} needs {value}.");
        }
        let settings: Vec<_> = self
            .settings
            .iter()
            .map(|(name, value, _)| format!("{name} = {}", quoted(value)))
            .collect();
        if !settings.is_empty() {
            let _ = writeln!(text, "settings = {{ {} }}", settings.join(", "));
        }
        text
    }

    fn middle(&self) -> String {
        let Some((through, next)) = &self.middle else { return String::new() };
        format!(
            "# An older database with rows that are awkward on purpose: {next} and what comes after it have to get over them.\n# Better is the version that production has today.\n[[seed]]\nname    = \"older\"\nthrough = {}\nrows    = {ROWS}\n",
            quoted(through)
        )
    }

    fn releases(&self) -> String {
        let Some(releases) = &self.releases else { return String::new() };
        let glob = quoted(&releases.glob);
        let table =
            format!("[[seed]]\nreleases = {glob}\nnewest   = {NEWEST}\nrows     = {ROWS}\n");
        match &releases.refused {
            None => format!(
                "# What the newest releases left, with their files as they were: tags like {}.\n{table}",
                releases.glob
            ),
            Some(why) => format!(
                "# Databases of earlier releases, tags like {}. Not yet: {why}.\n{}",
                releases.glob,
                as_comment(&table)
            ),
        }
    }

    fn given(&self) -> String {
        let mut text = String::new();
        if let Some(dump) = self.dumps.first() {
            let table = format!(
                "[[seed]]\nname    = \"dump\"\ndump    = {}\nthrough = {}\n",
                quoted(dump),
                quoted(self.middle.as_ref().map_or("the version it is at", |it| &it.0))
            );
            let more = others(&self.dumps);
            let _ =
                write!(text, "# A dump{more}: say which version it is at.\n{}", as_comment(&table));
        }
        if let Some(seed) = self.seeds.first() {
            let table = format!("sql = [{}]\n", quoted(seed));
            let more = others(&self.seeds);
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = write!(
                text,
                "{gap}# SQL that fills tables{more}: a seed takes it where its tables are there.\n{}",
                as_comment(&table)
            );
        }
        text
    }

    fn passes(&self) -> String {
        if !self.has_downs {
            return String::new();
        }
        let table = "[replay]\npasses = [\"apply\", \"rerun\", \"round-trip\", \"converge\"]\n";
        format!(
            "# There are ways down. This goes down and up again, migration by migration:\n{}",
            as_comment(table)
        )
    }
}

fn comment(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "# {line}");
        text
    })
}

fn as_comment(table: &str) -> String {
    table.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "# {line}");
        text
    })
}

/// `, and 3 more like it`
fn others(all: &[String]) -> String {
    match all.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" (and {more} more like it)"),
    }
}
