//! What a server answers to a message of several queries.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{SimpleQueryMessage, SimpleQueryRow};

use super::reading::{Part, Rest, Sum, Unit};
use super::row;

/// The answers to the queries of one message, in their order.
pub(super) struct Answers(std::vec::IntoIter<Vec<SimpleQueryRow>>);

impl Answers {
    /// Only what answers with rows is described, so the settings are not counted.
    pub(super) fn of(messages: Vec<SimpleQueryMessage>) -> Self {
        let mut answers: Vec<Vec<_>> = Vec::new();
        for message in messages {
            match (message, answers.last_mut()) {
                (SimpleQueryMessage::RowDescription(_), _) => answers.push(Vec::new()),
                (SimpleQueryMessage::Row(row), Some(answer)) => answer.push(row),
                _ => {}
            }
        }
        Self(answers.into_iter())
    }

    pub(super) fn rest(&mut self) -> Option<Rest> {
        let rows = self.0.next()?;
        let row = rows.first()?;
        let sum = |at| row.get(at).map(str::to_owned);
        Some(Rest { others: sum(0), types: sum(1) })
    }

    /// The numbers of queries.
    pub(super) fn numbers(&mut self) -> Vec<usize> {
        let rows = self.0.next().unwrap_or_default();
        let text = rows.first().and_then(|row| row.get(0)).unwrap_or_default();
        text.split_whitespace().filter_map(|number| number.parse().ok()).collect()
    }

    /// What depends on others, and whether it prints nothing of them but their names.
    pub(super) fn dependents(&mut self) -> Vec<(Unit, bool)> {
        let rows = self.0.next().unwrap_or_default();
        let read = |row: &SimpleQueryRow| {
            Some((row.get(0).and_then(Unit::from_text)?, row.get(1) == Some("t")))
        };
        rows.iter().filter_map(read).collect()
    }

    /// Relations and functions alone.
    pub(super) fn units_alone(&mut self) -> BTreeSet<Unit> {
        let rows = self.0.next().unwrap_or_default();
        rows.iter().filter_map(|row| row.get(0).and_then(Unit::from_text)).collect()
    }

    /// The sums of relations and functions.
    pub(super) fn units(&mut self) -> BTreeMap<Unit, Sum> {
        self.sums_by(Unit::from_text)
    }

    /// The sums of buckets, or of types.
    pub(super) fn by_number(&mut self) -> BTreeMap<u32, Sum> {
        self.sums_by(|text| text.parse().ok())
    }

    fn sums_by<K: Ord>(&mut self, key: impl Fn(&str) -> Option<K>) -> BTreeMap<K, Sum> {
        let read = |row: &SimpleQueryRow| {
            Some((key(row.get(0)?)?, row.get(1).unwrap_or_default().to_owned()))
        };
        self.0.next().unwrap_or_default().iter().filter_map(read).collect()
    }

    /// The objects of the next queries, whose numbers these are.
    pub(super) fn parts(&mut self, numbers: &[usize]) -> Vec<(Part, row::Read)> {
        let mut parts = Vec::new();
        for number in numbers {
            for answer in self.0.next().unwrap_or_default() {
                if let Some(read) = row::object(values(&answer)) {
                    let part = read.unit.map_or(Part::Query(*number), Part::Unit);
                    parts.push((part, read));
                }
            }
        }
        parts
    }
}

pub(super) fn values(row: &SimpleQueryRow) -> impl Iterator<Item = (&str, &str)> {
    let names = row.columns().iter().map(tokio_postgres::SimpleColumn::name);
    names.enumerate().filter_map(|(at, name)| Some((name, row.get(at)?)))
}
