//! What a comparison with the base came to, in lines for people.

use super::facts::{in_short, is_tolerated};
use super::text::{counted, first_line};
use crate::outcome::{Base, CaseOutcome, Comparison, Relation, RunOutcome};

/// How much somebody should mind a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It should be read.
    Loud,
    /// It is good to hear.
    Good,
    /// It is told.
    Quiet,
}

/// What was there before, what is fixed, and what was not run: the same of several cases once.
pub(super) fn lines(run: &RunOutcome) -> Vec<(Weight, String)> {
    let Some(base) = base(run) else { return Vec::new() };
    let mut told = Told::default();
    for case in &run.cases {
        let Some(comparison) = &case.comparison else { continue };
        for failure in case.failures.iter().filter(|it| it.is_forgiven && !it.expected) {
            let what = in_short(&failure.found);
            told.add(
                Weight::Loud,
                format!("there before this change, at {}: {what}", base.shown()),
            );
        }
        for fixed in &comparison.fixed {
            told.add(
                Weight::Good,
                format!("fixed by this change: {}", first_line(&fixed.to_string())),
            );
        }
        told.relation(case, comparison);
    }
    told.lines()
}

/// The base that the cases of a run were compared with.
pub(super) fn base(run: &RunOutcome) -> Option<&Base> {
    run.cases.iter().find_map(|case| case.comparison.as_ref()).map(|it| &it.base)
}

/// How many failures count, in all.
pub(super) fn introduced(run: &RunOutcome) -> usize {
    let failures = run.cases.iter().flat_map(|case| &case.failures);
    failures.filter(|failure| !is_tolerated(failure)).count()
}

/// How a case stands to the base, in a sentence; `None` where there is nothing to say of it.
pub(super) fn relation(comparison: &Comparison) -> Option<String> {
    let base = comparison.base.shown();
    match &comparison.relation {
        Relation::Same => Some(format!("unchanged since {base}, and run once for both")),
        Relation::Known(origin) => {
            Some(format!("unchanged since {base}, and not run: known from {origin}"))
        }
        Relation::Changed(_) => None,
        Relation::Nowhere(why) => Some(format!("not compared with {base}: {why}")),
    }
}

/// Lines with how many cases each is about, in the order in which they came up.
#[derive(Default)]
struct Told(Vec<(Weight, String, usize)>);

impl Told {
    fn add(&mut self, weight: Weight, line: String) {
        match self.0.iter_mut().find(|(_, known, _)| *known == line) {
            Some((.., times)) => *times += 1,
            None => self.0.push((weight, line, 1)),
        }
    }

    fn relation(&mut self, case: &CaseOutcome, comparison: &Comparison) {
        let weight = match comparison.relation {
            Relation::Nowhere(_) => Weight::Loud,
            _ => Weight::Quiet,
        };
        if let Some(line) = relation(comparison) {
            self.add(weight, line);
        }
        let reason =
            |it: &&crate::outcome::Excluded| it.reason.contains("before this change already");
        for left_out in case.head.excluded.iter().filter(reason) {
            self.add(
                Weight::Quiet,
                format!("left out: {}: {}", left_out.migration, left_out.reason),
            );
        }
    }

    fn lines(self) -> Vec<(Weight, String)> {
        let with_count = |(weight, line, times)| match times {
            1 => (weight, line),
            several => (weight, format!("{line} ({})", counted(several, "case"))),
        };
        self.0.into_iter().map(with_count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{failed_run, finish};
    use super::*;
    use crate::outcome::{CaseId, Event, Identity, KnownFailure, Origin, Phase, Standing, Verdict};

    fn compared(relation: Relation, fixed: Vec<KnownFailure>) -> RunOutcome {
        let mut run = failed_run();
        let base = Base { name: "origin/main".into(), commit: "1a2b3c4d5e6f7a8b".into() };
        let comparison = Box::new(Comparison { base, relation, fixed, there: None });
        run.add(&Event::Compared { case: CaseId(0), comparison });
        run
    }

    fn texts(run: &RunOutcome) -> Vec<String> {
        lines(run).into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn what_was_there_before_is_said_loudly_with_the_commit() {
        let mut run = compared(Relation::Changed(1), Vec::new());
        let failure = &mut run.cases[0].failures[0];
        (failure.standing, failure.is_forgiven) = (Standing::Before, true);
        finish(&mut run, 0, Verdict::Passed, None);
        let line = "there before this change, at origin/main (1a2b3c4d5e): 008_plugins.sql failed with 42703";
        assert_eq!(lines(&run), [(Weight::Loud, line.to_owned())]);
        assert_eq!(introduced(&run), 0);
    }

    #[test]
    fn what_is_fixed_is_told() {
        let identity = Identity {
            phase: Phase::Apply,
            migration: None,
            kind: "42P01".into(),
            objects: ["t".to_owned()].into(),
        };
        let fixed = KnownFailure { identity, message: "no table t\nmore".into() };
        let run = compared(Relation::Changed(1), vec![fixed]);
        assert_eq!(texts(&run), ["fixed by this change: apply: no table t …"]);
    }

    #[test]
    fn a_case_that_was_not_run_says_who_knows_what_it_comes_to() {
        let run = compared(Relation::Known(Origin::Cache), Vec::new());
        let line =
            "unchanged since origin/main (1a2b3c4d5e), and not run: known from an earlier run here";
        assert_eq!(texts(&run), [line]);
    }

    #[test]
    fn a_run_without_a_base_says_nothing_of_one() {
        assert!(lines(&failed_run()).is_empty());
    }
}
