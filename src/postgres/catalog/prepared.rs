//! Queries that are prepared in a session as soon as it needs them: planning them takes half of the time, and a session that reads
//! once or twice needs few of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::ask::Ask;
use crate::postgres::oid_array;

/// What a session has prepared, and how often it was asked. It outlives the transaction in which it was prepared, also one that is
/// rolled back (documentation, `PREPARE`).
#[derive(Debug, Default)]
pub struct Prepared(Mutex<BTreeMap<Ask, u32>>);

impl Prepared {
    /// Executes a query, with the numbers of relations or functions where it wants them; prepares it first.
    ///
    /// A plan that was made for a small schema reads whole tables, again and again, when it has grown: what asks for everything is
    /// prepared again whenever it has been asked twice as often.
    pub(super) fn execute(&self, ask: Ask, arguments: &[&[u32]]) -> String {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = asked.entry(ask).or_default();
        *times = times.saturating_add(1);
        let (name, parameters) = (ask.name(), ask.parameters());
        let prepare = || format!("prepare {name}{parameters} as {};", ask.text());
        let text = match *times {
            1 => prepare(),
            more if more.is_power_of_two() && parameters.is_empty() => {
                format!("deallocate {name};{}", prepare())
            }
            _ => String::new(),
        };
        let arguments: Vec<_> = arguments.iter().map(|oids| oid_array(*oids)).collect();
        let arguments = if arguments.is_empty() {
            String::new()
        } else {
            format!("({})", arguments.join(", "))
        };
        text + &format!("execute {name}{arguments};")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_everything_is_planned_again_as_often_as_a_schema_doubles() {
        let prepared = Prepared::default();
        let planned = |ask, arguments: &[&[u32]]| {
            let texts = (1..=9).map(|_| prepared.execute(ask, arguments));
            let planned = texts.map(|text| {
                assert!(text.contains("execute migration_replay_catalog_"), "{text}");
                assert!(!text.contains("deallocate") || text.contains(";prepare"), "{text}");
                text.contains("prepare ")
            });
            let times = planned.zip(1..).filter_map(|(planned, times)| planned.then_some(times));
            times.collect::<Vec<_>>()
        };
        assert_eq!(planned(Ask::Whole(8), &[]), [1, 2, 4, 8]);
        assert_eq!(planned(Ask::Some(8), &[&[16_384]]), [1]);
    }
}
