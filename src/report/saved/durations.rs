use std::collections::BTreeMap;
use std::time::Duration;

use super::json::SavedReport;
use crate::outcome::Verdict;

/// How long each case took, by its name, as a JSON report of `run` tells it. Only cases that ran to their end count.
///
/// # Errors
///
/// Why the text is no such report.
pub fn saved_durations(text: &str) -> Result<BTreeMap<String, Duration>, String> {
    let report = SavedReport::parse(text)?;
    let ran =
        report.cases.iter().filter(|it| matches!(it.verdict, Verdict::Passed | Verdict::Failed));
    Ok(ran.map(|case| (case.name.clone(), case.took)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json;
    use crate::report::samples::{finish, run_of};

    #[test]
    fn cases_that_ran_tell_how_long_they_took() {
        let mut run = run_of(&["a@x/fresh", "b@x/fresh", "c@x/fresh", "d@x/fresh"]);
        finish(&mut run, 0, Verdict::Passed, None);
        finish(&mut run, 1, Verdict::Failed, None);
        finish(&mut run, 2, Verdict::Skipped, None);
        let durations = saved_durations(&json(&run)).unwrap();
        let took = Duration::from_millis(340);
        let expected = [("a@x/fresh".to_owned(), took), ("b@x/fresh".to_owned(), took)];
        assert_eq!(durations, BTreeMap::from(expected));
    }

    #[rstest::rstest]
    #[case("{", "it is no JSON: ")]
    #[case("[]", "it is no JSON report of `migration-replay run`")]
    #[case("{\"version\": 1, \"findings\": []}", "it is no JSON report of `migration-replay run`")]
    #[case("{\"version\": 2, \"cases\": []}", "its version is 2, and this program knows version 1")]
    #[case("{\"version\": 1, \"cases\": [{}]}", "a case in it has no name")]
    fn what_is_no_report_is_said_to_be_none(#[case] text: &str, #[case] why: &str) {
        let error = saved_durations(text).unwrap_err();
        assert!(error.starts_with(why), "{error}");
    }
}
