//! The conversation with the server, for a reading by what has changed.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, Error};

use super::answers::Answers;
use super::ask::Ask;
use super::changed::{Changed, Relations};
use super::prepared::Prepared;
use super::queries::{BITS_OF_BUCKET, EVENT_TRIGGERS, FOR_ALL, FOR_FEW, QUERIES, SETTINGS, Scope};
use super::read::{RESTORE, SAVE};
use super::reading::{Marks, Reading, Rest, Sum, Suspects, Unit};

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

/// Reads the schema on a session that keeps what is [`Prepared`]. What an earlier reading of the same database has,
/// however old, is not asked for again where it cannot have changed.
///
/// # Errors
///
/// As [`super::read_in_transaction`]; `invalid_sql_statement_name` (26000) where somebody has deallocated what was prepared. Then the
/// transaction stays open.
pub async fn read_again(
    client: &Client,
    prepared: &Prepared,
    moment: Moment,
    earlier: Option<(&Reading, Changed<'_>)>,
) -> Result<Reading, Error> {
    let asking = Asking { client, prepared };
    let begin = format!("{} {SETTINGS}", moment.begin());
    let Some((earlier, changed)) = earlier else {
        return asking.read_all(&begin, moment).await;
    };
    let (known, look) = (earlier.told_small(), asking.where_to_look(changed));
    let small = asking.execute(Ask::Small, &[]);
    let mut answers =
        asking.answers(begin + &look + &small + &asking.rest_and(&known, changed.rest)).await?;
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
        let mut answers = asking.answers(asking.execute(Ask::Buckets, &[])).await?;
        looked = Looked::Buckets(answers.by_number());
    }
    new.retain(|number| !known.contains(number));
    let rest = if changed.rest { answers.rest() } else { None };
    let mut small = answers.parts(&known);
    let Some(mut reading) = asking.up_to_date(earlier, looked, rest).await? else {
        return asking.read_all("", moment).await;
    };
    let end = asking.rest_and(&new, false) + moment.end();
    small.extend(asking.answers(end).await?.parts(&new));
    reading.replace_small(small);
    Ok(reading)
}

/// What was seen where something may have changed.
enum Looked {
    /// The sums of all buckets.
    Buckets(BTreeMap<u32, Sum>),
    /// Those relations that may have changed themselves, and the sums of all functions where those may have.
    Units { units: BTreeSet<Unit>, functions: Option<BTreeMap<Unit, Sum>> },
}

/// Who asks.
#[derive(Clone, Copy)]
struct Asking<'c> {
    client: &'c Client,
    prepared: &'c Prepared,
}

