use super::super::super::samples::{failed_run, finish, found, run_of, unexpected};
use super::*;
use crate::outcome::{Blame, CaseId, Event, RunOutcome, Shard, ShardPart};
use crate::report::{json, junit};

/// Two shards of one run: in the first a case failed, in the second all passed.
fn shards() -> [RunOutcome; 2] {
    let part = |number| ShardPart {
        shard: Shard::new(number, 2).unwrap(),
        all_cases: 3,
        division: "0a".into(),
        run: "f1".into(),
    };
    let mut second = run_of(&["b@x/fresh", "c&<@x/fresh"]);
    finish(&mut second, 0, Verdict::Passed, None);
    finish(&mut second, 1, Verdict::Passed, None);
    second.took = Duration::from_millis(600);
    let mut shards = [failed_run(), second];
    for (run, number) in shards.iter_mut().zip(1..) {
        run.shard = Some(part(number));
    }
    shards
}

fn files(runs: &[RunOutcome]) -> Vec<SavedFile> {
    let both = runs.iter().enumerate().flat_map(|(number, run)| {
        [(format!("{number}.xml"), junit(run)), (format!("{number}.json"), json(run))]
    });
    both.collect()
}

fn merged(runs: &[RunOutcome]) -> Merged {
    merge_reports(&files(runs), None).unwrap()
}

#[test]
fn shards_are_one_report_with_true_totals() {
    let merged = merged(&shards());
    assert_eq!((merged.problems, merged.warnings), (Vec::new(), Vec::new()));
    assert_eq!(merged.ending, Ending::MigrationFailed);
    assert_eq!(merged.summary, "failed: a@postgres:17.2/fresh\n3 cases: 2 passed, 1 failed\n");
    let report: Value = serde_json::from_str(&merged.json.unwrap()).unwrap();
    assert_eq!((&report["version"], &report["verdict"]), (&json!(1), &json!("failed")));
    assert_eq!(report["duration_ms"], json!(4000.0));
    let names: Vec<_> =
        report["cases"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["a@postgres:17.2/fresh", "b@x/fresh", "c&<@x/fresh"]);
    let junit = merged.junit.unwrap();
    let root = "<testsuites tests=\"6\" failures=\"1\" errors=\"0\" time=\"0.036000\">";
    assert!(junit.contains(root), "{junit}");
    for (id, suite) in suites::read(&junit).unwrap().iter().enumerate() {
        assert!(junit.contains(&format!(" id=\"{id}\" tests=\"{}\"", suite.tests)), "{junit}");
    }
}

#[test]
fn what_is_in_a_suite_stays_as_it_was() {
    let [first, _] = shards();
    let text = junit(&first);
    let inner = |text: &str| {
        let from = text.find("<properties>").unwrap();
        text[from..text.find("</testsuite>").unwrap()].to_owned()
    };
    assert_eq!(inner(&merged(&[first]).junit.unwrap()), inner(&text));
}

#[test]
fn a_shard_that_is_missing_is_never_green() {
    let [_, second] = shards();
    let merged = merged(&[second]);
    assert_eq!(merged.problems, ["shard 1/2 never reported"]);
    assert_eq!(merged.ending, Ending::Environment);
    let junit = merged.junit.as_ref().unwrap();
    assert!(junit.contains("<testcase name=\"shard 1/2 never reported\""), "{junit}");
    assert_eq!(suites::read(junit).unwrap().last().unwrap().errors, 1);
    let report: Value = serde_json::from_str(merged.json.as_ref().unwrap()).unwrap();
    assert_eq!(report["verdict"], "errored");
    assert_eq!(report["incomplete"], json!(["shard 1/2 never reported"]));
    let page = merged.markdown(10_000).unwrap();
    assert!(page.contains("\n**Incomplete:** shard 1/2 never reported\n"), "{page}");
    let again = merge_reports(&[("all.json".into(), merged.json.unwrap())], None).unwrap();
    assert_eq!(again.ending, Ending::Environment, "also when it is merged again");
}

