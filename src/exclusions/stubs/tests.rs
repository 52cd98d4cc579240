use std::collections::BTreeSet;
use std::sync::Arc;

use rstest::rstest;

use super::elements::Elements;
use super::*;
use crate::exclusions::{Answer, Halted, List};
use crate::migration::{Migration, MigrationId, MigrationSet, Script, Version};
use crate::outcome::{Blame, Found, Phase};
use crate::place::SourceText;
use crate::scenario::SqlState;

#[rstest]
#[case("create table t (a int, b int, c int)", &[1], "create table t (a int, c int)")]
#[case("create table t (a int, b int)", &[0], "create table t ( b int)")]
#[case("create table if not exists s.\"t\" (\n  a int,\n  b numeric(4, 3)\n)", &[1], "create table if not exists s.\"t\" (\n  a int\n)")]
// A comment behind the comma belongs to what stands before it.
#[case("create table t (\n  a int, -- first\n  b int, -- second\n  c int\n)", &[1], "create table t (\n  a int, -- first\n  c int\n)")]
#[case("create table t (\n  a int, -- first\n  b int\n)", &[1], "create table t (\n  a int -- first\n)")]
#[case("create table t (a int, -- first\n  b int)", &[1], "create table t (a int -- first\n)")]
#[case("alter table t add column a int, add column b int[]", &[0], "alter table t add column b int[]")]
#[case("alter table only s.t\n  add a int,\n  add b int", &[1], "alter table only s.t\n  add a int")]
#[case("alter table t add a int, add b int;", &[1], "alter table t add a int;")]
fn parts_are_taken_out_of_a_statement(
    #[case] sql: &str,
    #[case] cut: &[usize],
    #[case] wanted: &str,
) {
    let elements = Elements::of(sql).unwrap();
    assert_eq!(elements.without(sql, &cut.iter().copied().collect()), wanted);
    assert_eq!(elements.without(sql, &BTreeSet::new()), sql, "with nothing taken out");
}

#[rstest]
#[case("create table t as select 1")]
#[case("create table t partition of u for values in (1)")]
#[case("create index i on t (a, b)")]
#[case("alter index i rename to j")]
#[case("create table t")]
#[case("create table t (a int")]
fn other_statements_have_no_parts(#[case] sql: &str) {
    assert_eq!(Elements::of(sql), None);
}

