//! An examination to render.

use std::collections::BTreeMap;

use crate::exclusions::{Entry, Examination, Examined, Fall, Findings, Standing};
use crate::migration::MigrationId;
use crate::outcome::{Blame, Culprit, Found, Phase};
use crate::place::SourceText;
use crate::scenario::{Cause, SqlState};

fn id(name: &str) -> MigrationId {
    MigrationId::new(name)
}

fn found(name: &str, sql: &str, at: &str, message: &str) -> Found {
    let mut found = Found::new(Phase::Apply, Blame::Migration, message);
    let source = SourceText::new(format!("m/{name}"), sql);
    let start = sql.find(at).unwrap();
    found.place = Some(source.place(start..start + at.len()));
    found.migration = Some(id(name));
    found.error.sqlstate = SqlState::parse("42703");
    found.certain = true;
    found
}

fn fall() -> Fall {
    let sql = "ALTER TABLE t RENAME COLUMN a TO b;";
    let mut found = found("4.sql", sql, "a TO", "column \"a\" does not exist");
    found.cause = Some(Cause::ExcludedDependency);
    found.culprits = vec![Culprit {
        migration: Some(id("3.sql")),
        place: Some(SourceText::new("m/3.sql", "ALTER TABLE t ADD a int;").place(18..19)),
        object: Some("column public.t.a".into()),
        deed: "would make column public.t.a, but is excluded".into(),
    }];
    Fall { migration: id("4.sql"), found: Box::new(found) }
}

/// 1 and 3 are on the list, 1 for nothing; 4 falls with 3.
pub(super) fn examination(image: &str) -> Examination {
    let mut broken =
        found("3.sql", "ALTER TABLE t ADD a vec;", "vec", "type \"vec\" does not exist");
    broken.cause = Some(Cause::MissingFromSet);
    let entry = |name: &str, reason: &str| Entry {
        migration: id(name),
        file: format!("m/{name}").into(),
        reason: reason.into(),
    };
    Examination {
        case: format!("s@{image}/fresh"),
        scenario: "s.toml".into(),
        image: image.into(),
        seed: "fresh".into(),
        folder: "m".into(),
        order: ["1.sql", "2.sql", "3.sql", "4.sql"].map(id).into(),
        entries: vec![entry("1.sql", "slow | old"), entry("3.sql", "needs vec")],
        outcome: Ok(Findings {
            falls: vec![fall()],
            stuck: None,
            entries: BTreeMap::from([
                (id("1.sql"), Standing::Free),
                (id("3.sql"), Standing::Needed(Box::new(broken))),
            ]),
            smallest: Some([id("3.sql"), id("4.sql")].into()),
            replays: 7,
        }),
    }
}

pub(super) fn examined() -> Examined {
    Examined { all: vec![examination("a:1"), examination("b:2")], ..Examined::default() }
}
