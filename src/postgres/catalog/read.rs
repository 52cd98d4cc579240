//! The conversation with the server.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::answers::{Answers, values};
use super::changed::{Changed, Relations};
use super::queries::{
    BITS_OF_BUCKET, EVENT_TRIGGERS, FOR_ALL, FOR_FEW, QUERIES, SETTINGS, Scope, execute,
    prepare as prepare_all,
};
use super::reading::{Marks, Reading, Rest, Sum, Suspects, Unit};
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
    InTransaction,
    /// A transaction of its own: what is committed.
    Committed,
}

impl Moment {
    fn begin(self) -> &'static str {
        match self {
            Self::InTransaction => SAVE,
            Self::Committed => "begin isolation level repeatable read, read only;",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::InTransaction => RESTORE,
            Self::Committed => "rollback",
        }
    }
}

/// Reads the schema on a session that has prepared the queries, see [`prepare`]. What an earlier reading of the same database has,
/// however old, is not asked for again where it cannot have changed.
///
/// # Errors
///
/// As [`read_in_transaction`]; `invalid_sql_statement_name` (26000) where somebody has deallocated what was prepared. Then the
/// transaction stays open.
pub async fn read_again(
    client: &Client,
    moment: Moment,
    earlier: Option<(&Reading, Changed<'_>)>,
) -> Result<Reading, Error> {
    let begin = format!("{} {SETTINGS}", moment.begin());
    let Some((earlier, changed)) = earlier else {
        return read_all(client, &begin, moment).await;
    };
    let (known, look) = (earlier.told_small(), where_to_look(changed));
    let asked = begin + &look + &execute("small", &[]) + &rest_and(&known, changed.rest);
    let mut answers = Answers::of(client.simple_query(&asked).await?);
    let mut looked = match changed.relations {
        Relations::Any => Looked::Buckets(answers.by_number()),
        Relations::Locked(_) => Looked::Units {
            units: answers.units_alone(),
            functions: changed.functions.then(|| answers.units()),
        },
    };
    let mut new = answers.numbers();
    if matches!(looked, Looked::Units { .. }) && new.contains(&EVENT_TRIGGERS) {
        // They may do more than the statement that they belong to.
        let asked = client.simple_query(&execute("buckets", &[])).await?;
        looked = Looked::Buckets(Answers::of(asked).by_number());
    }
    new.retain(|number| !known.contains(number));
    let rest = if changed.rest { answers.rest() } else { None };
    let mut small = answers.parts(&known);
    let Some(mut reading) = up_to_date(client, earlier, looked, rest).await? else {
        return read_all(client, "", moment).await;
    };
    let asked = rest_and(&new, false) + moment.end();
    small.extend(Answers::of(client.simple_query(&asked).await?).parts(&new));
    reading.replace_small(small);
    Ok(reading)
}

fn where_to_look(changed: Changed<'_>) -> String {
    let Relations::Locked(and) = changed.relations else { return execute("buckets", &[]) };
    let locked = execute("locked", &[&and.iter().copied().collect::<Vec<_>>()]);
    if changed.functions { locked + &execute("function_marks", &[]) } else { locked }
}

/// What was seen where something may have changed.
enum Looked {
    /// The sums of all buckets.
    Buckets(BTreeMap<u32, Sum>),
    /// Those relations that may have changed themselves, and the sums of all functions where those may have.
    Units { units: BTreeSet<Unit>, functions: Option<BTreeMap<Unit, Sum>> },
}

/// An earlier reading with what has changed in its relations, functions and types. `None` where so much may have that everything is
/// to be read.
async fn up_to_date(
    client: &Client,
    earlier: &Reading,
    looked: Looked,
    rest: Option<Rest>,
) -> Result<Option<Reading>, Error> {
    let suspects = match &looked {
        Looked::Buckets(sums) => earlier.suspects(Some(sums), rest.as_ref()),
        Looked::Units { .. } => earlier.suspects(None, rest.as_ref()),
    };
    let Some(suspects) = suspects else { return Ok(None) };
    let mut marks = Marks::default();
    if !suspects.is_empty() {
        marks = marks_of(client, &suspects).await?;
    }
    let Some(by_sum) = earlier.changed(&suspects, &marks) else { return Ok(None) };
    let units = match &looked {
        Looked::Buckets(_) => by_sum,
        Looked::Units { units, functions } => {
            units | &functions.as_ref().map_or_else(BTreeSet::new, |it| earlier.other_functions(it))
        }
    };
    let mut reading = earlier.clone();
    let hides_a_name = earlier.hides_a_name(&units, &marks);
    let how = (hides_a_name, suspects.types);
    if !read_some(client, &mut reading, units.clone(), how).await? {
        return Ok(None);
    }
    match looked {
        Looked::Buckets(sums) => reading.set_sums(sums, &suspects, marks.units),
        Looked::Units { functions, .. } => {
            reading.forget_sums(&units);
            reading.set_functions(functions);
        }
    }
    if suspects.types {
        reading.set_types(marks.types);
    }
    reading.set_rest(rest);
    Ok(Some(reading))
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
    (hides_a_name, has_types): (bool, bool),
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
    let is_renamed = hides_a_name || reading.renames(&units, &read);
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
    let rest = answers.rest();
    Ok(Reading::of(buckets, rest, marks, answers.parts(&numbers)))
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