#[test]
fn columns_are_taken_out_of_a_plain_view() {
    let sql = "create or replace view v as\nselect a,\n       count(*) filter (where b),\n       c\n  from t";
    let elements = Elements::of_view(sql).unwrap();
    let without = elements.without(sql, &BTreeSet::from([1]));
    assert_eq!(without, "create or replace view v as\nselect a,\n       c\n  from t");
    for other in [
        "create view v (x, y) as select a, b from t",
        "create view v as select distinct a, b from t",
        "create view v as select a from t union select b from u",
        "create view v as with w as (select 1) select a, b from w",
    ] {
        assert_eq!(Elements::of_view(other), None, "{other}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_can_be_looked_at(sql in ".{0,80}") {
        let sql = format!("create table t ({sql}");
        if let Some(elements) = Elements::of(&sql) {
            proptest::prop_assert_eq!(elements.without(&sql, &BTreeSet::new()), sql);
        }
    }
}

fn migration(name: &str, sql: &str) -> Migration {
    let script = Script::new(SourceText::new(name, sql));
    Migration::new(MigrationId::new(name), Version::new(name), script)
}

/// A server that knows the words it lacks: the first statement that says one of them fails there.
struct Lacking {
    files: Vec<(&'static str, &'static str)>,
    words: Vec<&'static str>,
    replays: usize,
}

impl StubTrials for Lacking {
    fn read(&mut self, stubs: &Stubs) -> Result<Arc<MigrationSet>, Halted> {
        let migrations = self.files.iter().map(|(name, sql)| {
            let stub = stubs.get(&MigrationId::new(*name));
            migration(name, stub.map_or(*sql, |stub| &stub.text))
        });
        Ok(Arc::new(MigrationSet::in_order("numbered", "m".into(), migrations.collect())))
    }

    async fn replay(
        &mut self,
        set: &Arc<MigrationSet>,
        left_out: &List,
        _purpose: &str,
    ) -> Result<Answer, Halted> {
        self.replays += 1;
        for migration in set.migrations().iter().filter(|it| !left_out.contains(&it.id)) {
            for (index, statement) in migration.up.statements().iter().enumerate() {
                let text = migration.up.text_of(statement);
                for word in &self.words {
                    if let Some(at) = text.find(word) {
                        return Ok(Answer::Failed(Box::new(undefined(migration, index, at, word))));
                    }
                }
            }
        }
        Ok(Answer::Passed)
    }
}

fn undefined(migration: &Migration, index: usize, at: usize, word: &str) -> Found {
    let mut found =
        Found::new(Phase::Apply, Blame::Migration, format!("type \"{word}\" does not exist"));
    let start = migration.up.statements()[index].span.start;
    found.migration = Some(migration.id.clone());
    found.statement_index = Some(index);
    found.error.sqlstate = SqlState::parse("42704");
    found.error.position = Some(u32::try_from(at).unwrap() + 1);
    found.place = Some(migration.up.place(start + at..start + at + word.len()));
    found
}

fn stubs_of(files: &[(&'static str, &'static str)], words: &[&'static str]) -> (Stubbed, usize) {
    let mut server = Lacking { files: files.to_vec(), words: words.to_vec(), replays: 0 };
    let closed = files.iter().map(|(name, _)| MigrationId::new(*name)).collect();
    let lacking = BTreeSet::from(["vector".to_owned()]);
    let question = StubQuestion { closed, lacking };
    let made = make_stubs(&question, &mut server);
    let made = futures_util::FutureExt::now_or_never(made).unwrap().unwrap();
    (made, server.replays)
}

#[test]
fn what_speaks_of_what_the_server_lacks_is_taken_out_and_all_else_stays() {
    let first = "\
-- Patterns.
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE patterns (
    id        bigint PRIMARY KEY,
    kind      text NOT NULL, -- of what
    embedding vector(384),   -- NULL until computed
    CONSTRAINT with_embedding CHECK (embedding IS NOT NULL OR kind = 'x')
);
CREATE INDEX by_kind ON patterns (kind);
CREATE INDEX by_embedding ON patterns USING hnsw (embedding vector_cosine_ops);
COMMENT ON COLUMN patterns.embedding IS 'of the text';
CREATE FUNCTION nearest(wanted vector) RETURNS bigint LANGUAGE sql AS 'select 1::bigint';
COMMENT ON FUNCTION nearest(vector) IS 'by cosine';
CREATE VIEW counts AS
SELECT kind,
       count(*) FILTER (WHERE embedding IS NULL) AS open
  FROM patterns GROUP BY kind;
";
    let second = "\
DROP INDEX by_embedding;
ALTER TABLE patterns ALTER COLUMN embedding TYPE vector(768), ADD COLUMN note text;
UPDATE patterns SET embedding = NULL;
";
    let (made, replays) = stubs_of(&[("1.sql", first), ("2.sql", second)], &["vector("]);
    assert!(made.stuck.is_none() && made.kept.is_empty());
    let text = |name: &str| made.stubs[&MigrationId::new(name)].text.clone();
    insta::assert_snapshot!(text("1.sql"), @r"
    -- Patterns.

    CREATE TABLE patterns (
        id        bigint PRIMARY KEY,
        kind      text NOT NULL -- of what
    );
    CREATE INDEX by_kind ON patterns (kind);
    CREATE VIEW counts AS
    SELECT kind
      FROM patterns GROUP BY kind;
    ");
    insta::assert_snapshot!(text("2.sql"), @"ALTER TABLE patterns ADD COLUMN note text;");
    insta::assert_snapshot!(made.stubs[&MigrationId::new("1.sql")].without.join("\n"), @r"
    CREATE EXTENSION IF NOT EXISTS vector
    patterns: embedding vector(384); CONSTRAINT with_embedding CHECK (embedding IS NOT NULL OR…
    CREATE INDEX by_embedding ON patterns USING hnsw (embedding vector_cosine_ops)
    COMMENT ON COLUMN patterns.embedding IS 'of the text'
    CREATE FUNCTION nearest(wanted vector) RETURNS bigint LANGUAGE sql AS 'select 1::bigint'
    COMMENT ON FUNCTION nearest(vector) IS 'by cosine'
    counts: count(*) FILTER (WHERE embedding IS NULL) AS open
    ");
    // One finds out what else the server lacks, one that it lacks no more.
    assert_eq!(replays, 2);
}

#[test]
fn what_fails_for_another_reason_is_left_out_and_said() {
    let files = [("1.sql", "CREATE EXTENSION vector;"), ("2.sql", "SELECT broken;")];
    let (made, _) = stubs_of(&files, &["broken"]);
    assert!(made.stuck.is_none());
    let kept: Vec<_> = made.kept.iter().map(|fall| fall.migration.as_str()).collect();
    assert_eq!(kept, ["2.sql"]);
    assert_eq!(made.stubs.keys().map(MigrationId::as_str).collect::<Vec<_>>(), ["1.sql"]);
}
