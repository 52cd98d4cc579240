use std::time::Duration;

use super::case::Changes;
use super::page::Page;
use super::*;
use crate::migration::MigrationId;
use crate::outcome::{
    CaseId, Coverage, Deed, Event, Excluded, Phase, SchemaChange, Unfilled, Verdict,
};
use crate::report::samples::{expected, finish, found, run_of, step, unexpected};

fn qualified() -> Qualified {
    Qualified {
        scenarios: vec![("scenarios/a.toml".into(), Some("to <2.0>".into()))],
        commit: Some("v1.9-2-g0123abc".into()),
        passes: vec![Pass::Apply, Pass::Rerun, Pass::Converge],
        left_out: vec![(Pass::RoundTrip, "001.sql has no way down".into())],
    }
}

/// Two seeds on two images; one of the four cases is not there.
fn run() -> RunOutcome {
    let mut run = run_of(&["a@x/fresh", "a@x/v1", "a@y/fresh"]);
    for (case, (image, seed)) in
        run.cases.iter_mut().zip([("x", "fresh"), ("x", "v1"), ("y", "fresh")])
    {
        case.head.image = image.into();
        case.head.seed = seed.into();
        case.server_version = "15.1".into();
        case.backend = "local";
    }
    run.cases[0].head.excluded.push(Excluded {
        migration: MigrationId::new("005.sql"),
        file: "m/005.sql".into(),
        reason: "a|b <script>".into(),
    });
    let mut all = vec![
        (0, step(Phase::Apply, Some("001.sql"), Verdict::Passed)),
        (0, step(Phase::Rerun, None, Verdict::Passed)),
        (1, step(Phase::Seed, None, Verdict::Passed)),
        (1, step(Phase::Apply, Some("008_plugins.sql"), Verdict::Failed)),
        (2, step(Phase::Apply, Some("008_plugins.sql"), Verdict::Failed)),
    ];
    for name in ["009.sql", "010.sql"] {
        let mut skipped = step(Phase::Apply, Some(name), Verdict::Skipped);
        skipped.reason = Some("not reached: 008_plugins.sql failed before".into());
        all.push((1, skipped));
    }
    for (case, step) in all {
        run.add(&Event::StepFinished { case: CaseId(case), step });
    }
    for case in [1, 2] {
        let failure = Box::new(unexpected(found()));
        run.add(&Event::FailureFound { case: CaseId(case), failure });
    }
    finish(&mut run, 0, Verdict::Passed, None);
    finish(&mut run, 1, Verdict::Failed, None);
    finish(&mut run, 2, Verdict::Failed, None);
    run
}

fn changed(run: &mut RunOutcome) {
    let change = SchemaChange {
        deed: Deed::Added,
        object: "table public.t".into(),
        text: "with 2 columns".into(),
    };
    run.add(&Event::Upgraded { case: CaseId(0), changes: vec![change] });
    let coverage = Coverage {
        tables: 2,
        filled: 1,
        unfilled: vec![Unfilled { table: "public.u".into(), reason: "it is a *view*".into() }],
    };
    run.add(&Event::RowsGenerated { case: CaseId(0), coverage });
    let mut hazard = expected(found());
    hazard.expected = false;
    hazard.found.query = Some("SELECT count(*) FROM t WHERE a < 1".into());
    run.add(&Event::HazardFound { case: CaseId(0), hazard: Box::new(hazard) });
    let mut accepted = expected(found());
    accepted.found.migration = Some(MigrationId::new("007.sql"));
    run.add(&Event::HazardFound { case: CaseId(0), hazard: Box::new(accepted) });
}

