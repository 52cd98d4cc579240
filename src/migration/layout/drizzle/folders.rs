use super::super::locale_order::locale_order;
use super::super::prisma::version_of;
use super::{Folder, migration};
use crate::migration::{Ledger, LedgerRead, Migration, MigrationSet, sql_text};
use crate::place::{Problem, Problems};

const SCRIPT: &str = "migration.sql";

/// Whether there are folders with a script and a snapshot.
pub(super) fn are_in(folder: &Folder) -> bool {
    folder.subfolders().values().any(|files| {
        [SCRIPT, "snapshot.json"].iter().all(|name| files.iter().any(|file| file.name() == *name))
    })
}

/// Reads the folders that hold a script, sorted as names; others are passed over.
pub(super) fn read(folder: &Folder) -> Result<MigrationSet, Problems> {
    let mut problems = Problems::default();
    let mut migrations: Vec<Migration> = Vec::new();
    for (name, files) in folder.subfolders() {
        let Some(file) = files.into_iter().find(|file| file.name() == SCRIPT) else { continue };
        let read = match created_at(name) {
            Some(_) => migration(folder, file, name, version_of(name).as_str().to_owned()),
            None => Err(refuse_name(folder, name)),
        };
        match read {
            Ok(migration) => migrations.push(migration),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    migrations.sort_by(|left, right| locale_order(left.id.as_str(), right.id.as_str()));
    let mut set = MigrationSet::in_order("drizzle", folder.path.clone(), migrations);
    set.ledger = Some(LEDGER);
    Ok(set)
}

/// Drizzle takes the folder for one of the year NaN, which its history table refuses.
fn refuse_name(folder: &Folder, name: &str) -> Problem {
    Problem::error("the folder's name does not begin with a time of fourteen digits")
        .path(folder.path.join(name))
        .help("name it like 20240131120000_add_users")
}

/// The milliseconds since 1970 that Drizzle reads in the first fourteen characters of a name. As
/// `Date.UTC` has it, a month or day too many is one of the next year or month.
fn created_at(name: &str) -> Option<i64> {
    let part = |from: usize, to: usize| {
        let text = name.get(from..to.min(name.len()))?;
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse::<i64>().ok()
    };
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let days = days_before_month(year, month - 1) + day - 1;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// Days from 1970 to the first of a month; months count from 0 and may exceed a year.
fn days_before_month(year: i64, month: i64) -> i64 {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (year, month) = (year + month.div_euclid(12), month.rem_euclid(12));
    let leap_days = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let is_leap = leap_days(year) != leap_days(year - 1);
    let months = LENGTHS.iter().zip(0..month).map(|(days, _)| days).sum::<i64>();
    let whole_years = 365 * (year - 1970) + leap_days(year - 1) - leap_days(1969);
    whole_years + months + i64::from(is_leap && month > 1)
}

const LEDGER: Ledger = Ledger {
    table: "drizzle.__drizzle_migrations",
    create: "create schema if not exists drizzle; \
        create table if not exists drizzle.__drizzle_migrations \
        (id serial primary key, hash text not null, created_at bigint, name text, \
        applied_at timestamp with time zone default now())",
    record: |migration| {
        let (checksum, name) = (migration.up.checksum(), migration.id.as_str());
        let created_at = created_at(name).unwrap_or_default();
        format!(
            "insert into drizzle.__drizzle_migrations (hash, created_at, name) \
             values ('{checksum}', {created_at}, {})",
            sql_text(name)
        )
    },
    read: LedgerRead::Keys("select name from drizzle.__drizzle_migrations", |migration| {
        migration.id.as_str().to_owned()
    }),
};

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::epoch("19700101000000_a", Some(0))]
    #[case::leap_day("20240229000001_a", Some(1_709_164_801_000))]
    #[case::end_of_year("20231231235959_a", Some(1_704_067_199_000))]
    #[case::month_too_many("20231301000000_a", Some(1_704_067_200_000))]
    #[case::short("20240101_init", None)]
    #[case::no_time("init", None)]
    fn the_time_in_a_name_is_read_as_drizzle_reads_it(
        #[case] name: &str,
        #[case] expected: Option<i64>,
    ) {
        assert_eq!(created_at(name), expected);
    }
}
