use std::time::Duration;

use super::*;
use crate::outcome::{Phase, Verdict};
use crate::report::samples::{run_of, step};

fn line(event: &Event) -> Option<String> {
    plain_line(event, &run_of(&["a@any/fresh"]))
}

#[test]
fn tells_cases_and_servers() {
    let (case, took) = (CaseId(0), Duration::from_millis(340));
    let finished = |verdict, reason: Option<&str>| Event::CaseFinished {
        case,
        verdict,
        reason: reason.map(str::to_owned),
        took,
    };
    let events = [
        Event::ServerReady { server: "postgres:17 (container)".into(), took },
        Event::CaseStarted { case, backend: "container", server_version: "17.2".into() },
        Event::CaseRestarted { case, reason: "roles changed".into() },
        Event::Warning { text: "look\u{1b}[31m".into() },
        finished(Verdict::Failed, None),
        finished(Verdict::Skipped, Some("no server")),
    ];
    let lines: Vec<_> = events.iter().filter_map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    server ready: postgres:17 (container) in 340 ms
    started: a@any/fresh on PostgreSQL 17.2 (container)
    again: a@any/fresh: roles changed
    warning: look\u{1b}[31m
    failed: a@any/fresh in 340 ms
    skipped: a@any/fresh: no server
    "#);
}

#[test]
fn does_not_tell_every_migration() {
    let step = step(Phase::Apply, Some("001.sql"), Verdict::Passed);
    assert_eq!(line(&Event::StepFinished { case: CaseId(0), step }), None);
}
