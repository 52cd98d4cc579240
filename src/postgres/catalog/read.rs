//! The conversation with the server, for a whole reading.

use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::answers::values;
use super::queries::{QUERIES, Query, SETTINGS};
use super::row;
use crate::schema::Catalog;

pub(super) const SAVE: &str = "savepoint migration_replay_catalog;";
pub(super) const RESTORE: &str =
    "rollback to savepoint migration_replay_catalog; release savepoint migration_replay_catalog";

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
        whole_queries()
    );
    Ok(catalog(&client.simple_query(&text).await?))
}

/// Reads the schema as the open transaction sees it, and leaves the transaction as it was.
///
/// # Errors
///
/// If the server refuses, or is lost; the transaction is then where an error of its own would leave it.
pub async fn read_in_transaction(client: &Client) -> Result<Catalog, Error> {
    let text = format!("{SAVE} {SETTINGS} {}; {RESTORE}", whole_queries());
    Ok(catalog(&client.simple_query(&text).await?))
}

fn whole_queries() -> String {
    QUERIES.iter().map(Query::whole).collect::<Vec<_>>().join(";\n")
}

fn catalog(messages: &[SimpleQueryMessage]) -> Catalog {
    let mut catalog = Catalog::default();
    for message in messages {
        if let SimpleQueryMessage::Row(row) = message
            && let Some(read) = row::object(values(row))
        {
            catalog.insert(read.id, read.object);
        }
    }
    catalog
}
