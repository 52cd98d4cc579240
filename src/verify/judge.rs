use super::generated::is_hazard;
use crate::migration::{MigrationId, Pattern};
use crate::outcome::{Blame, Failure, Found, Phase, Standing, Verdict};
use crate::place::Located;
use crate::plan::CasePlan;
use crate::scenario::{Accept, ExpectedFailure};

/// What a case comes to.
#[derive(Debug)]
pub struct Judgement {
    /// Every failure, expected or not, and those that did not happen.
    pub failures: Vec<Failure>,
    /// What fails nothing; `expected` where the scenario accepts it.
    pub hazards: Vec<Failure>,
    /// The case's verdict.
    pub verdict: Verdict,
}

/// Holds what was found against what was expected. An expected failure that did not happen is a
/// failure; any failure that was not expected is one.
#[must_use]
pub fn judge(case: &CasePlan, found: Vec<Found>) -> Judgement {
    let stale: Vec<_> = stale_accepts(case, &found).collect();
    let (notes, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.is_note);
    let (expected, open) = hold_against(case, &found);
    let mut failures: Vec<_> = found.into_iter().zip(expected).collect();
    for expected in open {
        let instead = failures
            .iter()
            .find(|(found, known)| !known && found.phase == Phase::from(expected.pass));
        let missing = did_not_happen(expected, instead.map(|(found, _)| found));
        failures.push((missing, false));
    }
    failures.extend(stale_findings(case).chain(stale).map(|found| (found, false)));
    let judged = |(found, expected)| Failure {
        found,
        expected,
        standing: Standing::Unknown,
        is_forgiven: false,
        reproduce: case.reproduce.clone(),
    };
    let (generated, failures): (Vec<_>, Vec<_>) =
        failures.into_iter().partition(|(found, expected)| !expected && is_hazard(case, found));
    let failures: Vec<_> = failures.into_iter().map(judged).collect();
    let is_accepted = |note: &Found| case.expect().accepts.iter().any(|it| accepts(it, note, case));
    let hazards = notes.into_iter().chain(generated.into_iter().map(|(found, _)| found));
    let hazards = hazards.map(|note| {
        let expected = is_accepted(&note);
        judged((note, expected))
    });
    Judgement { verdict: verdict_of(&failures), hazards: hazards.collect(), failures }
}

/// Which of the findings were expected, in their order.
#[must_use]
pub fn are_expected(case: &CasePlan, found: &[Found]) -> Vec<bool> {
    hold_against(case, found).0
}

/// Which of the findings were expected, and which expected failures did not happen.
fn hold_against<'c>(case: &'c CasePlan, found: &[Found]) -> (Vec<bool>, Vec<&'c ExpectedFailure>) {
    let mut open: Vec<&ExpectedFailure> = case.expected_failures.iter().collect();
    let mut take = |found: &Found| {
        let position = open.iter().position(|expected| matches(expected, found, case));
        if let Some(position) = position {
            open.remove(position);
        }
        position.is_some() || case.expect().accepts.iter().any(|it| accepts(it, found, case))
    };
    let expected = found.iter().map(&mut take).collect();
    (expected, open)
}

/// The verdict that failures come to; what is tolerated does not count.
pub(super) fn verdict_of(failures: &[Failure]) -> Verdict {
    let unexpected = || failures.iter().filter(|failure| !failure.is_tolerated());
    if unexpected().any(|failure| failure.found.blame == Blame::Migration) {
        Verdict::Failed
    } else if unexpected().next().is_some() {
        Verdict::Errored
    } else {
        Verdict::Passed
    }
}

fn matches(expected: &ExpectedFailure, found: &Found, case: &CasePlan) -> bool {
    let means = |wanted: &Located<String>, is_it: &dyn Fn(&MigrationId) -> bool| {
        let Ok(pattern) = Pattern::new(&wanted.value) else { return false };
        case.set.matching(&pattern).any(|migration| is_it(&migration.id))
    };
    let same_migration = expected
        .migration
        .as_ref()
        .is_none_or(|wanted| means(wanted, &|id| found.migration.as_ref() == Some(id)));
    let is_blamed = |id: &MigrationId| {
        found.culprits.iter().any(|culprit| culprit.migration.as_ref() == Some(id))
    };
    let same_culprit = expected.culprit.as_ref().is_none_or(|wanted| means(wanted, &is_blamed));
    let same_state = expected
        .sqlstate
        .as_ref()
        .is_none_or(|wanted| found.error.sqlstate.as_ref() == Some(wanted));
    let same_cause =
        expected.cause.is_none_or(|wanted| found.cause == Some(wanted) && found.certain);
    let same_objects = expected.differences.as_ref().is_none_or(|wanted| {
        let (mut wanted, mut objects) = (wanted.clone(), found.objects.clone());
        wanted.sort();
        objects.sort();
        wanted == objects
    });
    found.blame != Blame::Environment
        && Phase::from(expected.pass) == found.phase
        && same_migration
        && same_state
        && same_cause
        && same_culprit
        && same_objects
}

