//! Files of sql-migrate: any `.sql` with `-- +migrate Up` and `-- +migrate Down`. How a file is cut:
//! `sqlparse/sqlparse.go`. Which files, their order, what is pending, how a migration is run and recorded:
//! `migrate.go`; the history table is what gorp makes of its `MigrationRecord`.

use std::ops::Range;

use super::annotated::{Line, Portions, ends_with_semicolon, lines, refuse_long_line};
use super::{Folder, FolderFile, Layout};
use crate::migration::{
    BodyRule, Ledger, LedgerRead, Migration, MigrationId, MigrationSet, Variables, Version,
    sql_text,
};
use crate::place::{Problem, Problems, SourceText};

/// `.sql` files with annotations.
pub(super) struct SqlMigrate;

/// What an annotation begins with: exactly this, at the beginning of its line.
const ANNOTATION: &str = "-- +migrate ";

/// The longest line that sql-migrate reads.
const LONGEST_LINE: usize = 1024 * 1024;

const LEDGER: Ledger = Ledger {
    table: "gorp_migrations",
    create: "create table if not exists gorp_migrations (\
             id text not null primary key, applied_at timestamp with time zone)",
    record: |migration| {
        let id = sql_text(migration.id.as_str());
        format!("insert into gorp_migrations (id, applied_at) values ({id}, now())")
    },
    read: LedgerRead::Keys("select id from gorp_migrations", |migration| migration.id.to_string()),
};

impl Layout for SqlMigrate {
    fn name(&self) -> &'static str {
        "sql-migrate"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        folder.most_sql_files_say("+migrate", |text| {
            lines(text).any(|line| command_of(line.text).first() == Some(&"Up"))
        })
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut found = Vec::new();
        for file in folder.files.iter().filter(|file| is_migration(file)) {
            match read_file(folder, file) {
                Ok(migration) => found.push((number_of(file.name()), migration)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        found.sort_by(|(left_number, left), (right_number, right)| {
            // Names without a number come last.
            let key = |number: &Option<i64>| (number.is_none(), *number);
            key(left_number).cmp(&key(right_number)).then_with(|| left.id.cmp(&right.id))
        });
        let migrations = found.into_iter().map(|(_, migration)| migration).collect();
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::STATEMENTS_IN_TRANSACTION;
        set.ledger = Some(LEDGER);
        set.left_out = folder.switched_off();
        Ok(set)
    }
}

/// Hidden files are migrations to sql-migrate as well.
fn is_migration(file: &FolderFile) -> bool {
    file.is_direct() && file.relative.extension().is_some_and(|ending| ending == "sql")
}

fn read_file(folder: &Folder, file: &FolderFile) -> Result<Migration, Problem> {
    let digits = digits_of(file.name());
    if !digits.is_empty() && number_of(file.name()).is_none() {
        let message = "the number that the name begins with is too large for sql-migrate";
        let help = "use a number below 9223372036854775808, such as 20240131120000";
        return Err(Problem::error(message).path(file.shown(folder)).help(help));
    }
    let source = file.source(folder)?;
    let parsed = Parser::read(&source)?;
    let version = Version::new(if digits.is_empty() { file.stem() } else { digits });
    let down = (!parsed.down.has_none()).then(|| parsed.down.into_script(source.clone()));
    let rule = (!parsed.in_transaction).then_some(BodyRule::STATEMENTS);
    let up = parsed.up.into_script(source.clone());
    Ok(Migration { down, rule, ..Migration::new(MigrationId::new(file.name()), version, up) })
}

fn digits_of(name: &str) -> &str {
    &name[..name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len())]
}

fn number_of(name: &str) -> Option<i64> {
    digits_of(name).parse().ok()
}

/// The words of an annotation; none for another line.
fn command_of(line: &str) -> Vec<&str> {
    line.strip_prefix(ANNOTATION).unwrap_or_default().split_whitespace().collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

struct Parser<'a> {
    source: &'a SourceText,
    up: Portions<'a>,
    down: Portions<'a>,
    direction: Option<Direction>,
    /// The `StatementBegin` of the block that is open.
    block: Option<Range<usize>>,
    in_transaction: bool,
}

impl<'a> Parser<'a> {
    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// The first thing that sql-migrate refuses.
    fn read(source: &'a SourceText) -> Result<Self, Problem> {
        if let Some(problem) = refuse_long_line(source, LONGEST_LINE, "sql-migrate") {
            return Err(problem);
        }
        let mut parser = Self {
            source,
            up: Portions::new(source.text()),
            down: Portions::new(source.text()),
            direction: None,
            block: None,
            in_transaction: true,
        };
        for line in lines(source.text()) {
            // Comments are left out of statements too, where a blank follows the dashes.
            if !line.text.starts_with("-- ") || line.text.starts_with("-- +") {
                parser.take(&line)?;
            }
        }
        parser.end()
    }

