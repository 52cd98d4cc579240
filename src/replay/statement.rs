//! One statement of a body: sent, or refused.

use crate::migration::split::reads_data;
use crate::migration::{Script, Statement, StatementKind, psql};
use crate::outcome::{Blame, Found, Phase};
use crate::postgres::Session;

/// Whether a statement waits for data that nobody sends after it.
pub(super) fn wants_data(script: &Script, statement: &Statement) -> bool {
    match statement.kind {
        StatementKind::CopyIn { .. } => true,
        StatementKind::Sql => reads_data(&script.text_of(statement)),
        StatementKind::Meta => false,
    }
}

/// The server would wait for ever.
pub(super) fn no_data(script: &Script, copy: &Statement) -> Box<Found> {
    let message = "COPY … FROM stdin waits for data, and this tool sends none after it";
    let mut found = Found::new(Phase::Apply, Blame::Migration, message);
    found.place = Some(script.place_of(copy));
    found.error.hint = Some("write the rows as INSERT".into());
    Box::new(found)
}

/// Sends one statement; `false` for what is not for the server.
pub(super) async fn run_statement<S: Session>(
    session: &mut S,
    script: &Script,
    statement: &Statement,
) -> Result<bool, Box<Found>> {
    let text = script.text_of(statement);
    let result = match &statement.kind {
        StatementKind::Sql if reads_data(&text) => return Err(no_data(script, statement)),
        StatementKind::Sql => session.execute(&text).await,
        StatementKind::CopyIn { data } => {
            session.copy_in(&text, &script.text()[data.clone()]).await
        }
        StatementKind::Meta => return obey(script, statement).map(|()| false),
    };
    match result {
        Ok(()) => Ok(true),
        Err(error) => {
            let mut found = Found::sql(Phase::Apply, Blame::Migration, error);
            found.place = Some(match found.error.position {
                Some(at) => script.place_of_error(statement.span.start, at),
                None => script.place_of_quoted(statement, &found.error.message),
            });
            found.statement = Some(script.shown(statement).into_owned());
            Err(Box::new(found))
        }
    }
}

fn obey(script: &Script, statement: &Statement) -> Result<(), Box<Found>> {
    let Some(refusal) = psql::refusal(&script.text_of(statement)) else { return Ok(()) };
    let mut found = Found::new(Phase::Apply, Blame::Scenario, refusal.message);
    found.place = Some(script.place_of(statement));
    found.error.hint = Some(refusal.help.into());
    Err(Box::new(found))
}

/// Whether a statement opens a transaction block.
pub(super) fn begins_block(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let is = |word: Option<&str>, wanted: &str| {
        word.is_some_and(|word| word.eq_ignore_ascii_case(wanted))
    };
    let first = words.next();
    is(first, "begin") || (is(first, "start") && is(words.next(), "transaction"))
}
