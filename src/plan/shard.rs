//! Divides cases over machines that do not speak to each other: each computes the same division.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::CasePlan;
use crate::outcome::{Shard, ShardPart};

/// How long each case took in earlier runs, by its name.
pub type Durations = BTreeMap<String, Duration>;

/// A division of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    of: usize,
    /// For each case, in the order in which they were given, the number of its shard.
    numbers: Vec<usize>,
    key: String,
}

/// Divides cases into so many shards (at least one), so that all take about as long: the longest case first, each to the
/// shard that has the least so far. Earlier durations say how long a case takes, where there are any; one that they do
/// not know takes the median. Without them a case takes as long as it has migrations, times its passes. The shard of a case
/// does not depend on the order of the cases.
#[must_use]
pub fn divide(cases: &[CasePlan], of: usize, durations: &Durations) -> Division {
    let costs = costs(cases, durations);
    let named: Vec<_> = cases.iter().map(|case| case.name.as_str()).zip(costs).collect();
    divide_costs(&named, of)
}

fn divide_costs(cases: &[(&str, u64)], of: usize) -> Division {
    let of = of.max(1);
    let mut order: Vec<_> = (0..cases.len()).collect();
    order.sort_by_key(|it| (Reverse(cases[*it].1), cases[*it].0));
    let mut loads = vec![0_u64; of];
    let mut numbers = vec![0; cases.len()];
    let mut placed = Vec::with_capacity(cases.len());
    for position in order {
        let (name, cost) = cases[position];
        let least = (0..of).min_by_key(|it| (loads[*it], *it)).unwrap_or_default();
        loads[least] = loads[least].saturating_add(cost.max(1));
        numbers[position] = least + 1;
        placed.push(format!("{} {name}\n", least + 1));
    }
    Division { of, numbers, key: short_sum(&format!("{}{of}", placed.concat())) }
}

impl Division {
    /// The shard of each case, in the order in which they were given.
    pub fn shards(&self) -> impl Iterator<Item = Option<Shard>> {
        self.numbers.iter().map(|number| Shard::new(*number, self.of))
    }

    /// What the report of a shard of some run says of it.
    #[must_use]
    pub fn part(&self, shard: Shard, run: String) -> ShardPart {
        ShardPart { shard, all_cases: self.numbers.len(), division: self.key.clone(), run }
    }
}

/// Which run of a CI service a machine takes part in.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunName<'a> {
    /// The commit, which alone tells apart what programs of the user's look at.
    pub commit: Option<&'a str>,
    /// What the service calls the run: the same for all of its machines, and for a job that is run again.
    pub id: Option<&'a str>,
}

/// Identifies a run: the cases, everything that their results depend on, and its name. All machines of a run come to the same.
#[must_use]
pub fn run_key(cases: &[CasePlan], name: RunName<'_>) -> String {
    let mut lines: Vec<_> = cases
        .iter()
        .map(|case| format!("{} {}\n", case.name, case.inputs_key().unwrap_or_default()))
        .collect();
    lines.sort_unstable();
    let name = [name.commit, name.id].map(Option::unwrap_or_default).join(" ");
    short_sum(&format!("{name}\n{}", lines.concat()))
}

fn short_sum(text: &str) -> String {
    let sum = Sha256::digest(text);
    let key = sum.iter().take(6).fold(0_u64, |key, byte| key << 8 | u64::from(*byte));
    format!("{key:012x}")
}

fn costs(cases: &[CasePlan], durations: &Durations) -> Vec<u64> {
    let known = cases.iter().map(|case| durations.get(&case.name).copied());
    let known: Vec<_> = known.map(|it| it.map(millis)).collect();
    match median(known.iter().flatten().copied().collect()) {
        Some(median) => known.iter().map(|known| known.unwrap_or(median)).collect(),
        None => cases.iter().map(size).collect(),
    }
}

fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    Some(lower + (upper - lower) / 2)
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// The migrations of a case, times its passes.
fn size(case: &CasePlan) -> u64 {
    let passes = case.scenario.replay.passes.len().max(1);
    let size = case.expected_pending().max(1).saturating_mul(passes);
    u64::try_from(size).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(cases: &[(&str, u64)], of: usize) -> Vec<usize> {
        divide_costs(cases, of).numbers
    }

    #[test]
    fn the_longest_cases_are_kept_apart() {
        let cases = [("a", 1), ("b", 10), ("c", 9), ("d", 2)];
        assert_eq!(numbers(&cases, 2), [1, 1, 2, 2]);
        assert_eq!(numbers(&cases, 9), [4, 1, 2, 3], "as many machines as cases: one each");
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![9, 1, 5, 6]), Some(5));
        assert_eq!(median(vec![u64::MAX, u64::MAX]), Some(u64::MAX));
    }

    #[test]
    fn what_divides_otherwise_has_another_key() {
        let key = |cases: &[(&str, u64)], of| divide_costs(cases, of).key;
        let cases = [("a", 1), ("b", 10)];
        assert_eq!(key(&cases, 2), key(&[("b", 11), ("a", 1)], 2));
        assert_ne!(key(&cases, 2), key(&[("a", 10), ("b", 1)], 2));
        assert_ne!(key(&cases, 2), key(&[("a", 1), ("c", 10)], 2));
        assert_ne!(key(&cases, 2), key(&cases, 3));
    }

    proptest! {
        #[test]
        fn every_case_has_one_shard_that_no_order_changes(
            costs in prop::collection::vec(0_u64..1000, 0..40),
            of in 1_usize..9,
            turn in any::<prop::sample::Index>(),
        ) {
            let names: Vec<_> = (0..costs.len()).map(|it| format!("case-{it}")).collect();
            let mut cases: Vec<_> = names.iter().map(String::as_str).zip(costs).collect();
            let division = divide_costs(&cases, of);
            prop_assert!(division.numbers.iter().all(|it| (1..=of).contains(it)));
            let by_name = |cases: &[(&str, u64)], division: &Division| -> BTreeMap<String, usize> {
                let names = cases.iter().map(|(name, _)| (*name).to_owned());
                names.zip(division.numbers.iter().copied()).collect()
            };
            let before = by_name(&cases, &division);
            prop_assert_eq!(before.len(), cases.len());
            if !cases.is_empty() {
                let middle = turn.index(cases.len());
                cases.rotate_left(middle);
                cases.reverse();
            }
            let again = divide_costs(&cases, of);
            prop_assert_eq!(by_name(&cases, &again), before);
            prop_assert_eq!(again.key, division.key);
        }

        /// The last case of the fullest shard went there when it was the emptiest, which had at most the average.
        #[test]
        fn shards_take_about_as_long(
            costs in prop::collection::vec(1_u64..1000, 1..40),
            of in 1_usize..9,
        ) {
            let names: Vec<_> = (0..costs.len()).map(|it| format!("case-{it}")).collect();
            let cases: Vec<_> = names.iter().map(String::as_str).zip(costs.iter().copied()).collect();
            let numbers = numbers(&cases, of);
            let load = |shard| -> u64 {
                costs.iter().zip(&numbers).filter(|(_, it)| **it == shard).map(|(cost, _)| cost).sum()
            };
            let longest = costs.iter().max().unwrap();
            let average = costs.iter().sum::<u64>().div_ceil(of as u64);
            let most = (1..=of).map(load).max().unwrap();
            prop_assert!(most <= average + longest, "{} of {} and {}", most, average, longest);
        }
    }
}
