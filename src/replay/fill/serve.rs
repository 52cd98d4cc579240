//! The rows of single tables: made, and inserted as far as the server takes them.

use std::collections::{BTreeMap, BTreeSet};

use super::Filling;
use crate::outcome::{SqlError, SqlErrorKind};
use crate::postgres::Session;
use crate::rows::{
    self, Due, Facts, Helping, Made, Parents, Part, Style, Table, Wanted, add_parents,
};

/// After so many refused insertions of one table the rest is not tried.
const MOST_REFUSALS: usize = 60;
/// The same where nothing was taken at all.
const MOST_AT_FIRST: usize = 12;

/// One round of filling.
pub(super) struct Round<'r> {
    pub(super) facts: &'r Facts,
    pub(super) parents: Parents,
    pub(super) due: BTreeMap<usize, Due>,
    /// How many rows each table got in this round.
    pub(super) inserted: BTreeMap<usize, usize>,
    /// Tables that held rows before.
    pub(super) populated: BTreeSet<u32>,
    /// Tables of which the server refused rows.
    pub(super) refused: BTreeSet<usize>,
}

impl Filling {
    /// One helping: daring rows first; for those that are refused, tamer ones.
    pub(super) async fn serve(
        &mut self,
        round: &mut Round<'_>,
        helping: Helping,
    ) -> Result<(), SqlError> {
        let table = &round.facts.tables[helping.table];
        let all = round.due.get(&helping.table).map_or(0, |due| due.rows(self.rows));
        let first = all.div_ceil(2);
        let wanted = match helping.part {
            Part::Whole => all,
            Part::First => first,
            Part::Rest => all - first,
        };
        let mut served = 0;
        for (turn, style) in Style::all().enumerate() {
            // The forms are for tables that take nothing else.
            if served == wanted || (turn > 1 && served > 0) {
                break;
            }
            let before = round.inserted.get(&helping.table).copied().unwrap_or_default();
            let offset = table.generated + before + turn * all;
            let wanted = Wanted { rows: wanted - served, offset, style };
            let made = rows::make(round.facts, table, &round.parents, wanted);
            if let Some(why) = &made.short {
                self.reasons.insert(table.oid, why.clone());
            }
            if made.rows.is_empty() {
                break;
            }
            let inserted = self.insert(round, table, &made).await?;
            if inserted == 0 {
                round.refused.insert(helping.table);
            }
            served += inserted;
            *round.inserted.entry(helping.table).or_default() += inserted;
        }
        Ok(())
    }

    /// Once more for those that were to be topped up and are short of rows, because each row of other tables can have only so
    /// many of theirs: with new rows there, to which alone they refer.
    pub(super) async fn serve_crowded(&mut self, round: &mut Round<'_>) -> Result<(), SqlError> {
        let facts = round.facts;
        let is_short = |(at, due): &(&usize, &Due)| {
            let got = round.inserted.get(*at).copied().unwrap_or_default();
            **due == Due::TopUp && got < due.rows(self.rows)
        };
        let short = round.due.iter().filter(is_short).map(|(at, _)| *at);
        let held_up = short.map(|at| (at, rows::holders(facts, at)));
        let held_up: BTreeMap<_, _> = held_up.filter(|(_, by)| !by.is_empty()).collect();
        if held_up.is_empty() {
            return Ok(());
        }
        let holders: BTreeSet<_> = held_up.values().flatten().copied().collect();
        let all: BTreeSet<_> = held_up.keys().chain(&holders).copied().collect();
        round.parents = self.parents(facts, all.iter().copied()).await?;
        for holder in holders {
            round.parents.remove(&facts.tables[holder].oid);
            round.due.entry(holder).or_insert(Due::TopUp);
        }
        for helping in rows::order(facts, &all) {
            self.serve(round, helping).await?;
        }
        Ok(())
    }

    /// Inserts all that are taken: all at once, else the halves, down to single rows.
    async fn insert(
        &mut self,
        round: &mut Round<'_>,
        table: &Table,
        made: &Made,
    ) -> Result<usize, SqlError> {
        let mut inserted = 0;
        let mut refusals = 0;
        // `DEFAULT VALUES` makes one row.
        let single = made.columns.is_empty();
        let step = if single { 1 } else { made.rows.len().max(1) };
        let starts = (0..made.rows.len()).step_by(step).rev();
        let mut left: Vec<_> = starts.map(|start| start..start + step).collect();
        while let Some(range) = left.pop().filter(|range| !range.is_empty()) {
            let sql = rows::insert(round.facts, table, made, &made.rows[range.clone()]);
            match self.session.query(&sql).await {
                Ok(answer) => {
                    inserted += answer.0.len();
                    if answer.0.is_empty() {
                        self.reasons.insert(table.oid, "a trigger or rule keeps rows out".into());
                    }
                    for texts in answer.0.iter().filter_map(|row| row.first()?.as_deref()) {
                        add_parents(round.facts, &mut round.parents, table.oid, texts);
                    }
                }
                Err(error) if error.kind == SqlErrorKind::Lost => return Err(error),
                Err(error) => {
                    self.reasons.insert(table.oid, error.to_string());
                    refusals += 1;
                    if refusals > MOST_REFUSALS || (inserted == 0 && refusals > MOST_AT_FIRST) {
                        break;
                    }
                    let middle = range.start + range.len() / 2;
                    if range.len() > 1 {
                        left.push(middle..range.end);
                        left.push(range.start..middle);
                    }
                }
            }
        }
        Ok(inserted)
    }
}
