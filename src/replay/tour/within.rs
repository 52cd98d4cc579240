//! What of a script can be tried inside a transaction.

use std::borrow::Cow;

use crate::migration::{BodyRule, Script, Sends, StatementKind, Wraps};
use crate::outcome::SqlError;
use crate::sql::{self, Control, Deed};

/// Whether a script begins or ends transactions itself, or has a statement that refuses to be in one.
pub(super) fn needs_no_transaction(script: &Script) -> bool {
    // What a session has prepared for itself would be gone.
    let forgets = ["deallocate", "discard"].iter().any(|word| script.names(word));
    forgets
        || script.statements().iter().any(|statement| {
            sql::read(&script.text_of(statement))
                .works
                .iter()
                .any(|work| refuses_transactions(&work.deed))
        })
}

/// A script as it does the same inside a transaction: an index that is built or dropped concurrently is built or dropped as well
/// without that word (documentation, `CREATE INDEX`: what differs is the locks, and what a failure leaves). `None` where
/// something else in it needs to be in none, or where the rule puts that into one, so that the server refuses it.
pub(super) fn within_transaction(script: &Script, rule: BodyRule) -> Option<Cow<'_, Script>> {
    if !needs_no_transaction(script) {
        return Some(Cow::Borrowed(script));
    }
    // Several statements in one message are one transaction.
    let is_whole = rule.sends == Sends::Whole && script.statements().len() > 1;
    if rule.wraps != Wraps::Nothing || is_whole {
        return None;
    }
    let concurrent: Vec<_> = script
        .statements()
        .iter()
        .filter(|it| is_index_concurrently(&script.text_of(it)))
        .collect();
    let within = script.without_word("concurrently", &concurrent);
    (!needs_no_transaction(&within)).then_some(Cow::Owned(within))
}

fn is_index_concurrently(statement: &str) -> bool {
    sql::read(statement).works.iter().any(|work| {
        matches!(
            work.deed,
            Deed::CreateIndex { concurrently: true } | Deed::DropIndex { concurrently: true }
        )
    })
}

/// Whether a script is one transaction that it begins and ends itself, with nothing beside it.
pub(in crate::replay) fn is_one_transaction(script: &Script) -> bool {
    let statements = script.statements().iter();
    let mut controls = statements
        .filter(|statement| statement.kind != StatementKind::Meta)
        .map(|statement| control(&script.text_of(statement)));
    controls.next() == Some(Some(Control::Begin))
        && controls.next_back() == Some(Some(Control::Commit))
        && controls.all(|control| control.is_none())
}

fn control(statement: &str) -> Option<Control> {
    sql::read(statement).works.iter().find_map(|work| match work.deed {
        Deed::Control(control) => Some(control),
        _ => None,
    })
}

/// Whether it begins or ends transactions, or refuses to be in one.
pub(in crate::replay) fn refuses_transactions(deed: &Deed) -> bool {
    match deed {
        Deed::Control(_) | Deed::Alone(_) | Deed::Vacuum { .. } => true,
        Deed::CreateIndex { concurrently }
        | Deed::DropIndex { concurrently }
        | Deed::Reindex { concurrently, .. }
        | Deed::DetachPartition { concurrently, .. } => *concurrently,
        _ => false,
    }
}

/// Whether an error may come from the transaction around it, and not from what it is about: `active_sql_transaction`,
/// `invalid_transaction_termination`, `unsafe_new_enum_value_usage`, `object_in_use` (pending trigger events),
/// `no_active_sql_transaction`, `in_failed_sql_transaction` (documentation, appendix A).
pub(super) fn is_of_transaction(error: &SqlError) -> bool {
    const STATES: [&str; 6] = ["25001", "2D000", "55P04", "55006", "25P01", "25P02"];
    error.sqlstate.as_ref().is_some_and(|state| STATES.contains(&state.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::SourceText;

    const ALONE: BodyRule = BodyRule { wraps: Wraps::Nothing, sends: Sends::Statements };

    fn within(text: &str, rule: BodyRule) -> Option<String> {
        let script = Script::new(SourceText::new("a.sql", text));
        within_transaction(&script, rule)
            .map(|script| script.text().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn indexes_are_built_and_dropped_within_a_transaction_without_concurrently() {
        let text =
            "drop index concurrently if exists a; create unique index concurrently a on b (c)";
        let expected = "drop index if exists a; create unique index a on b (c)";
        assert_eq!(within(text, ALONE).as_deref(), Some(expected));
        assert_eq!(
            within("select 'concurrently'", ALONE).as_deref(),
            Some("select 'concurrently'")
        );
    }

    #[test]
    fn what_must_be_in_no_transaction_for_another_reason_is_not_put_into_one() {
        for text in [
            "create index concurrently a on b (c); vacuum b",
            "begin; create index a on b (c); commit",
            "reindex index concurrently a",
            "alter table a detach partition b concurrently",
            "create index concurrently a on b (c); discard all",
        ] {
            assert_eq!(within(text, ALONE), None, "{text}");
        }
    }

    #[test]
    fn what_the_server_refuses_under_the_rule_is_not_made_to_succeed() {
        let one = "create index concurrently a on b (c)";
        let two = "create index concurrently a on b (c); select 1";
        let whole = BodyRule { sends: Sends::Whole, ..ALONE };
        let wrapped = BodyRule { wraps: Wraps::Each, ..ALONE };
        assert!(within(one, whole).is_some() && within(two, ALONE).is_some());
        assert_eq!(within(two, whole), None);
        assert_eq!(within(one, wrapped), None);
    }
}
