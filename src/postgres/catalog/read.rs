//! The conversation with the server.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::answers::{Answers, values};
use super::queries::{
    BITS_OF_BUCKET, FOR_ALL, FOR_FEW, QUERIES, SETTINGS, Scope, TABLES_OF_REST, execute,
    prepare as prepare_all,
};
use super::reading::{Marks, Reading, Sums, Suspects, Unit};
use super::row;
use crate::schema::Catalog;

const SAVE: &str = "savepoint migration_replay_catalog;";
const RESTORE: &str =
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
    QUERIES.iter().map(super::queries::Query::whole).collect::<Vec<_>>().join(";\n")
}

/// Prepares the queries of [`read_again`] for a session that is in no transaction: planning them takes half of the time. They
/// outlive the transaction that they are prepared in (documentation, `PREPARE`), whose settings a plan depends on.
///
/// # Errors
///
/// If the server refuses, or is lost.
pub async fn prepare(client: &Client) -> Result<(), Error> {
    client.batch_execute(&format!("begin; {SETTINGS} {} commit", prepare_all())).await
}

/// What a reading takes place in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The open transaction, which is left as it was.
    InTransaction {
        /// Whether the transaction has written to none of the tables that [`is_of_rest`] knows, and nobody else has since the
        /// earlier reading.
        spares_rest: bool,
    },
    /// A transaction of its own: what is committed.
    Committed,
}

/// Whether this is a table of the catalog whose rows may change what other rows are told as: those of schemas, types or roles, for
/// example. By its qualified name.
#[must_use]
pub fn is_of_rest(table: &str) -> bool {
    table.strip_prefix("pg_catalog.").is_some_and(|table| TABLES_OF_REST.contains(&table))
}

impl Moment {
    fn asks_for_rest(self) -> bool {
        self != Self::InTransaction { spares_rest: true }
    }

    fn begin(self) -> &'static str {
        match self {
            Self::InTransaction { .. } => SAVE,
            Self::Committed => "begin isolation level repeatable read, read only;",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::InTransaction { .. } => RESTORE,
            Self::Committed => "rollback",
        }
    }
}

/// Reads the schema on a session that has prepared the queries, see [`prepare`]. What an earlier reading of the same database has,
/// however old, is not asked for again.
///
/// # Errors
///
/// As [`read_in_transaction`]; `invalid_sql_statement_name` (26000) where somebody has deallocated what was prepared. Then the
/// transaction stays open.
pub async fn read_again(
    client: &Client,
    moment: Moment,
    earlier: Option<&Reading>,
) -> Result<Reading, Error> {
    let begin = format!("{} {SETTINGS}", moment.begin());
    let Some(earlier) = earlier else {
        return read_all(client, &begin, moment).await;
    };
    let known = earlier.told_small();
    let has_rest = moment.asks_for_rest();
    let asked = [begin, execute("buckets", &[]), execute("small", &[])].concat();
    let asked = asked + &rest_and(&known, has_rest);
    let mut answers = Answers::of(client.simple_query(&asked).await?);
    let buckets = answers.by_number();
    let mut new = answers.numbers();
    new.retain(|number| !known.contains(number));
    let sums = Sums { buckets, rest: if has_rest { answers.rest() } else { None } };
    let mut small = answers.parts(&known);
    let Some(suspects) = earlier.suspects(&sums) else {
        return read_all(client, "", moment).await;
    };
    let mut reading = earlier.clone();
    if !suspects.is_empty() {
        let marks = marks_of(client, &suspects).await?;
        let Some(units) = earlier.changed(&suspects, &marks) else {
            return read_all(client, "", moment).await;
        };
        if !read_some(client, &mut reading, units, (&marks, suspects.types)).await? {
            return read_all(client, "", moment).await;
        }
        reading.set_marks(&suspects, marks);
    }
    let asked = rest_and(&new, false) + moment.end();
    small.extend(Answers::of(client.simple_query(&asked).await?).parts(&new));
    reading.replace_small(small);
    reading.set_sums(sums);
    Ok(reading)
}

