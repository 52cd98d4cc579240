//! Which cases of which reports count, and whether all have come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use super::super::text::counted;
use crate::outcome::{Shard, ShardPart};

/// What has to be known of a report to put it together with others.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) file: String,
    pub(super) started_at: SystemTime,
    pub(super) shard: Option<ShardPart>,
    pub(super) cases: Vec<String>,
}

/// What counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Combined {
    /// The reports that count, by their positions, in the order of shards; with the cases of each that count.
    pub(super) keep: Vec<(usize, Vec<usize>)>,
    /// What was reported twice.
    pub(super) warnings: Vec<String>,
    /// Why these reports cannot be all.
    pub(super) problems: Vec<String>,
}

/// Of a shard or a case that was reported twice, a retry, the later one counts, whatever order the files are given in. A report of
/// an earlier run does not count, even where none has come for its shard.
/// `expect` is how many shards there are, where the reports do not say it.
pub(super) fn combine(reports: &[About], expect: Option<usize>) -> Combined {
    let mut combined = Combined::default();
    let mut kept: Vec<usize> = (0..reports.len()).collect();
    let old = leave_out_old(reports, &mut kept);
    let number = |it: usize| reports[it].shard.as_ref().map_or(usize::MAX, |it| it.shard.number());
    kept.sort_by_key(|it| number(*it));
    combined.keep_latest_shards(reports, &mut kept);
    combined.keep_latest_cases(reports, &kept);
    let parts: Vec<_> = kept
        .iter()
        .filter_map(|it| Some((&reports[*it].file, reports[*it].shard.as_ref()?)))
        .collect();
    combined.check_divisions(&parts);
    let reported = if parts.is_empty() { kept.len() } else { parts.len() };
    combined.check_complete(&parts, reported, expect);
    // What is superfluous harms nobody; what stands where a report is missing does.
    let told =
        if combined.problems.is_empty() { &mut combined.warnings } else { &mut combined.problems };
    told.extend(old);
    combined
}

/// Takes out the reports of shards of other runs than the latest one, and says which they are.
fn leave_out_old(reports: &[About], kept: &mut Vec<usize>) -> Vec<String> {
    let run = |it: usize| reports[it].shard.as_ref().map(|part| part.run.as_str());
    let of_shards = kept.iter().copied().filter(|it| run(*it).is_some());
    let Some(latest) = of_shards.max_by_key(|it| (reports[*it].started_at, *it)) else {
        return Vec::new();
    };
    let is_old = |it: &usize| run(*it).is_some_and(|run_there| Some(run_there) != run(latest));
    let (old, rest) = kept.iter().partition(|it| is_old(it));
    *kept = rest;
    let old: Vec<usize> = old;
    let told = old.into_iter().map(|it| {
        format!(
            "{} does not count: it is of another run than {}, which began later",
            reports[it].file, reports[latest].file
        )
    });
    told.collect()
}

impl Combined {
    fn keep_latest_shards(&mut self, reports: &[About], kept: &mut Vec<usize>) {
        let mut latest: BTreeMap<Shard, usize> = BTreeMap::new();
        for position in kept.clone() {
            let Some(part) = &reports[position].shard else { continue };
            let Some(other) = latest.insert(part.shard, position) else { continue };
            let (old, new) = by_time(reports, other, position);
            latest.insert(part.shard, new);
            kept.retain(|it| *it != old);
            self.warnings.push(format!(
                "shard {} reported twice: {} counts, which began later than {}",
                part.shard, reports[new].file, reports[old].file
            ));
        }
    }

    fn keep_latest_cases(&mut self, reports: &[About], kept: &[usize]) {
        let mut latest: BTreeMap<&str, usize> = BTreeMap::new();
        for position in kept {
            for name in reports[*position].cases.iter().collect::<BTreeSet<_>>() {
                let Some(other) = latest.insert(name, *position) else { continue };
                let (old, new) = by_time(reports, other, *position);
                latest.insert(name, new);
                self.warnings.push(format!(
                    "{name} was reported twice: {} counts, which began later than {}",
                    reports[new].file, reports[old].file
                ));
            }
        }
        for position in kept {
            let names = &reports[*position].cases;
            let cases = (0..names.len()).filter(|it| latest.get(&*names[*it]) == Some(position));
            let cases: Vec<_> = cases.collect();
            // A report that had cases, all of them reported again, has nothing to say any more.
            if !cases.is_empty() || names.is_empty() {
                self.keep.push((*position, cases));
            }
        }
    }

    fn check_divisions(&mut self, parts: &[(&String, &ShardPart)]) {
        let Some((first_file, first)) = parts.first() else { return };
        let same = |part: &ShardPart| {
            part.shard.of() == first.shard.of() && part.division == first.division
        };
        if let Some((file, other)) = parts.iter().find(|(_, part)| !same(part)) {
            self.problems.push(format!(
                "shard {} ({first_file}) and shard {} ({file}) are of different divisions, so a case may have run nowhere; give all machines the same files, flags and --durations",
                first.shard, other.shard
            ));
        }
    }

    fn check_complete(
        &mut self,
        parts: &[(&String, &ShardPart)],
        reported: usize,
        expect: Option<usize>,
    ) {
        let told = parts.iter().map(|(_, part)| part.shard.of()).max();
        let expected = told.max(expect).unwrap_or(0);
        if parts.is_empty() {
            if reported < expected {
                let missing = counted(expected - reported, "report");
                self.problems.push(format!("{missing} of {expected} never came"));
            }
            return;
        }
        let have: BTreeSet<_> = parts.iter().map(|(_, part)| part.shard.number()).collect();
        let missing = (1..=expected).filter(|number| !have.contains(number));
        self.problems.extend(missing.map(|it| format!("shard {it}/{expected} never reported")));
        let cases: usize = self.keep.iter().map(|(_, cases)| cases.len()).sum();
        let all = parts.iter().map(|(_, part)| part.all_cases).max().unwrap_or(0);
        if self.problems.is_empty() && cases < all {
            self.problems.push(format!("of {} only {cases} were reported", counted(all, "case")));
        }
    }
}

/// Two reports, the earlier one first; of two that began at once, the one that was given last is the later one.
fn by_time(reports: &[About], one: usize, other: usize) -> (usize, usize) {
    let key = |it: usize| (reports[it].started_at, it);
    if key(one) <= key(other) { (one, other) } else { (other, one) }
}

#[cfg(test)]
mod tests;
