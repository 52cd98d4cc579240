//! The conversation with the server.

use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::row;
use crate::schema::Catalog;

const QUERIES: [&str; 24] = [
    include_str!("sql/schemas.sql"),
    include_str!("sql/extensions.sql"),
    include_str!("sql/relations.sql"),
    include_str!("sql/columns.sql"),
    include_str!("sql/constraints.sql"),
    include_str!("sql/indexes.sql"),
    include_str!("sql/sequences.sql"),
    include_str!("sql/functions.sql"),
    include_str!("sql/types.sql"),
    include_str!("sql/triggers.sql"),
    include_str!("sql/policies.sql"),
    include_str!("sql/rules.sql"),
    include_str!("sql/statistics.sql"),
    include_str!("sql/event_triggers.sql"),
    include_str!("sql/publications.sql"),
    include_str!("sql/subscriptions.sql"),
    include_str!("sql/default_privileges.sql"),
    include_str!("sql/member_grants.sql"),
    include_str!("sql/operators.sql"),
    include_str!("sql/operator_classes.sql"),
    include_str!("sql/casts.sql"),
    include_str!("sql/text_search.sql"),
    include_str!("sql/foreign_data.sql"),
    include_str!("sql/others.sql"),
];

/// Everything that changes how Postgres prints a definition, and what makes many small queries slow: planning took a
/// quarter of the time, and the joins are written in a good order. With `pg_temp` last a temporary table called
/// `pg_class` is not in the way.
const SETTINGS: &str = "
    set local search_path = pg_catalog, pg_temp;
    set local quote_all_identifiers = off;
    set local timezone = 'UTC';
    set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'postgres';
    set local bytea_output = 'hex';
    set local extra_float_digits = 1;
    set local jit = off;
    set local join_collapse_limit = 1;
    set local max_parallel_workers_per_gather = 0;";

/// Reads the schema in a read-only transaction of its own, at one moment.
///
/// The session must not be inside a transaction; for that there is [`read_in_transaction`].
///
/// # Errors
///
/// If the server refuses, or is lost. No transaction stays open.
pub async fn read(client: &Client) -> Result<Catalog, Error> {
    // Statements of one message are one transaction, which ends with the message, also when an error or the caller ends
    // it early.
    let text = format!(
        "set transaction isolation level repeatable read, read only; {SETTINGS} {}",
        QUERIES.join(";\n")
    );
    Ok(catalog(&client.simple_query(&text).await?))
}

/// Reads the schema as the open transaction sees it, and leaves the transaction as it was.
///
/// # Errors
///
/// If the server refuses, or is lost; the transaction is then where an error of its own would leave it.
pub async fn read_in_transaction(client: &Client) -> Result<Catalog, Error> {
    let text = format!(
        "savepoint migration_replay_catalog; {SETTINGS} {};
         rollback to savepoint migration_replay_catalog; release savepoint migration_replay_catalog",
        QUERIES.join(";\n")
    );
    Ok(catalog(&client.simple_query(&text).await?))
}

/// The same on a session that has prepared the queries, see [`prepare`]: planning them takes half of the time.
///
/// # Errors
///
/// As [`read_in_transaction`]; `invalid_sql_statement_name` (26000) where somebody has deallocated them.
pub async fn read_prepared(client: &Client) -> Result<Catalog, Error> {
    let queries = (0..QUERIES.len()).map(|number| format!("execute {PREPARED}{number}"));
    let queries = queries.collect::<Vec<_>>().join(";");
    let text = format!(
        "savepoint migration_replay_catalog; {SETTINGS} {queries};
         rollback to savepoint migration_replay_catalog; release savepoint migration_replay_catalog"
    );
    Ok(catalog(&client.simple_query(&text).await?))
}

/// The beginning of the names of the prepared queries.
const PREPARED: &str = "migration_replay_catalog_";

/// Prepares the queries of [`read_prepared`] for a session that is in no transaction. They outlive the transaction that they are
/// prepared in (documentation, `PREPARE`), whose settings a plan depends on.
///
/// # Errors
///
/// If the server refuses, or is lost.
pub async fn prepare(client: &Client) -> Result<(), Error> {
    let queries = QUERIES.iter().enumerate();
    let queries = queries.map(|(number, query)| format!("prepare {PREPARED}{number} as {query}"));
    let queries = queries.collect::<Vec<_>>().join(";\n");
    client.batch_execute(&format!("begin; {SETTINGS} {queries}; commit")).await
}

fn catalog(messages: &[SimpleQueryMessage]) -> Catalog {
    let mut catalog = Catalog::default();
    for message in messages {
        if let SimpleQueryMessage::Row(row) = message {
            let names = row.columns().iter().map(tokio_postgres::SimpleColumn::name);
            let values = names.enumerate().filter_map(|(at, name)| Some((name, row.get(at)?)));
            if let Some((id, object)) = row::object(values) {
                catalog.insert(id, object);
            }
        }
    }
    catalog
}
