use super::*;
use crate::migration::history::AppliedRow;
use crate::migration::layout::testing::set_of;
use crate::place::LineColumn;
use crate::scenario::SqlState;
use crate::schema::Catalog;
use crate::verify::Rows;

/// Writes down what it is told, and refuses the statements it is asked to refuse.
#[derive(Default)]
pub(in crate::replay) struct FakeSession {
    pub(in crate::replay) log: Vec<String>,
    refuse: Option<(&'static str, SqlError)>,
    pub(in crate::replay) open_block: bool,
    /// How many statements of a query are complete before it fails.
    completes: usize,
}

impl FakeSession {
    fn note(&mut self, what: &str) -> Result<(), SqlError> {
        self.log.push(what.to_owned());
        match &self.refuse {
            Some((text, error)) if what.contains(text) => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

impl Session for FakeSession {
    async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        self.note(sql)
    }

    async fn execute_counting(
        &mut self,
        sql: &str,
        complete: &mut usize,
    ) -> Result<Rows, SqlError> {
        *complete = self.completes;
        self.note(sql).map(|()| Rows::default())
    }

    async fn copy_in(&mut self, sql: &str, data: &str) -> Result<(), SqlError> {
        self.note(&format!("{sql} <- {data:?}"))
    }

    async fn record(&mut self, entry: &HistoryEntry<'_>) -> Result<(), SqlError> {
        let outcome = match entry.outcome {
            Outcome::Applied => "applied".to_owned(),
            Outcome::Seeded => "seeded".to_owned(),
            Outcome::Failed(error) => format!("failed: {}", error.message),
        };
        self.note(&format!("record {} {outcome}", entry.migration.id))
    }

    async fn record_and_commit(&mut self, entry: &HistoryEntry<'_>) -> Result<(), SqlError> {
        self.record(entry).await?;
        self.note("COMMIT")
    }

    async fn applied(&mut self) -> Result<Vec<AppliedRow>, SqlError> {
        Ok(Vec::new())
    }

    async fn in_transaction(&mut self) -> Result<bool, SqlError> {
        Ok(self.open_block)
    }

    async fn query(&mut self, _sql: &str) -> Result<Rows, SqlError> {
        Ok(Rows::default())
    }

    async fn renew(&mut self) -> Result<(), SqlError> {
        self.note("renew")
    }

    async fn restore(&mut self, sql: &str) -> Result<(), SqlError> {
        self.note(sql)
    }

    async fn catalog(&mut self) -> Result<Catalog, SqlError> {
        Ok(Catalog::default())
    }
}

fn undefined_column(position: u32) -> SqlError {
    SqlError {
        sqlstate: SqlState::parse("42703"),
        message: "column \"b\" does not exist".into(),
        position: Some(position),
        ..SqlError::default()
    }
}

async fn replay(text: &str, rule: BodyRule, session: &mut FakeSession) -> MigrationRun {
    let set = set_of(&[("1_a.sql", text)]);
    run_migration(session, &set.migrations()[0], rule, None, Phase::Apply).await
}

#[tokio::test]
async fn statement_by_statement_nothing_is_put_around_them() {
    let mut session = FakeSession::default();
    let run = replay("select 1;\nselect 2;", BodyRule::STATEMENTS, &mut session).await;
    assert_eq!(session.log, ["select 1", "select 2", "record 1_a.sql applied"]);
    assert_eq!(run.statements, 2);
}

#[tokio::test]
async fn a_file_and_its_history_row_are_one_transaction() {
    let mut session = FakeSession::default();
    replay("select 1; select 2", BodyRule::STATEMENTS_IN_TRANSACTION, &mut session).await;
    let expected = ["BEGIN", "select 1", "select 2", "record 1_a.sql applied", "COMMIT"];
    assert_eq!(session.log, expected);
}

#[tokio::test]
async fn a_failure_rolls_back_and_is_recorded_afterwards() {
    let refuse = Some(("bad", undefined_column(5)));
    let mut session = FakeSession { refuse, ..FakeSession::default() };
    let run =
        replay("select 1;\n  bad b;\nselect 3;", BodyRule::STATEMENTS_IN_TRANSACTION, &mut session)
            .await;
    let expected = [
        "BEGIN",
        "select 1",
        "bad b",
        "ROLLBACK",
        "record 1_a.sql failed: column \"b\" does not exist",
    ];
    assert_eq!(session.log, expected);
    let place = run.found.and_then(|found| found.place).map(|place| place.line_column());
    assert_eq!(place, Some(LineColumn { line: 2, column: 7 }));
}

#[tokio::test]
async fn a_whole_file_as_one_query_keeps_its_places() {
    let refuse = Some(("bad", undefined_column(13)));
    let mut session = FakeSession { refuse, ..FakeSession::default() };
    let run = replay("select 1;\nbad b;", BodyRule::WHOLE, &mut session).await;
    assert_eq!(session.log[0], "select 1;\nbad b;");
    let place = run.found.and_then(|found| found.place).map(|place| place.line_column());
    assert_eq!(place, Some(LineColumn { line: 2, column: 3 }));
}

#[tokio::test]
async fn copy_data_goes_with_its_statement() {
    let mut session = FakeSession::default();
    let text = "COPY t FROM stdin;\n1\ta\n\\.\nselect 1;";
    replay(text, BodyRule::STATEMENTS, &mut session).await;
    assert_eq!(session.log[0], "COPY t FROM stdin <- \"1\\ta\\n\"");
    assert_eq!(session.log[1], "select 1");
}

#[tokio::test]
async fn a_transaction_left_open_is_refused_at_its_begin() {
    let mut session = FakeSession { open_block: true, ..FakeSession::default() };
    let run = replay("select 1;\nBEGIN;\nselect 2;", BodyRule::STATEMENTS, &mut session).await;
    let place = run.found.and_then(|found| found.place).map(|place| place.line_column());
    assert_eq!(place, Some(LineColumn { line: 2, column: 1 }));
}

#[tokio::test]
async fn a_psql_command_with_an_effect_is_refused_and_another_ignored() {
    let mut session = FakeSession::default();
    let run = replay("\\echo hi\nselect 1;", BodyRule::STATEMENTS, &mut session).await;
    assert!(run.found.is_none());
    assert_eq!(run.statements, 1);
    let run = replay("\\i other.sql\n", BodyRule::STATEMENTS, &mut session).await;
    let message = run.found.map(|found| found.error.message);
    assert_eq!(message.as_deref(), Some("the psql command \\i runs another file"));
}

#[tokio::test]
async fn an_error_without_position_points_at_the_name_it_quotes() {
    let error = SqlError { position: None, ..undefined_column(1) };
    let mut session = FakeSession { refuse: Some(("bad", error)), ..FakeSession::default() };
    let run = replay("select 1;\n-- why\nbad b;", BodyRule::STATEMENTS, &mut session).await;
    let place = run.found.and_then(|found| found.place).map(|place| place.line_column());
    assert_eq!(place, Some(LineColumn { line: 3, column: 5 }));
}

#[tokio::test]
async fn an_error_without_position_belongs_to_the_first_statement_that_is_not_complete() {
    let error =
        SqlError { message: "schema \"auth\" does not exist".into(), ..SqlError::default() };
    let mut session =
        FakeSession { refuse: Some(("select", error)), completes: 1, ..FakeSession::default() };
    let text = "select 'auth';\ngrant usage on schema auth to x;\nselect 3;";
    let run = replay(text, BodyRule::WHOLE, &mut session).await;
    let place = run.found.unwrap().place.unwrap();
    assert_eq!(place.line_column(), LineColumn { line: 2, column: 23 });
}