#[test]
fn the_page_of_a_merged_run_shows_what_that_of_a_run_shows() {
    let page = merged(&shards()).markdown(10_000).unwrap();
    let row = "| <code>a@postgres:17.2/fresh</code> | ❌ failed | 340 ms | 008&#95;plugins.sql failed with 42703 |";
    assert!(page.contains(row), "{page}");
    let failure = "\
error[42703]: column \"scope\" does not exist
 --> migrations/008_plugins.sql:5:11
  = step: apply 008_plugins.sql
  = reproduce: migration-replay run a.toml --filter 'a@any/fresh'
";
    assert!(page.contains(failure), "{page}");
    assert!(
        page.contains(
            "- <code>005&#95;vector.sql</code>: needs the vector extension (1 of 3 cases)"
        )
    );
    assert!(page.contains(
        "<code>009&#95;more.sql</code> (not reached: 008&#95;plugins.sql failed before)"
    ));
}

#[test]
fn a_merged_run_ends_as_the_runs_would_together() {
    let one = |verdict, blame: Option<Blame>| {
        let mut run = run_of(&["a@x/fresh"]);
        if let Some(blame) = blame {
            let mut failure = unexpected(found());
            failure.found.blame = blame;
            run.add(&Event::FailureFound { case: CaseId(0), failure: Box::new(failure) });
        }
        finish(&mut run, 0, verdict, None);
        run
    };
    let refused = RunOutcome { broken_off: Some("a.toml: no".into()), ..RunOutcome::default() };
    let mut stopped = run_of(&["a@x/fresh"]);
    stopped.broken_off = Some("SIGTERM".into());
    for (run, ending) in [
        (one(Verdict::Passed, None), Ending::AsExpected),
        (one(Verdict::Failed, Some(Blame::Migration)), Ending::MigrationFailed),
        (one(Verdict::Errored, Some(Blame::Environment)), Ending::Environment),
        (one(Verdict::Errored, None), Ending::Environment),
        (one(Verdict::Skipped, None), Ending::NothingDone),
        (stopped, Ending::Environment),
    ] {
        assert_eq!(run.ending(), ending);
        for (file, text) in files(&[run]) {
            assert_eq!(
                merge_reports(&[(file.clone(), text)], None).unwrap().ending,
                ending,
                "{file}"
            );
        }
    }
    let of_scenario = one(Verdict::Errored, Some(Blame::Scenario));
    assert_eq!(merged(&[of_scenario]).ending, Ending::WrongInput);
    assert_eq!(merged(&[refused]).ending, Ending::WrongInput);
}

#[rstest::rstest]
#[case("<testsuites><testsuite name='a'>", "it ends within <testsuites><testsuite>")]
#[case("<testsuites><testsuite></testsuites>", "it is no XML: ")]
#[case("<html></html>", "it is no JUnit report: it begins with <html>")]
#[case("<!DOCTYPE x><testsuites/>", "it has a document type")]
#[case("", "it is no JSON: ")]
fn a_file_that_is_no_report_is_refused(#[case] text: &str, #[case] why: &str) {
    let files = [("a".to_owned(), text.to_owned())];
    let problems = merge_reports(&files, None).unwrap_err();
    assert!(problems.to_string().starts_with(&format!("a: {why}")), "{problems}");
}

#[test]
fn junit_files_of_others_are_counted_anew() {
    let text = "<testsuite name='x &quot;y' tests='9' skipped='7'><testcase name='t'><failure/></testcase>\
                <testcase name='u'><system-out><![CDATA[<testcase>]]></system-out></testcase></testsuite>";
    let merged = merge_reports(&[("a.xml".into(), text.into())], None).unwrap();
    let junit = merged.junit.unwrap();
    let suite = "<testsuite name=\"x &quot;y\" id=\"0\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">";
    assert!(junit.contains(suite), "{junit}");
    assert_eq!(merged.ending, Ending::MigrationFailed);
}
