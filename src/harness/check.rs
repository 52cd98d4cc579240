use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use time::Date;

use super::FlagScenario;
use super::prepare::{plan, read_defaults, read_scenario};
use crate::check::{
    Base, Branch, Calendar, Checked, Finding, Recorded, Subject, Verdict, check as look,
};
use crate::lineage::Readings;
use crate::migration::MigrationSet;
use crate::place::{Located, Problem, Problems, Severity};
use crate::plan::{CasePlan, Origin, PrepStep};
use crate::scenario::{Rule, Scenario};
use crate::source::{Checkable, Given, Repository, checkable, lock_of, names, retired, tags_named};

/// What `check` is asked.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    /// Scenario files, folders of them, folders of migrations, and folders above such.
    pub paths: Vec<PathBuf>,
    /// The layout of folders; `None`: it is detected.
    pub layout: Option<String>,
    /// The branch that this one goes into.
    pub base: Option<String>,
    /// Other branches whose versions count.
    pub branches: Vec<String>,
    /// What day it is.
    pub today: Date,
}

/// Checks migrations from their files. No server is asked.
///
/// # Errors
///
/// What of the request is not there. What is wrong with single scenarios and folders is in the result.
pub fn check(
    request: &CheckRequest,
    environment: &BTreeMap<String, String>,
) -> Result<Checked, Problems> {
    let all = checkable(&request.paths)?;
    let mut run = Run {
        request,
        environment,
        given: Given::to_look_at(),
        readings: Readings::lean(),
        checked: Checked::default(),
        seen: Vec::new(),
    };
    let files: Vec<_> = all
        .iter()
        .filter_map(|it| match it {
            Checkable::Scenario(file) => Some(file.clone()),
            Checkable::Folder(_) => None,
        })
        .collect();
    for (file, name) in files.iter().zip(names(&files)) {
        run.checked.scenarios += 1;
        run.scenario(file, &name)?;
    }
    for one in &all {
        if let Checkable::Folder(folder) = one {
            run.folder(folder)?;
        }
    }
    run.tell_births();
    run.readings.free();
    Ok(run.checked)
}

/// The findings that a planned scenario declares as known, and that are not there any more.
pub(super) fn stale(cases: &[CasePlan]) -> Vec<Located<Rule>> {
    let Some(case) = cases.first().filter(|case| !case.expect().check.is_empty()) else {
        return Vec::new();
    };
    let readings = Readings::lean();
    let mut subject =
        Subject::new(&case.set, &case.scenario, &readings, calendar(&case.scenario, today()));
    subject.retired = retired(&case.set);
    subject.lock = lock_of(&case.set.root).unwrap_or_default();
    subject.seeded = seeded(cases);
    verdict(&subject).stale
}

/// The moment, by the clock of this machine, in UTC.
#[must_use]
pub fn now() -> time::PrimitiveDateTime {
    let now = time::OffsetDateTime::now_utc();
    time::PrimitiveDateTime::new(now.date(), now.time())
}

/// Today, by the clock of this machine, in UTC.
#[must_use]
pub fn today() -> Date {
    time::OffsetDateTime::now_utc().date()
}

struct Run<'a> {
    request: &'a CheckRequest,
    environment: &'a BTreeMap<String, String>,
    given: Given,
    readings: Readings,
    checked: Checked,
    /// Folders that were counted.
    seen: Vec<PathBuf>,
}