    fn take(&mut self, line: &Line<'_>) -> Result<(), Problem> {
        let mut ends = false;
        if line.text.starts_with(ANNOTATION) {
            ends = self.obey(line)?;
        }
        let is_outside = self.block.is_none();
        let Some(portions) = self.portions() else { return Ok(()) };
        if !line.text.starts_with("-- +") {
            portions.add(line);
        }
        if ends || (is_outside && ends_with_semicolon(line.text)) {
            portions.close();
        }
        Ok(())
    }

    /// Does what an annotation says; whether it ends a statement. Unknown ones say nothing.
    fn obey(&mut self, line: &Line<'_>) -> Result<bool, Problem> {
        let words = command_of(line.text);
        let Some((command, options)) = words.split_first() else {
            let help = "write -- +migrate Up, Down, StatementBegin or StatementEnd";
            return Err(self.refuse(line.range.clone(), "this annotation says nothing", help));
        };
        match *command {
            "Up" => {
                self.refuse_unfinished()?;
                self.direction = Some(Direction::Up);
                self.in_transaction &= !options.contains(&"notransaction");
            }
            "Down" => {
                self.refuse_unfinished()?;
                self.direction = Some(Direction::Down);
            }
            "StatementBegin" if self.direction.is_some() => self.block = Some(line.range.clone()),
            "StatementEnd" if self.direction.is_some() => return Ok(self.block.take().is_some()),
            _ => {}
        }
        Ok(false)
    }

    fn portions(&mut self) -> Option<&mut Portions<'a>> {
        match self.direction? {
            Direction::Up => Some(&mut self.up),
            Direction::Down => Some(&mut self.down),
        }
    }

    fn refuse_unfinished(&self) -> Result<(), Problem> {
        let Some(start) = self.up.unfinished().or_else(|| self.down.unfinished()) else {
            return Ok(());
        };
        let line = self.source.text()[start..].lines().next().unwrap_or_default();
        let message = "this statement has no end: no line of it ends in a semicolon";
        let help = "end it with ; at the end of its last line, or with -- +migrate StatementEnd";
        Err(self.refuse(start..start + line.len(), message, help))
    }

    fn end(self) -> Result<Self, Problem> {
        if let Some(begun_at) = self.block.clone() {
            let help = "write -- +migrate StatementEnd below the statement";
            return Err(self.refuse(begun_at, "this block has no end", help));
        }
        if self.direction.is_none() {
            let message = "there is neither an annotation Up nor Down";
            return Err(self.refuse(0..0, message, "write -- +migrate Up above the statements"));
        }
        self.refuse_unfinished()?;
        Ok(self)
    }

