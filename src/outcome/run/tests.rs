use super::*;
use crate::outcome::Blame;
use crate::outcome::{Found, Standing};

fn run_of(verdicts: &[(Verdict, Option<Blame>)]) -> RunOutcome {
    let head = CaseHead {
        layout: "numbered",
        inputs: None,
        name: "a@any/fresh".into(),
        scenario: "a.toml".into(),
        image: "any".into(),
        seed: "fresh".into(),
        migrations: 1,
        excluded: Vec::new(),
    };
    let mut run = RunOutcome::default();
    let cases = vec![head; verdicts.len()];
    run.add(&Event::RunStarted { at: SystemTime::UNIX_EPOCH, commit: None, cases });
    for (position, (verdict, blame)) in verdicts.iter().enumerate() {
        let case = CaseId(position);
        if let Some(blame) = blame {
            let found = Found::new(Phase::Apply, *blame, "broken");
            let failure = Failure {
                found,
                expected: false,
                standing: Standing::Unknown,
                is_forgiven: false,
                reproduce: String::new(),
            };
            run.add(&Event::FailureFound { case, failure: Box::new(failure) });
        }
        let took = Duration::ZERO;
        run.add(&Event::CaseFinished { case, verdict: *verdict, reason: None, took });
    }
    run
}

#[rstest::rstest]
#[case::all_passed(&[(Verdict::Passed, None)], 0)]
#[case::failed(&[(Verdict::Passed, None), (Verdict::Failed, Some(Blame::Migration))], 1)]
#[case::scenario(&[(Verdict::Errored, Some(Blame::Scenario))], 2)]
#[case::environment(&[(Verdict::Errored, None)], 3)]
#[case::nothing(&[], 4)]
#[case::all_skipped(&[(Verdict::Skipped, None)], 4)]
#[case::some_skipped(&[(Verdict::Skipped, None), (Verdict::Passed, None)], 0)]
#[case::failed_before_environment(
    &[(Verdict::Errored, Some(Blame::Environment)), (Verdict::Failed, Some(Blame::Migration))],
    1
)]
#[case::usage_before_failed(
    &[(Verdict::Errored, Some(Blame::Scenario)), (Verdict::Failed, Some(Blame::Migration))],
    2
)]
fn the_exit_code_follows_the_documented_order(
    #[case] verdicts: &[(Verdict, Option<Blame>)],
    #[case] code: u8,
) {
    assert_eq!(run_of(verdicts).ending().code(), code);
}

#[test]
fn a_case_that_the_run_never_came_to_is_errored() {
    let mut run = run_of(&[]);
    run.cases.push(CaseOutcome::new(CaseHead {
        layout: "numbered",
        inputs: None,
        name: "b@any/fresh".into(),
        scenario: "b.toml".into(),
        image: "any".into(),
        seed: "fresh".into(),
        migrations: 1,
        excluded: Vec::new(),
    }));
    assert_eq!(run.verdict(), Verdict::Errored);
    assert_eq!(run.ending().code(), 3);
}

#[test]
fn a_restarted_case_forgets_what_it_reported() {
    let mut run = run_of(&[(Verdict::Failed, Some(Blame::Migration))]);
    run.add(&Event::CaseRestarted { case: CaseId(0), reason: "roles changed".into() });
    assert!(run.cases[0].failures.is_empty());
}
