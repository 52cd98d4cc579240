//! Queries that are prepared in a session as soon as it needs them: planning them takes half of the time, and a session that reads
//! once or twice needs few of them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::ask::Ask;
use crate::postgres::oid_array;

/// What a session has prepared. It outlives the transaction in which it was prepared, also one that is rolled back
/// (documentation, `PREPARE`).
#[derive(Debug, Default)]
pub struct Prepared(Mutex<BTreeSet<Ask>>);

impl Prepared {
    /// Executes a query, with the numbers of relations or functions where it wants them; prepares it first, once.
    pub(super) fn execute(&self, ask: Ask, arguments: &[&[u32]]) -> String {
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(ask);
        let name = ask.name();
        let mut text = String::new();
        if is_new {
            text = format!("prepare {name}{} as {};", ask.parameters(), ask.text());
        }
        let arguments: Vec<_> = arguments.iter().map(|oids| oid_array(*oids)).collect();
        let arguments = if arguments.is_empty() {
            String::new()
        } else {
            format!("({})", arguments.join(", "))
        };
        text + &format!("execute {name}{arguments};")
    }
}