#[test]
fn the_verdict_comes_first_and_the_matrix_second() {
    let text = qualification_markdown(&qualified(), &run(), usize::MAX);
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(text.split("## Cases").next().unwrap(), @r#"
    # Upgrade qualification: a

    **✗ not qualified: 2 of 3 cases failed**

    - scenario: scenarios/a.toml: to &lt;2.0&gt;
    - commit: v1.9-2-g0123abc
    - when: 2026-05-28 20:26 UTC, in 0 ms
    - passes: apply, rerun, converge
    - servers: PostgreSQL 15.1 (local)
    - tool: migration-replay VERSION

    ## Releases and images

    | from | x | y |
    |---|---|---|
    | fresh | ✓ passed 340 ms | ✗ failed 340 ms, 1 failure |
    | v1 | ✗ failed 340 ms, 1 failure | no such case |

    ## Not covered by any case

    | what | why |
    |---|---|
    | the pass round-trip | 001.sql has no way down |
    "#);
}

#[test]
fn a_page_that_is_too_long_leaves_out_cases_and_says_so() {
    let whole = qualification_markdown(&qualified(), &run(), usize::MAX);
    let most = whole.len() - 1;
    let text = qualification_markdown(&qualified(), &run(), most);
    assert!(text.len() <= most, "{}", text.len());
    assert!(text.starts_with("# Upgrade qualification: a\n"), "{text}");
    assert!(text.contains("**Left out, for GitHub takes no longer page:** 1 case."), "{text}");
}

#[test]
fn a_case_tells_its_passes_and_what_it_does_not_cover() {
    let mut run = run();
    changed(&mut run);
    let text = qualification_markdown(&qualified(), &run, usize::MAX);
    let case = text.split("\n### ").nth(1).unwrap();
    insta::assert_snapshot!(case, @r#"
    a@x/fresh: ✓ passed

    - time: 340 ms
    - server: PostgreSQL 15.1 (local)
    - executed: 1 file, 4 statements
    - generated rows: 1 of 2 tables filled

    #### Passes

    | pass | verdict | time | more |
    |---|---|---|---|
    | apply | ✓ passed | 12 ms | 1 migration |
    | rerun | ✓ passed | 12 ms |  |
    | converge | not run |  | nothing to do |

    #### What the upgrade changes in the schema

    | change | object | more |
    |---|---|---|
    | added | table public.t | with 2 columns |

    #### Hazards and notes

    | where | what | ask production before |
    |---|---|---|
    | apply 008\_plugins.sql | column "scope" does not exist (SQLSTATE 42703) | SELECT count(\*) FROM t WHERE a &lt; 1 |

    #### Not covered, or known before

    | what | why |
    |---|---|
    | 005.sql | excluded: a\|b &lt;script&gt; |
    | the pass converge | nothing to do |
    | 007.sql failed with 42703 | the scenario accepts it |
    | table public.u | no generated rows: it is a \*view\* |
    "#);
}

#[test]
fn what_is_not_reached_is_told_and_what_failed_alike_is_told_once() {
    let page = Page::of(&qualified(), &run());
    let case = &page.cases[1];
    let told: Vec<_> = case.uncovered.iter().map(|it| format!("{}: {}", it.what, it.why)).collect();
    let reached = "apply 009.sql, 010.sql: not reached: 008_plugins.sql failed before";
    assert_eq!(told, [reached, "the pass rerun: not reached", "the pass converge: not reached"]);
    assert!(matches!(case.changes, Changes::Unknown));
    assert_eq!(case.failures[0].as_in, None);
    let earlier = ("case-2".to_owned(), "a@x/v1".to_owned());
    assert_eq!(page.cases[2].failures[0].as_in, Some(earlier));
}

#[test]
fn an_expected_failure_is_a_pass_that_was_known_before() {
    let mut run = run_of(&["a@x/v1"]);
    let failed = step(Phase::Apply, Some("008_plugins.sql"), Verdict::Failed);
    run.add(&Event::StepFinished { case: CaseId(0), step: failed });
    run.add(&Event::FailureFound { case: CaseId(0), failure: Box::new(expected(found())) });
    finish(&mut run, 0, Verdict::Passed, None);
    let page = Page::of(&qualified(), &run);
    let apply = &page.cases[0].passes[0];
    assert_eq!(apply.verdict, Some(Verdict::Passed));
    assert_eq!(apply.note, "1 migration, 1 failure as expected");
    assert!(page.cases[0].failures.is_empty());
    let known = page.cases[0].uncovered.iter().find(|it| it.why == "the scenario expects it");
    assert_eq!(known.unwrap().what, "008_plugins.sql failed with 42703");
}

#[test]
fn skipped_cases_and_broken_runs_are_in_the_headline() {
    let mut run = run_of(&["a@x/fresh", "a@y/fresh"]);
    finish(&mut run, 0, Verdict::Passed, None);
    finish(&mut run, 1, Verdict::Skipped, Some("no image"));
    let headline = |run: &RunOutcome| Page::of(&qualified(), run).headline;
    assert_eq!(headline(&run), "qualified: 1 of 2 cases passed; 1 case skipped");
    let (took, broken_off) = (Duration::ZERO, Some("interrupted".to_owned()));
    run.add(&Event::RunFinished { took, broken_off });
    assert!(headline(&run).starts_with("not known: "), "{}", headline(&run));
    assert!(headline(&run).ends_with("; the run was broken off: interrupted"));
}

/// What is between tags, with its entities read.
fn words(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<').skip(1) {
        text.push_str(piece.split_once('>').unwrap().1);
    }
    let read = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    read.replace("&amp;", "&").split_whitespace().collect()
}

/// The same of Markdown.
fn words_of_markdown(text: &str) -> String {
    let read =
        text.replace("<br>", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    read.replace('\\', "").split_whitespace().collect()
}

#[test]
fn markdown_and_html_say_the_same() {
    let mut run = run();
    changed(&mut run);
    let page = Page::of(&qualified(), &run);
    let html = words(&qualification_html(&qualified(), &run));
    let markdown = words_of_markdown(&qualification_markdown(&qualified(), &run, usize::MAX));
    let mut said = vec![page.headline.clone(), page.title.clone()];
    said.extend(page.facts.iter().map(|it| it.value.clone()));
    said.extend(
        page.uncovered
            .iter()
            .chain(page.cases.iter().flat_map(|it| &it.uncovered))
            .flat_map(|it| [it.what.clone(), it.why.clone()]),
    );
    for case in &page.cases {
        said.push(case.name.clone());
        said.extend(
            case.passes.iter().flat_map(|it| [it.name.clone(), it.note.clone(), it.took.clone()]),
        );
        said.extend(case.failures.iter().filter(|it| it.as_in.is_none()).map(|it| it.text.clone()));
        said.extend(
            case.hazards.iter().flat_map(|it| {
                [it.at.clone(), it.text.clone(), it.query.clone().unwrap_or_default()]
            }),
        );
        if let Changes::Told(rows) = &case.changes {
            said.extend(rows.iter().flat_map(|it| [it.object.clone(), it.text.clone()]));
        }
    }
    for text in said {
        let text: String = text.replace('\\', "").split_whitespace().collect();
        assert!(html.contains(&text), "not in the HTML: {text}");
        assert!(markdown.contains(&text), "not in the Markdown: {text}");
    }
}

#[test]
fn the_page_needs_nothing_beside_itself_and_tables_have_heads() {
    let mut run = run();
    changed(&mut run);
    let html = qualification_html(&qualified(), &run);
    for mark in ["<script", "<link", " src=", "http:", "https:", "@import", "url("] {
        assert!(!html.contains(mark), "{mark}");
    }
    assert!(html.contains("a|b &lt;script&gt;"), "texts are escaped");
    assert_eq!(
        html.matches("<th ").count() + html.matches("<th>").count(),
        html.matches("<th scope=").count()
    );
    let link = "<a href=\"#case-2\"><span class=\"verdict failed\">";
    assert!(html.contains(link) && html.contains("id=\"case-2\""), "{html}");
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"));
}
