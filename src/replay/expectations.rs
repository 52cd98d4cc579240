//! What a scenario expects at the end of a case: contract and queries.

use std::time::Instant;

use super::emit::{Emitter, plain_step};
use super::passes::contract_failures;
use crate::outcome::{Blame, Event, Found, Phase, SqlError, Verdict};
use crate::plan::CasePlan;
use crate::postgres::{Session, literal, quote};
use crate::scenario::QueryExpectation;
use crate::schema::contract::{self, Contract};
use crate::sql;
use crate::verify::compare_rows;

/// Checks the contract and the queries.
pub(super) async fn check<S: Session>(
    session: &mut S,
    case: &CasePlan,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) {
    let expect = case.expect();
    let has_contract = expect.schema != Contract::default();
    if !has_contract && expect.queries.is_empty() {
        return;
    }
    emitter.working(Phase::Expect, None);
    let begun = Instant::now();
    let before = found.len();
    if has_contract {
        check_contract(session, case, emitter, found).await;
    }
    for query in &expect.queries {
        found.extend(check_query(session, (query, case), emitter).await);
    }
    let verdict = if found.len() == before { Verdict::Passed } else { Verdict::Failed };
    let mut step = plain_step(Phase::Expect, verdict, begun.elapsed());
    step.statements = expect.queries.len();
    emitter.step(step);
}

async fn check_contract<S: Session>(
    session: &mut S,
    case: &CasePlan,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) {
    match session.catalog().await {
        Ok(catalog) => {
            let outcome = contract::check(&case.expect().schema, &catalog);
            emitter.warn_of_optional(case, &outcome);
            found.extend(contract_failures(&outcome, "at the end", Phase::Expect).map(
                |mut missing| {
                    missing.place.clone_from(&case.expect().schema_place);
                    missing
                },
            ));
        }
        Err(error) => found.push(Found::sql(Phase::Expect, Blame::Environment, error)),
    }
}

/// Runs the query in a transaction that is rolled back: it sees the end state and leaves it.
async fn check_query<S: Session>(
    session: &mut S,
    (query, case): (&QueryExpectation, &CasePlan),
    emitter: &Emitter,
) -> Option<Found> {
    let rows = async {
        session.execute("BEGIN").await?;
        for (name, value) in &query.set {
            let set = format!(
                "SELECT pg_catalog.set_config({}, {}, true)",
                literal(name),
                literal(value)
            );
            session.execute(&set).await?;
        }
        if let Some(role) = &query.role {
            session.execute(&format!("SET LOCAL ROLE {}", quote(role))).await?;
            warn_of_policies(session, (role, query), case, emitter).await?;
        }
        session.query(&query.sql.value).await
    };
    let result = rows.await;
    let rolled_back = session.execute("ROLLBACK").await;
    let mut found = match result {
        Ok(rows) if compare_rows(&query.equals, &rows) => {
            let error = rolled_back.err()?;
            Found::sql(Phase::Expect, Blame::Environment, error)
        }
        Ok(rows) => {
            let mut found = Found::new(
                Phase::Expect,
                Blame::Migration,
                format!("the query returned {rows}, not {}", query.equals),
            );
            found.details.extend(query.role.as_ref().map(|role| format!("as role {role}")));
            found
        }
        Err(error) => Found::sql(Phase::Expect, Blame::Migration, error),
    };
    found.place.clone_from(&query.sql.place);
    found.statement = Some(query.sql.value.clone());
    Some(found)
}

/// Tables with policies that do not hold for the role: it is a superuser, has BYPASSRLS, or owns them (documentation, "Row
/// Security Policies").
const UNHELD: &str = "
    SELECT n.nspname, c.relname,
        CASE WHEN r.rolsuper THEN 'is a superuser' WHEN r.rolbypassrls THEN 'has BYPASSRLS' ELSE 'owns it' END
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles r ON r.rolname = current_user
    WHERE c.relrowsecurity AND (r.rolsuper OR r.rolbypassrls
        OR (NOT c.relforcerowsecurity AND pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE')))";

/// A query as a role proves nothing about policies that do not hold for it.
async fn warn_of_policies<S: Session>(
    session: &mut S,
    (role, query): (&str, &QueryExpectation),
    case: &CasePlan,
    emitter: &Emitter,
) -> Result<(), SqlError> {
    let reading = sql::read(&query.sql.value);
    for row in session.query(UNHELD).await?.0 {
        let mut cells = row.into_iter().flatten();
        let (Some(schema), Some(table), Some(why)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let is_meant = |named: &sql::Named| {
            named.name == table && named.schema.as_ref().is_none_or(|said| *said == schema)
        };
        if reading.uses.iter().any(|used| is_meant(&used.object)) {
            let text = format!(
                "{}: the policies of {schema}.{table} do not hold for the role {role} of a query: it {why}",
                case.name
            );
            emitter.event(Event::Warning { text });
        }
    }
    Ok(())
}