impl Asking<'_> {
    fn execute(self, ask: Ask, arguments: &[&[u32]]) -> String {
        self.prepared.execute(ask, arguments)
    }

    async fn answers(self, asked: String) -> Result<Answers, Error> {
        Ok(Answers::of(self.client.simple_query(&asked).await?))
    }

    /// What asks for a few relations or functions.
    fn for_few(asked: &str) -> String {
        format!("{FOR_FEW}{asked}{FOR_ALL}")
    }

    fn where_to_look(self, changed: Changed<'_>) -> String {
        let Relations::Locked(and) = changed.relations else {
            return self.execute(Ask::Buckets, &[]);
        };
        let locked = self.execute(Ask::Locked, &[&and.iter().copied().collect::<Vec<_>>()]);
        if changed.functions { locked + &self.execute(Ask::FunctionMarks, &[]) } else { locked }
    }

    /// An earlier reading with what has changed in its relations, functions and types. `None` where so much may have that everything is
    /// to be read.
    async fn up_to_date(
        self,
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
            marks = self.marks_of(&suspects).await?;
        }
        let Some(by_sum) = earlier.changed(&suspects, &marks) else { return Ok(None) };
        let units = match &looked {
            Looked::Buckets(_) => by_sum,
            Looked::Units { units, functions } => {
                units
                    | &functions
                        .as_ref()
                        .map_or_else(BTreeSet::new, |it| earlier.other_functions(it))
            }
        };
        let mut reading = earlier.clone();
        let hides_a_name = earlier.hides_a_name(&units, &marks);
        let how = (hides_a_name, suspects.types);
        if !self.read_some(&mut reading, units.clone(), how).await? {
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

    async fn marks_of(self, suspects: &Suspects) -> Result<Marks, Error> {
        let mut asked = String::new();
        if !suspects.buckets.is_empty() {
            let firsts: Vec<_> =
                suspects.buckets.iter().map(|bucket| bucket << BITS_OF_BUCKET).collect();
            asked = Self::for_few(&self.execute(Ask::SomeMarks, &[&firsts]));
        }
        if suspects.types {
            asked += &self.execute(Ask::TypeMarks, &[]);
        }
        let mut answers = self.answers(asked).await?;
        let units = if suspects.buckets.is_empty() { BTreeMap::new() } else { answers.units() };
        let types = if suspects.types { answers.by_number() } else { BTreeMap::new() };
        Ok(Marks { units, types })
    }

    /// Reads some relations and functions, those that print their names where one of them has another, and types where they are
    /// wanted; `false` where that is not all that may have changed.
    async fn read_some(
        self,
        reading: &mut Reading,
        mut units: BTreeSet<Unit>,
        (hides_a_name, has_types): (bool, bool),
    ) -> Result<bool, Error> {
        let (mut dependents, mut read) = (Vec::new(), Vec::new());
        if !units.is_empty() {
            let (relations, functions) = oids(&units);
            let (some, numbers) = self.some(&units);
            let asked = self.execute(Ask::Dependents, &[&relations, &functions]) + &some;
            let mut answers = self.answers(Self::for_few(&asked)).await?;
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
        let (some, mut numbers) = self.some(&more);
        let of_types = if has_types { numbers_of(Scope::Types) } else { Vec::new() };
        numbers.extend(&of_types);
        if !numbers.is_empty() {
            let asked = Self::for_few(&some) + &self.rest_and(&of_types, false);
            read.extend(self.answers(asked).await?.parts(&numbers));
        }
        units.extend(more);
        reading.replace_some(&units, &of_types, read);
        Ok(true)
    }

    /// What asks for some relations and functions, and the numbers of the queries.
    fn some(self, units: &BTreeSet<Unit>) -> (String, Vec<usize>) {
        let (relations, functions) = oids(units);
        let (mut asked, mut numbers) = (String::new(), Vec::new());
        for (scope, oids) in [(Scope::Relations, relations), (Scope::Functions, functions)] {
            for number in numbers_of(scope).into_iter().filter(|_| !oids.is_empty()) {
                asked += &self.execute(Ask::Some(number), &[&oids]);
                numbers.push(number);
            }
        }
        (asked, numbers)
    }

    async fn read_all(self, begin: &str, moment: Moment) -> Result<Reading, Error> {
        let numbers: Vec<_> = (0..QUERIES.len()).collect();
        let marks = [Ask::Buckets, Ask::Marks, Ask::TypeMarks];
        let marks = marks.map(|ask| self.execute(ask, &[])).concat();
        let asked = format!("{begin}{marks}{}{}", self.rest_and(&numbers, true), moment.end());
        let mut answers = self.answers(asked).await?;
        let buckets = answers.by_number();
        let marks = Marks { units: answers.units(), types: answers.by_number() };
        let rest = answers.rest();
        Ok(Reading::of(buckets, rest, marks, answers.parts(&numbers)))
    }

    fn rest_and(self, numbers: &[usize], asks_for_rest: bool) -> String {
        let rest = asks_for_rest.then(|| self.execute(Ask::Rest, &[]));
        let queries = numbers.iter().map(|number| self.execute(Ask::Whole(*number), &[]));
        rest.into_iter().chain(queries).collect()
    }
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
