use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;

use super::super::facts::VERDICTS;
use super::super::text::{counted, first_line, stamp};
use super::combine::{About, Combined, combine};
use super::json::{SavedCase, SavedReport};
use super::suites::{self, Suite};
use crate::outcome::{Ending, Verdict};
use crate::place::{Problem, Problems};
use crate::report::markdown::{self, RunView};

/// A report file that somebody kept: its name, and what it holds.
pub type SavedFile = (String, String);

/// Reports of several runs, put together.
#[derive(Debug)]
pub struct Merged {
    /// The JUnit file; none where no report was one.
    pub junit: Option<String>,
    /// The JSON report; none where no report was one.
    pub json: Option<String>,
    /// What was reported twice.
    pub warnings: Vec<String>,
    /// Why the reports cannot be all.
    pub problems: Vec<String>,
    /// How the whole ended: as the worst of its cases, and as the environment's fault where something is missing.
    pub ending: Ending,
    /// What a person needs: cases that are not as they should be, and totals.
    pub summary: String,
    view: Option<RunView>,
}

impl Merged {
    /// The whole as Markdown of at most so many bytes; none where no report was JSON.
    #[must_use]
    pub fn markdown(&self, most: usize) -> Option<String> {
        self.view.as_ref().map(|view| markdown::render(view, most))
    }
}

