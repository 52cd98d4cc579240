use super::super::samples::{failed_run, finish, found, run_of, unexpected};
use super::*;
use crate::outcome::{Base, CaseId, Comparison, Event, Relation, Standing};
use crate::place::Problem;

#[test]
fn every_case_is_a_row_and_failures_are_told_below() {
    let text = markdown(&failed_run(), LONGEST_MARKDOWN);
    assert!(text.starts_with("## migration-replay: 1 case: 1 failed\n"), "{text}");
    let row = "| <code>a@postgres:17.2/fresh</code> | ❌ failed | 340 ms | 008&#95;plugins.sql failed with 42703 |";
    assert!(text.contains(row), "{text}");
    assert!(text.contains("<summary><code>a@postgres:17.2/fresh</code>: 1 failure</summary>"));
    assert!(text.contains("\n```text\nerror[42703]"), "{text}");
}

#[test]
fn what_was_not_run_is_named_with_the_reason() {
    let text = markdown(&failed_run(), LONGEST_MARKDOWN);
    let end = "\
### Left out on purpose

- <code>005&#95;vector.sql</code>: needs the vector extension (1 of 1 cases)

### Not reached

- <code>a@postgres:17.2/fresh</code>: <code>009&#95;more.sql</code> (not reached: 008&#95;plugins.sql failed before)
";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn what_should_be_looked_at_is_told_with_its_place() {
    let mut run = run_of(&["a@x/fresh"]);
    finish(&mut run, 0, Verdict::Passed, None);
    run.input = Problem::warning("2 files have the version 1").path("db").help("renumber").into();
    run.add(&Event::Warning { text: "the server was changed".into() });
    let text = markdown(&run, LONGEST_MARKDOWN);
    let lines = "\n- warning: db: 2 files have the version 1 (renumber)\n- warning: the server was changed\n";
    assert!(text.contains(lines), "{text}");
}

#[test]
fn names_cannot_break_the_table() {
    let mut run = run_of(&["a|b<script>@x/fresh"]);
    finish(&mut run, 0, Verdict::Skipped, Some("no\nimage"));
    let text = markdown(&run, LONGEST_MARKDOWN);
    let row = "| <code>a&#124;b&lt;script&gt;@x/fresh</code> | ⏭️ skipped | 340 ms | no … |";
    assert!(text.contains(row), "{text}");
}

/// GitHub shows nothing of a page that is too long.
#[rstest::rstest]
#[case(4_000)]
#[case(2_000)]
#[case(200)]
#[case(0)]
fn a_page_is_cut_below_the_size_that_is_taken_and_says_so(#[case] most: usize) {
    let names: Vec<_> = (0..60).map(|it| format!("case-{it}@postgres:17/fresh")).collect();
    let mut run = run_of(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for case in 0..60 {
        let verdict = if case == 59 { Verdict::Failed } else { Verdict::Passed };
        if verdict == Verdict::Failed {
            let failure = Box::new(unexpected(found()));
            run.add(&Event::FailureFound { case: CaseId(case), failure });
        }
        finish(&mut run, case, verdict, None);
    }
    let text = markdown(&run, most);
    assert!(text.len() <= most, "{} bytes", text.len());
    if most > 300 {
        assert!(text.contains("| <code>case-59@postgres:17/fresh</code> | ❌ failed"), "{text}");
        assert!(text.contains("error[42703]"), "{text}");
        assert!(text.contains("**Left out, for GitHub takes no longer page:** "), "{text}");
    }
}

#[test]
fn failures_that_do_not_fit_are_counted() {
    let names: Vec<_> = (0..20).map(|it| format!("case-{it}@postgres:17/fresh")).collect();
    let mut run = run_of(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for case in 0..20 {
        let failure = Box::new(unexpected(found()));
        run.add(&Event::FailureFound { case: CaseId(case), failure });
        finish(&mut run, case, Verdict::Failed, None);
    }
    let text = markdown(&run, 6_000);
    assert!(text.len() <= 6_000, "{} bytes", text.len());
    let shown = text.matches("error[42703]").count();
    let left_out = format!("takes no longer page:** {} failure texts. The JUnit", 20 - shown);
    assert!(shown > 0 && text.contains(&left_out), "{text}");
}

#[test]
fn a_run_that_was_refused_says_so_and_why() {
    let why = "a.toml:1:1: unknown key `imag`\nb.toml:2:1: unknown key `sed`";
    let run = RunOutcome { broken_off: Some(why.into()), ..RunOutcome::default() };
    let text = markdown(&run, LONGEST_MARKDOWN);
    let expected =
        format!("## migration-replay: no case\n\nnothing was run:\n\n```text\n{why}\n```\n");
    assert_eq!(text, expected);
}

#[test]
fn what_comparing_with_the_base_came_to_is_told() {
    let mut run = failed_run();
    let failure = &mut run.cases[0].failures[0];
    (failure.standing, failure.is_forgiven) = (Standing::Before, true);
    let base = Base { name: "origin/main".into(), commit: "1a2b3c4d5e6f".into() };
    let relation = Relation::Changed(1);
    let comparison = Box::new(Comparison { base, relation, fixed: Vec::new(), there: None });
    run.add(&Event::Compared { case: CaseId(0), comparison });
    finish(&mut run, 0, Verdict::Passed, None);
    let text = markdown(&run, LONGEST_MARKDOWN);
    assert!(text.contains("- there before this change, at origin/main (1a2b3c4d5e): "), "{text}");
    assert!(!text.contains("<details open>"), "{text}");
}
