use crate::migration::{Script, StatementKind};
use crate::schema::Kind;
use crate::sql::{self, Act, Deed, Guard, Inside, Named, Reading, RowWrite, Verb};

/// Whether a body claims that it can run a second time: each of its statements looks before it acts, or comes to the same
/// however often it runs, and at least one looks. Cautious: what cannot be read claims nothing.
#[must_use]
pub fn claims_to_be_rerunnable(script: &Script) -> bool {
    let mut claims = Claims::default();
    let sql = script.statements().iter().filter(|it| it.kind != StatementKind::Meta);
    for statement in sql {
        let text = script.text_of(statement);
        if !claims.take(&sql::read(&text), &text) {
            return false;
        }
    }
    claims.looks
}

#[derive(Default)]
struct Claims {
    /// Whether something looks before it acts.
    looks: bool,
    /// What was dropped, if it was there: it can be made again.
    cleared: Vec<Named>,
    /// What the body makes anew each time: its parts may be made without a look.
    remade: Vec<Named>,
}

impl Claims {
    /// Whether a statement keeps what the body claims.
    fn take(&mut self, reading: &Reading, text: &str) -> bool {
        if !reading.faults.is_empty() {
            return false;
        }
        let acts: Vec<_> =
            reading.acts.iter().filter(|act| act.inside != Inside::Routine).collect();
        if acts.is_empty() {
            return is_plain(text);
        }
        let writes = |deed: &Deed| matches!(deed, Deed::Write { repeatable: false, .. });
        let is_repeatable = !reading.works.iter().any(|work| writes(&work.deed));
        acts.into_iter().all(|act| act.part_of.is_some() || self.keeps(act, is_repeatable))
    }

    fn keeps(&mut self, act: &Act, is_repeatable: bool) -> bool {
        let looks = act.guard != Guard::None || act.inside == Inside::Branch;
        let keeps = match &act.verb {
            Verb::Create => looks || self.is_made_anew(&act.object),
            Verb::Drop { .. } => looks,
            Verb::Rename(_) | Verb::SetSchema(_) => looks && act.object.member.is_none(),
            Verb::Alter(_) | Verb::Write(RowWrite::InsertOrSkip) => true,
            Verb::Write(RowWrite::Insert) => is_repeatable || self.is_of_remade(&act.object),
            Verb::Write(_) => is_repeatable,
        };
        self.looks |= looks || matches!(act.verb, Verb::Write(RowWrite::InsertOrSkip));
        match &act.verb {
            Verb::Drop { .. } if looks => self.cleared.push(act.object.clone()),
            Verb::Create if act.guard == Guard::None && keeps => {
                self.remade.push(act.object.clone());
            }
            _ => {}
        }
        keeps
    }

    /// Whether it was dropped before, or belongs to something that was.
    fn is_made_anew(&self, object: &Named) -> bool {
        self.cleared.iter().any(|cleared| is_same(cleared, object)) || self.is_of_remade(object)
    }

    fn is_of_remade(&self, object: &Named) -> bool {
        let whole = |remade: &Named| {
            remade.member.is_none() && remade.kind == Kind::Table && remade.name == object.name
        };
        let is_part = object.member.is_some() || object.kind == Kind::Table;
        is_part && self.remade.iter().any(whole)
    }
}

/// `DROP FUNCTION f` means the one that is made with arguments, too.
fn is_same(dropped: &Named, made: &Named) -> bool {
    dropped.kind == made.kind && dropped.name == made.name && dropped.member == made.member
}

/// A statement that does nothing to any object, and cannot do it by what it calls.
fn is_plain(text: &str) -> bool {
    const PLAIN: [&str; 9] =
        ["set", "reset", "begin", "start", "commit", "end", "analyze", "lock", "vacuum"];
    let word = text.split(|letter: char| !letter.is_ascii_alphabetic()).find(|it| !it.is_empty());
    word.is_some_and(|word| PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::place::SourceText;

    #[rstest]
    #[case::a_guard("create table if not exists t (a int)", true)]
    #[case::no_guard("create table t (a int)", false)]
    #[case::one_without("create table if not exists t (a int); create index on t (a)", false)]
    #[case::dropped_before(
        "drop trigger if exists g on t; create trigger g before insert on t execute function f()",
        true
    )]
    #[case::another_dropped(
        "drop trigger if exists h on t; create trigger g before insert on t execute function f()",
        false
    )]
    #[case::a_table_anew(
        "drop table if exists t; create table t (a int); insert into t values (1)",
        true
    )]
    #[case::replaced(
        "create or replace function f() returns int return 1; comment on function f() is 'x'",
        true
    )]
    #[case::skipped_rows("insert into t values (1) on conflict do nothing", true)]
    #[case::rows("create table if not exists t (a int); insert into t values (1)", false)]
    #[case::growing_values("create table if not exists t (a int); update t set a = a + 1", false)]
    #[case::a_condition(
        "do $$ begin if not exists (select 1 from pg_type where typname = 'm') then create type m as enum ('a'); end if; end $$",
        true
    )]
    #[case::what_cannot_be_read(
        "create table if not exists t (); do $$ begin execute x; end $$",
        false
    )]
    #[case::a_call("create table if not exists t (); select setup()", false)]
    #[case::nothing_that_looks("alter table t alter a set not null", false)]
    #[case::settings(
        "set search_path = public; alter table t add column if not exists b int",
        true
    )]
    fn a_body_claims_it_where_every_statement_looks(#[case] sql: &str, #[case] claims: bool) {
        let script = Script::new(SourceText::new("a.sql", sql));
        assert_eq!(claims_to_be_rerunnable(&script), claims);
    }
}