/// Puts reports together, JUnit files and JSON reports each into one. `expect` is how many shards there are, where the reports
/// do not say it.
///
/// # Errors
///
/// Every file that is neither.
pub fn merge_reports(files: &[SavedFile], expect: Option<usize>) -> Result<Merged, Problems> {
    let (mut jsons, mut junits) = (Vec::new(), Vec::new());
    let mut problems = Problems::default();
    for (file, text) in files {
        let read = match text.trim_start_matches('\u{feff}').trim_start().chars().next() {
            Some('<') => suites::read(text).map(|it| junits.push(SavedSuites::of(file, it))),
            _ => SavedReport::parse(text).map(|it| jsons.push((file.as_str(), it))),
        };
        if let Err(why) = read {
            let help = "report merge takes what `run` wrote with --junit and --json";
            problems.push(Problem::error(why).path(file).help(help));
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let mut whole = Whole::default();
    let json = (!jsons.is_empty()).then(|| whole.jsons(&jsons, expect));
    let junit = (!junits.is_empty()).then(|| whole.junits(&junits, expect));
    let view = json.as_ref().map(|(_, view)| view.clone());
    let ending = if whole.problems.is_empty() {
        whole.ending.or_worse(whole.if_nothing_ran())
    } else {
        whole.ending.or_worse(Ending::Environment)
    };
    Ok(Merged {
        junit,
        json: json.map(|(json, _)| json),
        summary: whole.summary(),
        warnings: whole.warnings,
        problems: whole.problems,
        ending,
        view,
    })
}

/// A JUnit file.
struct SavedSuites {
    about: About,
    suites: Vec<Suite>,
}

impl SavedSuites {
    /// What a shard without cases tells is known by then.
    fn of(file: &str, mut suites: Vec<Suite>) -> Self {
        let started_at = suites.iter().map(Suite::started_at).min();
        let shard = suites.iter().find_map(Suite::part);
        suites.retain(|suite| !suite.is_of_empty_shard());
        let about = About {
            file: file.to_owned(),
            started_at: started_at.unwrap_or(SystemTime::UNIX_EPOCH),
            shard,
            cases: suites.iter().map(|suite| suite.name.clone()).collect(),
        };
        Self { about, suites }
    }
}

/// What is known of the whole so far.
#[derive(Default)]
struct Whole {
    ending: Ending,
    warnings: Vec<String>,
    problems: Vec<String>,
    /// Name and verdict of each case.
    cases: Vec<(String, Verdict)>,
}

impl Whole {
    fn jsons(
        &mut self,
        reports: &[(&str, SavedReport)],
        expect: Option<usize>,
    ) -> (String, RunView) {
        let about = reports.iter().map(|(file, report)| About {
            file: (*file).to_owned(),
            started_at: report.started_at,
            shard: report.shard.clone(),
            cases: report.cases.iter().map(|case| case.name.clone()).collect(),
        });
        let combined = combine(&about.collect::<Vec<_>>(), expect);
        let kept: Vec<_> =
            combined.keep.iter().map(|(it, cases)| (&reports[*it].1, cases)).collect();
        let earlier = kept.iter().flat_map(|(report, _)| report.problems.clone());
        self.take(&combined);
        self.problems.extend(earlier);
        let cases: Vec<&SavedCase> =
            kept.iter().flat_map(|(it, cases)| cases.iter().map(|case| &it.cases[*case])).collect();
        self.cases = cases.iter().map(|case| (case.name.clone(), case.verdict)).collect();
        let ran = cases.iter().filter(|case| case.verdict != Verdict::Skipped);
        self.ending = ran.map(|case| case.ending()).fold(self.ending, Ending::or_worse);
        for (report, _) in kept.iter().filter(|(report, _)| report.broken_off.is_some()) {
            let is_refused = report.cases.is_empty();
            let why = if is_refused { Ending::WrongInput } else { Ending::Environment };
            self.ending = self.ending.or_worse(why);
        }
        let reports: Vec<_> = kept.iter().map(|(report, _)| *report).collect();
        let broken_off = broken_off(&reports);
        let warnings = warnings(&reports);
        let view = RunView::of_saved(broken_off.clone(), &self.problems, &warnings, &cases);
        (self.json(&reports, broken_off, &cases), view)
    }

    fn json(
        &self,
        reports: &[&SavedReport],
        broken_off: Option<String>,
        cases: &[&SavedCase],
    ) -> String {
        let took: Duration = reports.iter().map(|report| report.took).sum();
        let started = reports.iter().map(|report| report.started_at).min();
        let started = stamp(started.unwrap_or(SystemTime::UNIX_EPOCH));
        let mut json = Map::new();
        json.insert("version".into(), 1.into());
        json.insert("tool".into(), reports.first().map_or("", |it| it.tool.as_str()).into());
        json.insert("started_at".into(), started.format(&Rfc3339).unwrap_or_default().into());
        json.insert("duration_ms".into(), json!((took.as_secs_f64() * 1e6).round() / 1e3));
        json.insert("verdict".into(), self.verdict(broken_off.is_some()).name().into());
        if let Some(why) = broken_off {
            json.insert("broken_off".into(), why.into());
        }
        if !self.problems.is_empty() {
            json.insert("incomplete".into(), json!(self.problems));
        }
        let warnings = warnings(reports);
        if !warnings.is_empty() {
            json.insert("warnings".into(), json!(warnings));
        }
        let cases: Vec<_> = cases.iter().map(|case| case.json.clone()).collect();
        json.insert("cases".into(), Value::Array(cases));
        // Values are always JSON.
        serde_json::to_string_pretty(&json).unwrap_or_default() + "\n"
    }

    fn junits(&mut self, files: &[SavedSuites], expect: Option<usize>) -> String {
        let about: Vec<_> = files.iter().map(|file| file.about.clone()).collect();
        let combined = combine(&about, expect);
        self.take(&combined);
        let kept = combined.keep.iter();
        let suites =
            kept.flat_map(|(it, cases)| cases.iter().map(|case| &files[*it].suites[*case]));
        let suites: Vec<_> = suites.collect();
        let ran = suites.iter().map(|suite| suite.ending()).filter(|it| *it != Ending::NothingDone);
        self.ending = ran.fold(self.ending, Ending::or_worse);
        if self.cases.is_empty() {
            self.cases =
                suites.iter().map(|it| (it.name.clone(), verdict_of(it.ending()))).collect();
        }
        suites::write(&suites, &self.problems)
    }

    /// What was told of one kind of reports is not told again of the other.
    fn take(&mut self, combined: &Combined) {
        for (all, new) in
            [(&mut self.warnings, &combined.warnings), (&mut self.problems, &combined.problems)]
        {
            for text in new {
                if !all.contains(text) {
                    all.push(text.clone());
                }
            }
        }
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.cases.iter().filter(|(_, it)| *it == verdict).count()
    }

    /// The rule of [`RunOutcome`](crate::outcome::RunOutcome).
    fn verdict(&self, is_broken_off: bool) -> Verdict {
        let is_incomplete = is_broken_off || !self.problems.is_empty();
        match (self.count(Verdict::Failed), self.count(Verdict::Errored)) {
            (1.., _) => Verdict::Failed,
            (0, 1..) => Verdict::Errored,
            _ if is_incomplete => Verdict::Errored,
            _ if self.count(Verdict::Passed) > 0 => Verdict::Passed,
            _ => Verdict::Skipped,
        }
    }

    fn if_nothing_ran(&self) -> Ending {
        let nothing_ran = self.count(Verdict::Skipped) == self.cases.len();
        if nothing_ran { Ending::NothingDone } else { Ending::AsExpected }
    }

    fn summary(&self) -> String {
        let bad =
            self.cases.iter().filter(|(_, it)| matches!(it, Verdict::Failed | Verdict::Errored));
        let mut lines: Vec<_> =
            bad.map(|(name, verdict)| format!("{verdict}: {}", first_line(name))).collect();
        lines.extend(self.problems.iter().map(|problem| format!("incomplete: {problem}")));
        let counts = VERDICTS.map(|verdict| (verdict, self.count(verdict)));
        let counts = counts.iter().filter(|(_, count)| *count > 0);
        let counts: Vec<_> = counts.map(|(verdict, count)| format!("{count} {verdict}")).collect();
        let told =
            if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
        lines.push(format!("{}{told}", counted(self.cases.len(), "case")));
        lines.join("\n") + "\n"
    }
}

/// Every machine reads all scenarios, and tells the same of them.
fn warnings<'r>(reports: &[&'r SavedReport]) -> Vec<&'r Value> {
    let mut all: Vec<&Value> = Vec::new();
    for warning in reports.iter().flat_map(|report| &report.warnings) {
        if !all.contains(&warning) {
            all.push(warning);
        }
    }
    all
}

fn broken_off(reports: &[&SavedReport]) -> Option<String> {
    let mut all: Vec<&str> = reports.iter().filter_map(|it| it.broken_off.as_deref()).collect();
    all.dedup();
    (!all.is_empty()).then(|| all.join("\n"))
}

const fn verdict_of(ending: Ending) -> Verdict {
    match ending {
        Ending::AsExpected => Verdict::Passed,
        Ending::MigrationFailed => Verdict::Failed,
        Ending::WrongInput | Ending::Environment => Verdict::Errored,
        Ending::NothingDone => Verdict::Skipped,
    }
}

#[cfg(test)]
mod tests;
