//! Files of dbmate: `NNN_name.sql` with `-- migrate:up` and `-- migrate:down`. How a file is read:
//! `pkg/dbmate/migration.go`. Which files, their order, what is pending, how a section is run:
//! `pkg/dbmate/db.go` (`FindMigrations`, `Migrate`). The history table: `pkg/driver/postgres/postgres.go`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Folder, FolderFile, Layout, TWICE};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, Ledger, LedgerRead, Migration, MigrationId, MigrationSet, Script, Variables,
    Version, sql_text,
};
use crate::place::{Problem, Problems, SourceText};

/// `NNN_name.sql` with a section for either direction.
pub(super) struct Dbmate;

const LEDGER: Ledger = Ledger {
    table: "schema_migrations",
    create: "create table if not exists schema_migrations (version varchar primary key)",
    record: |migration| {
        let version = sql_text(migration.version.as_str());
        format!("insert into schema_migrations (version) values ({version})")
    },
    read: LedgerRead::Keys("select version from schema_migrations", |migration| {
        migration.version.to_string()
    }),
};

impl Layout for Dbmate {
    fn name(&self) -> &'static str {
        "dbmate"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        folder.most_sql_files_say("migrate:up", |text| !directives(text, "migrate:up").is_empty())
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut migrations: Vec<Migration> = Vec::new();
        let mut firsts = BTreeMap::new();
        // The files of a folder are sorted by name, which is dbmate's order as well.
        for file in folder.files.iter().filter(|file| file.is_direct()) {
            let Some(version) = version_of(file.name()) else { continue };
            match file.source(folder) {
                Ok(source) => {
                    let first = *firsts.entry(version).or_insert(file.name());
                    migrations.push(read_file(file, &source, version, first));
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE_IN_TRANSACTION;
        set.ledger = Some(LEDGER);
        set.left_out = folder.switched_off();
        Ok(set)
    }
}

/// The digits that a `.sql` file's name begins with.
fn version_of(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".sql")?;
    let digits = &stem[..stem.find(|c: char| !c.is_ascii_digit()).unwrap_or(stem.len())];
    (!digits.is_empty()).then_some(digits)
}

/// `first` is the name of the first file that has this version.
fn read_file(file: &FolderFile, source: &SourceText, version: &str, first: &str) -> Migration {
    let is_first = first == file.name();
    let id = MigrationId::new(if is_first { version } else { file.name() });
    let script = || Script::new(source.clone()).cut(Cut::By(Dialect::Server));
    let migration = Migration::new(id, Version::new(version), script());
    match sections(source) {
        Err(problem) => Migration { refused: Some(problem), ..migration },
        Ok((up, down)) => Migration {
            rule: (!is_in_transaction(&source.text()[up.clone()])).then_some(BodyRule::WHOLE),
            refused: (!is_first).then(|| refuse_duplicate(source, version, first)),
            up: script().section(up),
            down: Some(script().section(down)),
            ..migration
        },
    }
}

/// dbmate runs the second file as well, and stops when it records its version.
fn refuse_duplicate(source: &SourceText, version: &str, first: &str) -> Problem {
    let message = format!("dbmate cannot record the version {version} again: {first} has it too");
    Problem::error(message)
        .path(source.path())
        .of_rule(TWICE)
        .help("give one of them the next free version")
}

/// What dbmate's expressions take for a blank.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Where lines begin that are such a directive: two dashes, blanks, line ends among them, the directive,
/// and after it a blank or the end.
fn directives(text: &str, name: &str) -> Vec<usize> {
    let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let is_directive = |at: &usize| {
        let after_dashes =
            text[*at..].strip_prefix("--").map(|rest| rest.trim_start_matches(is_blank));
        let after_name = after_dashes.and_then(|rest| rest.strip_prefix(name));
        after_name.is_some_and(|rest| rest.is_empty() || rest.starts_with(is_blank))
    };
    line_starts.filter(is_directive).collect()
}

/// The two sections of a file, each with its directive.
fn sections(source: &SourceText) -> Result<(Range<usize>, Range<usize>), Problem> {
    let text = source.text();
    let refuse = |at: usize, message: &str, help: &str| {
        let length = text[at..].lines().next().unwrap_or_default().len();
        Err(Problem::error(message).at(source.place(at..at + length)).help(help))
    };
    let ups = directives(text, "migrate:up");
    let Some(up) = ups.first().copied() else {
        return refuse(0, "there is no section for up", "write -- migrate:up above the statements");
    };
    if let Some(at) = statement_in(&text[..up]) {
        let help = "move it below -- migrate:up; above that, only comments may stand";
        return refuse(at, "this stands before the section for up", help);
    }
    let end = ups.get(1).copied().unwrap_or(text.len());
    let downs: Vec<_> = directives(&text[..end], "migrate:down");
    let mut downs = downs.into_iter().filter(|down| *down > up);
    let Some(down) = downs.next() else {
        let help = "write -- migrate:down at the end, even with nothing below it";
        return refuse(up, "no section for down follows this one", help);
    };
    if let Some(second) = downs.next() {
        return refuse(second, "this is a second section for down", "keep one");
    }
    if let Some(second) = ups.get(1) {
        let message =
            "dbmate records the version after each section for up, and can do so only once";
        let help = "write all statements into one section, or this one into a file of its own";
        return refuse(*second, message, help);
    }
    Ok((up..down, down..text.len()))
}

/// Where the first line begins that is neither blank nor a comment.
fn statement_in(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split('\n') {
        let rest = line.trim_start_matches(is_blank);
        if !rest.is_empty() && !rest.starts_with("--") {
            return Some(at);
        }
        at += line.len() + 1;
    }
    None
}

/// Whether a section's first line leaves its transaction on. Options are `key:value`; the last one of a
/// key counts, and what is not of this form says nothing.
fn is_in_transaction(section: &str) -> bool {
    let line = section.split('\n').next().unwrap_or_default();
    let options = line.split_whitespace().filter_map(|word| word.split_once(':'));
    let mut options = options.filter(|(key, value)| *key == "transaction" && !value.contains(':'));
    options.next_back().is_none_or(|(_, value)| value != "false")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::testing::{ids, read_as, set_of};
    use super::*;

    const BOTH: &str = "-- migrate:up\nselect 1;\n\n-- migrate:down\nselect 2;\n";

    fn body(script: &Script) -> &str {
        &script.text()[script.body()]
    }

    #[test]
    fn the_up_section_is_sent_whole_with_its_directive() {
        let set = set_of(&[("1_a.sql", BOTH)]);
        assert_eq!(set.layout, "dbmate");
        let migration = &set.migrations()[0];
        assert_eq!(body(&migration.up), "-- migrate:up\nselect 1;\n\n");
        assert_eq!(body(migration.down.as_ref().unwrap()), "-- migrate:down\nselect 2;\n");
        assert_eq!(set.rule, BodyRule::WHOLE_IN_TRANSACTION);
    }

    #[test]
    fn files_run_in_the_order_of_their_names_as_text() {
        let files = [("9_b.sql", BOTH), ("10_a.sql", BOTH), ("x.sql", BOTH), ("1.sql", BOTH)];
        assert_eq!(ids(&set_of(&files)), ["1", "10", "9"]);
    }

    #[test]
    fn a_version_given_twice_stops_at_its_second_file() {
        let set = set_of(&[("1_a.sql", BOTH), ("1_b.sql", BOTH), ("01_c.sql", BOTH)]);
        assert_eq!(ids(&set), ["01", "1", "1_b.sql"]);
        let refused: Vec<_> = set.migrations().iter().map(|it| it.refused.is_some()).collect();
        assert_eq!(refused, [false, false, true]);
    }

    #[rstest]
    #[case("-- migrate:up", true)]
    #[case("-- migrate:up transaction:false", false)]
    #[case("-- migrate:up  foo:bar transaction:false\r", false)]
    #[case("-- migrate:up transaction:true", true)]
    #[case("-- migrate:up transaction:FALSE", true)]
    #[case("-- migrate:up transaction: false", true)]
    #[case("-- migrate:up transaction:false:x", true)]
    #[case("-- migrate:up transaction:false transaction:true:x", false)]
    fn the_transaction_is_an_option_of_the_directive(#[case] line: &str, #[case] expected: bool) {
        assert_eq!(is_in_transaction(line), expected);
        let text = format!("{line}\nselect 1;\n-- migrate:down\n");
        let set = read_as("dbmate", &[("1_a.sql", &text)]).unwrap();
        assert_eq!(set.migrations()[0].rule.is_none(), expected);
    }

    #[rstest]
    #[case::tight("--migrate:up", &[0])]
    #[case::wide("x\n--   migrate:up \n", &[2])]
    #[case::next_line("--\nmigrate:up\n", &[0])]
    #[case::indented("  -- migrate:up", &[])]
    #[case::longer("-- migrate:upwards", &[])]
    #[case::other_case("-- migrate:UP", &[])]
    #[case::twice("-- migrate:up\n-- migrate:up\n", &[0, 14])]
    fn directives_are_found_as_dbmate_finds_them(#[case] text: &str, #[case] expected: &[usize]) {
        assert_eq!(directives(text, "migrate:up"), expected);
    }

    #[rstest]
    #[case::no_up("select 1;\n", ":1:1: there is no section for up")]
    #[case::no_down("-- a\n-- migrate:up\n", ":2:1: no section for down follows this one")]
    #[case::down_first("-- migrate:down\n-- migrate:up\n", ":2:1: no section for down follows")]
    #[case::statement_first(
        "-- a\nselect 1;\n-- migrate:up\n-- migrate:down\n",
        ":2:1: this stands before the section for up"
    )]
    #[case::second_down(
        "-- migrate:up\n-- migrate:down\n-- migrate:down\n",
        ":3:1: this is a second section for down"
    )]
    #[case::second_up(
        "-- migrate:up\n-- migrate:down\n-- migrate:up\n-- migrate:down\n",
        ":3:1: dbmate records the version after each section"
    )]
    fn what_dbmate_stops_at_is_refused_when_it_runs(#[case] text: &str, #[case] expected: &str) {
        let set = read_as("dbmate", &[("1_a.sql", BOTH), ("2_b.sql", text)]).unwrap();
        let refused = set.migrations()[1].refused.as_ref().map(ToString::to_string);
        let expected = format!("migrations/2_b.sql{expected}");
        assert!(refused.as_ref().is_some_and(|it| it.starts_with(&expected)), "{refused:?}");
    }
}