    fn refuse(&self, at: Range<usize>, message: &str, help: &str) -> Problem {
        Problem::error(message).at(self.source.place(at)).help(help)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::testing::{ids, read_as, sent, set_of};
    use super::*;

    const UP: &str = "-- +migrate Up\nselect 1;\n";

    #[test]
    fn numbers_come_first_and_names_without_one_after_them() {
        let names = ["b.sql", "10_a.sql", "9_z.sql", "09_y.sql", "a.sql", ".1_hidden.sql"];
        let files: Vec<_> = names.iter().map(|name| (*name, UP)).collect();
        let set = set_of(&files);
        assert_eq!(set.layout, "sql-migrate");
        let expected = ["09_y.sql", "9_z.sql", "10_a.sql", ".1_hidden.sql", "a.sql", "b.sql"];
        assert_eq!(ids(&set), expected);
    }

    #[test]
    fn statements_end_at_semicolons_that_end_a_line() {
        let text = "select 'before Up is not read';\n\
                    -- +migrate Up\n\
                    select 1; select 2;\n\
                    select\n-- left out;\n--kept;\n3;\n\
                    -- +migrate StatementBegin\n\
                    do $$ begin\n  perform 1;\nend $$;\n\
                    -- +migrate StatementEnd\n\
                    -- +migrate Down\n\
                    select 'down';\n\
                    -- +migrate Up\n\
                    select 4;\n";
        let set = read_as("sql-migrate", &[("1_a.sql", text)]).unwrap();
        let migration = &set.migrations()[0];
        let expected = [
            "select 1; select 2;",
            "select\n--kept;\n3;",
            "do $$ begin\n  perform 1;\nend $$;",
            "select 4;",
        ];
        assert_eq!(sent(&migration.up), expected);
        assert_eq!(sent(migration.down.as_ref().unwrap()), ["select 'down';"]);
    }

    #[test]
    fn without_a_transaction_is_said_beside_up() {
        let files = [
            ("1_a.sql", "-- +migrate Up notransaction\nselect 1;\n"),
            ("2_b.sql", "-- +migrate Up\nselect 1;\n-- +migrate Down notransaction\n"),
        ];
        let set = read_as("sql-migrate", &files).unwrap();
        let rules: Vec<_> = set.migrations().iter().map(|it| it.rule).collect();
        assert_eq!(rules, [Some(BodyRule::STATEMENTS), None]);
    }

    #[test]
    fn a_down_section_may_hold_comments_alone() {
        let text = "-- +migrate Up\nselect 1;\n-- +migrate Down\n-- nothing to undo\n";
        let set = read_as("sql-migrate", &[("1_a.sql", text)]).unwrap();
        assert!(set.migrations()[0].down.is_none());
    }

    #[rstest]
    #[case::none("select 1;\n", ":1:1: there is neither")]
    #[case::other_case("-- +migrate up\nselect 1;\n", ":1:1: there is neither")]
    #[case::no_blank("-- +migrate\n", ":1:1: there is neither")]
    #[case::says_nothing("-- +migrate  \n", ":1:1: this annotation says nothing")]
    #[case::no_semicolon("-- +migrate Up\n select 1\n", ":2:2: this statement has no end")]
    #[case::no_semicolon_before_down(
        "-- +migrate Up\nselect 1\n-- +migrate Down\n",
        ":2:1: this statement has no end"
    )]
    #[case::open_block(
        "-- +migrate Up\n-- +migrate StatementBegin\nselect 1;\n",
        ":2:1: this block has no end"
    )]
    fn what_sql_migrate_refuses_is_refused_with_its_line(
        #[case] text: &str,
        #[case] expected: &str,
    ) {
        let refused = read_as("sql-migrate", &[("1_a.sql", UP), ("2_b.sql", text)]).unwrap_err();
        assert!(refused.starts_with(&format!("migrations/2_b.sql{expected}")), "{refused}");
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused() {
        let refused = read_as("sql-migrate", &[("9999999999999999999_a.sql", UP)]).unwrap_err();
        assert!(refused.contains("is too large for sql-migrate"), "{refused}");
    }
}