/// Whether a finding is declared as known.
fn accepts(accept: &Accept, found: &Found, case: &CasePlan) -> bool {
    let is_migration = accept.migration.as_ref().is_none_or(|wanted| {
        Pattern::new(&wanted.value).is_ok_and(|pattern| {
            let mut meant = case.set.matching(&pattern);
            meant.any(|migration| found.migration.as_ref() == Some(&migration.id))
        })
    });
    let is_about =
        accept.object.as_ref().is_none_or(|wanted| found.objects.contains(&wanted.value));
    found.blame == Blame::Migration
        && Phase::from(accept.pass) == found.phase
        && is_migration
        && is_about
}

/// Findings that are declared as known, and are not there any more. A pass that was not reached has none.
fn stale_accepts<'c>(case: &'c CasePlan, found: &'c [Found]) -> impl Iterator<Item = Found> + 'c {
    let has_ended = !found.iter().any(|it| it.phase < Phase::Reexecute && !it.is_note);
    let declared = case.expect().accepts.iter().filter(move |_| has_ended);
    let stale = declared.filter(|accept| !found.iter().any(|it| accepts(accept, it, case)));
    stale.map(|accept| {
        let about = [&accept.migration, &accept.object].into_iter().flatten();
        let about: Vec<_> = about.map(|it| it.value.as_str()).collect();
        let message = format!(
            "{} is accepted in the pass {}, and is not found any more",
            about.join(", "),
            accept.pass
        );
        let mut found = Found::new(Phase::Expect, Blame::Migration, message);
        found.place.clone_from(&accept.place);
        found.error.hint = Some("remove this [[accept]]".into());
        found
    })
}

/// `instead` is what went wrong in the same pass, and was not expected.
fn did_not_happen(expected: &ExpectedFailure, instead: Option<&Found>) -> Found {
    let at = expected.migration.as_ref().map_or(String::new(), |it| format!(" of {}", it.value));
    let state =
        expected.sqlstate.as_ref().map_or(String::new(), |state| format!(" with SQLSTATE {state}"));
    let pass = expected.pass;
    let cause = expected.cause.map_or(String::new(), |cause| format!(", cause {cause}"));
    let culprit =
        expected.culprit.as_ref().map_or(String::new(), |it| format!(", blamed on {}", it.value));
    let message = format!(
        "the expected failure{at} in the pass {pass}{state}{cause}{culprit} did not happen"
    );
    let mut found = Found::new(Phase::Expect, Blame::Migration, message);
    found.place.clone_from(&expected.place);
    found.details = match (&expected.differences, instead) {
        (Some(wanted), Some(instead)) => compare_names(wanted, &instead.objects),
        (Some(wanted), None) => vec![format!("expected to differ: {}", wanted.join(", "))],
        (None, Some(instead)) => {
            let cause = instead.cause.map_or(String::new(), |cause| {
                let perhaps = if instead.certain { "" } else { "perhaps " };
                let blamed = instead.culprits.iter().filter_map(|it| it.migration.as_ref());
                let blamed: Vec<_> = blamed.map(MigrationId::as_str).collect();
                let on = if blamed.is_empty() { "nobody".into() } else { blamed.join(", ") };
                format!(", cause {perhaps}{cause}, blamed on {on}")
            });
            vec![format!("what happened instead: {}{cause}", instead.error)]
        }
        (None, None) => Vec::new(),
    };
    found.error.hint = Some(
        "if it was mended, remove this [[expect.failure]]; else make it say what happens".into(),
    );
    found
}

/// Which of the expected objects do not differ, and which others do.
fn compare_names(wanted: &[String], differing: &[String]) -> Vec<String> {
    let without = |all: &[String], others: &[String]| {
        let rest = all.iter().filter(|name| !others.contains(name));
        rest.cloned().collect::<Vec<_>>().join(", ")
    };
    let told = [
        ("expected to differ, and do not", without(wanted, differing)),
        ("differ, and were not expected to", without(differing, wanted)),
    ];
    let lines = told.into_iter().filter(|(_, names)| !names.is_empty());
    lines.map(|(what, names)| format!("{what}: {names}")).collect()
}

/// Findings that the scenario declares as known, and that are not there any more.
fn stale_findings(case: &CasePlan) -> impl Iterator<Item = Found> {
    case.stale_findings.iter().map(|finding| {
        let message = format!("{} is declared as known, but the files have none", finding.value);
        let mut found = Found::new(Phase::Expect, Blame::Migration, message);
        found.place.clone_from(&finding.place);
        found.error.hint = Some(format!("remove {:?} from `check`", finding.value.name()));
        found
    })
}