impl Run<'_> {
    fn scenario(&mut self, file: &Path, name: &str) -> Result<(), Problems> {
        let read =
            read_defaults(Some(file)).and_then(|defaults| read_scenario(file, name, &defaults));
        let scenario = match read {
            Ok(scenario) => scenario,
            Err(problems) => {
                self.cannot_read(None, name, &problems);
                return Ok(());
            }
        };
        let origin = Origin::File(file.to_owned());
        match plan(scenario.clone(), origin, self.environment, &mut self.given) {
            Ok(planned) => self.cases(&planned.cases, name)?,
            Err(problems) => self.cannot_read(Some(&scenario), name, &problems),
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path) -> Result<(), Problems> {
        let scenario = match folder_scenario(folder, self.request.layout.as_ref()) {
            Ok(scenario) => scenario,
            Err(problems) => {
                self.cannot_read(None, "", &problems);
                return Ok(());
            }
        };
        match planned_folder(scenario.clone(), &mut self.given) {
            Ok(cases) => self.cases(&cases, "")?,
            Err(problems) => self.cannot_read(Some(&scenario), "", &problems),
        }
        Ok(())
    }

    /// What cannot be read is told, and the others are checked all the same.
    fn cannot_read(&mut self, scenario: Option<&Scenario>, name: &str, problems: &Problems) {
        let findings = problems.0.iter().filter(|it| it.severity == Severity::Error);
        let findings: Vec<_> =
            findings.map(|it| Finding::of_problem(Rule::Unreadable, it)).collect();
        let verdict = match scenario {
            Some(scenario) => Verdict::of(scenario, findings, |_| false),
            None => Verdict::unknown(findings),
        };
        self.checked.unread += 1;
        self.checked.take(verdict, name);
    }

    fn cases(&mut self, cases: &[CasePlan], name: &str) -> Result<(), Problems> {
        let Some(case) = cases.first() else { return Ok(()) };
        let (set, scenario) = (case.set.clone(), case.scenario.clone());
        if !self.seen.contains(&set.root) {
            self.seen.push(set.root.clone());
            self.checked.count(&set);
        }
        let lock = match lock_of(&set.root) {
            Ok(lock) => lock,
            Err(problems) => {
                self.cannot_read(Some(&scenario), name, &problems);
                return Ok(());
            }
        };
        let (base, branches) = self.others(&set, &scenario)?;
        let calendar = calendar(&scenario, self.request.today);
        let mut subject = Subject::new(&set, &scenario, &self.readings, calendar);
        subject.retired = retired(&set);
        subject.lock = lock;
        subject.base = base;
        subject.branches = branches;
        subject.seeded = seeded(cases);
        self.checked.off(&subject);
        let verdict = verdict(&subject);
        self.checked.take(verdict, name);
        Ok(())
    }

    /// The folder as it is where this branch left its base, and on other branches.
    fn others(
        &self,
        set: &MigrationSet,
        scenario: &Scenario,
    ) -> Result<(Option<Base>, Vec<Branch>), Problems> {
        let names = self.request.base.iter().chain(&self.request.branches);
        if names.clone().next().is_none() || scenario.migrations.git_ref.is_some() {
            return Ok((None, Vec::new()));
        }
        let Some(mut repository) = Repository::of(&set.root) else {
            let message =
                format!("{} is in no git repository, so there is no base", set.root.display());
            return Err(Problem::error(message).help("leave out --base").into());
        };
        let mut base = None;
        let mut branches = Vec::new();
        for name in names {
            let (fork, tip) = (repository.fork(name)?, repository.commit(name)?);
            // What its layout refused there is not this change's to mend.
            let fork = repository.set_at(scenario, &fork).unwrap_or_default();
            let there = repository.set_at(scenario, &tip).unwrap_or_default();
            if base.is_none() && self.request.base.as_ref() == Some(name) {
                base = Some(Base { name: name.clone(), fork: fork.clone() });
            }
            if let Some(set) = there {
                branches.push(Branch { name: name.clone(), set, fork });
            }
        }
        Ok((base, branches))
    }

    /// Says which commit brought each of several files that clash.
    fn tell_births(&mut self) {
        for told in &mut self.checked.findings {
            let asked: Vec<_> =
                told.finding.related.iter().filter(|it| it.is_asked_of_git).collect();
            let files: Vec<_> = asked.iter().map(|it| it.path.as_path()).collect();
            let Some(folder) = told.finding.path.clone().filter(|_| !files.is_empty()) else {
                continue;
            };
            let Some(repository) = Repository::of(&folder) else { continue };
            let births = repository.births(&folder, &files);
            for related in told.finding.related.iter_mut().filter(|it| it.is_asked_of_git) {
                related.says = match births.get(&related.path) {
                    Some(born) => born.says.clone(),
                    None => "not committed yet".to_owned(),
                };
            }
        }
    }
}

fn verdict(subject: &Subject<'_>) -> Verdict {
    let declared: Vec<_> = subject.scenario.expect.check.iter().map(|it| it.value).collect();
    let found = look(subject, &declared);
    Verdict::of(subject.scenario, found, |rule| subject.can_tell(rule))
}

fn calendar(scenario: &Scenario, today: Date) -> Calendar {
    let near = scenario.source.as_ref().map_or(Path::new("."), |source| source.path());
    let names = scenario.exclude.iter().filter_map(|it| it.until.as_ref());
    Calendar { today, tags: tags_named(near, names.map(|it| it.value.as_str())) }
}

/// What the seeds of a scenario hold already.
pub(super) fn seeded(cases: &[CasePlan]) -> Vec<Recorded> {
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    for case in cases.iter().filter(|case| !case.seed.is_fresh()) {
        if !seen.insert(case.seed.name.clone()) {
            continue;
        }
        let done = case.seeding.iter().filter_map(|step| match step {
            PrepStep::Migrate(it) | PrepStep::Record(it) | PrepStep::Pretended(it) => {
                Some(it.id.clone())
            }
            _ => None,
        });
        let says = format!("in the seed {}", case.seed.name);
        all.push(Recorded::of(&case.set, &done.collect(), says));
    }
    all
}

/// The cases of a folder by itself, read for a purpose.
///
/// # Errors
///
/// What cannot be read.
pub(super) fn plan_folder(
    folder: &Path,
    layout: Option<&String>,
    mut given: Given,
) -> Result<Vec<CasePlan>, Problems> {
    let scenario = folder_scenario(folder, layout)?;
    planned_folder(scenario, &mut given)
}

/// The cases of a scenario file, read for a purpose.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn plan_scenario(file: &Path, mut given: Given) -> Result<Vec<CasePlan>, Problems> {
    let scenario = read_scenario(file, "", &read_defaults(Some(file))?)?;
    let origin = Origin::File(file.to_owned());
    let environment = std::env::vars().collect();
    Ok(plan(scenario, origin, &environment, &mut given)?.cases)
}

/// The scenario that stands for a folder by itself. Nothing of the environment counts.
fn folder_scenario(folder: &Path, layout: Option<&String>) -> Result<Scenario, Problems> {
    let defaults = read_defaults(Some(folder))?;
    let flags = FlagScenario {
        migrations: folder.to_owned(),
        layout: layout.cloned(),
        ..FlagScenario::default()
    };
    Ok(flags.scenario(&BTreeMap::new(), &defaults))
}

fn planned_folder(scenario: Scenario, given: &mut Given) -> Result<Vec<CasePlan>, Problems> {
    let origin = Origin::Flags(String::new());
    Ok(plan(scenario, origin, &BTreeMap::new(), given)?.cases)
}