async fn marks_of(client: &Client, suspects: &Suspects) -> Result<Marks, Error> {
    let mut asked = String::new();
    if !suspects.buckets.is_empty() {
        let firsts: Vec<_> =
            suspects.buckets.iter().map(|bucket| bucket << BITS_OF_BUCKET).collect();
        asked = format!("{FOR_FEW}{}{FOR_ALL}", execute("some_marks", &[&firsts]));
    }
    if suspects.types {
        asked += &execute("type_marks", &[]);
    }
    let mut answers = Answers::of(client.simple_query(&asked).await?);
    let units = if suspects.buckets.is_empty() { BTreeMap::new() } else { answers.units() };
    let types = if suspects.types { answers.by_number() } else { BTreeMap::new() };
    Ok(Marks { units, types })
}

/// Reads some relations and functions, those that print their names where one of them has another, and types where they are
/// wanted; `false` where that is not all that may have changed.
async fn read_some(
    client: &Client,
    reading: &mut Reading,
    mut units: BTreeSet<Unit>,
    (marks, has_types): (&Marks, bool),
) -> Result<bool, Error> {
    let (mut dependents, mut read) = (Vec::new(), Vec::new());
    if !units.is_empty() {
        let (relations, functions) = oids(&units);
        let (some, numbers) = some(&units);
        let asked = execute("dependents", &[&relations, &functions]) + &some;
        let asked = format!("{FOR_FEW}{asked}{FOR_ALL}");
        let mut answers = Answers::of(client.simple_query(&asked).await?);
        dependents = answers.dependents();
        read = answers.parts(&numbers);
    }
    let is_renamed = reading.renames(&units, marks, &read);
    let dependents = dependents
        .into_iter()
        .filter(|(unit, by_name)| is_renamed || !by_name || reading.has_unchecked(*unit));
    let more: BTreeSet<_> =
        dependents.map(|(unit, _)| unit).filter(|unit| !units.contains(unit)).collect();
    if more.contains(&Unit::Rest) {
        return Ok(false);
    }
    let (some, mut numbers) = some(&more);
    let of_types = if has_types { numbers_of(Scope::Types) } else { Vec::new() };
    numbers.extend(&of_types);
    if !numbers.is_empty() {
        let asked = format!("{FOR_FEW}{some}{FOR_ALL}{}", rest_and(&of_types, false));
        read.extend(Answers::of(client.simple_query(&asked).await?).parts(&numbers));
    }
    units.extend(more);
    reading.replace_some(&units, &of_types, read);
    Ok(true)
}

/// What asks for some relations and functions, and the numbers of the queries.
fn some(units: &BTreeSet<Unit>) -> (String, Vec<usize>) {
    let (relations, functions) = oids(units);
    let (mut asked, mut numbers) = (String::new(), Vec::new());
    for (scope, oids) in [(Scope::Relations, relations), (Scope::Functions, functions)] {
        for number in numbers_of(scope).into_iter().filter(|_| !oids.is_empty()) {
            asked += &execute(&format!("some_{number}"), &[&oids]);
            numbers.push(number);
        }
    }
    (asked, numbers)
}

async fn read_all(client: &Client, begin: &str, moment: Moment) -> Result<Reading, Error> {
    let numbers: Vec<_> = (0..QUERIES.len()).collect();
    let marks = ["buckets", "marks", "type_marks"].map(|name| execute(name, &[])).concat();
    let asked = format!("{begin}{marks}{}{}", rest_and(&numbers, true), moment.end());
    let mut answers = Answers::of(client.simple_query(&asked).await?);
    let buckets = answers.by_number();
    let marks = Marks { units: answers.units(), types: answers.by_number() };
    let sums = Sums { buckets, rest: answers.rest() };
    Ok(Reading::of(sums, marks, answers.parts(&numbers)))
}

fn rest_and(numbers: &[usize], asks_for_rest: bool) -> String {
    let rest = asks_for_rest.then(|| execute("rest", &[]));
    let queries = numbers.iter().map(|number| execute(&number.to_string(), &[]));
    rest.into_iter().chain(queries).collect()
}

/// The OIDs of relations, and of functions.
fn oids(units: &BTreeSet<Unit>) -> (Vec<u32>, Vec<u32>) {
    let (mut relations, mut functions) = (Vec::new(), Vec::new());
    for unit in units {
        match unit {
            Unit::Relation(oid) => relations.push(*oid),
            Unit::Function(oid) => functions.push(*oid),
            Unit::Rest => {}
        }
    }
    (relations, functions)
}

fn numbers_of(scope: Scope) -> Vec<usize> {
    (0..QUERIES.len()).filter(|number| QUERIES[*number].scope == scope).collect()
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
