use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cache::Cache;
use super::known::Known;
use crate::harness::FlagScenario;
use crate::harness::check::stale;
use crate::harness::prepare::{plan, read_defaults};
use crate::outcome::{Base, KnownCase};
use crate::place::{Problem, Problems, SourceText, shell_word};
use crate::plan::{Against, CasePlan, Origin, Other, There};
use crate::scenario::{Scenario, parse, parse_defaults};
use crate::source::{Given, Tree};

/// Pairs cases with themselves at the base.
pub(super) struct Pairing<'a> {
    pub(super) tree: Tree,
    pub(super) base: Arc<Base>,
    pub(super) environment: &'a BTreeMap<String, String>,
    pub(super) report: Option<Known>,
    pub(super) cache: Option<&'a Cache>,
    pub(super) warnings: Problems,
}

/// The cases of one scenario at the base, by name; or why there are none.
type CasesThere = Result<BTreeMap<String, CasePlan>, String>;

impl Pairing<'_> {
    pub(super) fn pair(
        &mut self,
        cases: Vec<CasePlan>,
        flags: Option<&FlagScenario>,
    ) -> Result<Vec<CasePlan>, Problems> {
        let mut there: BTreeMap<String, CasesThere> = BTreeMap::new();
        let mut paired = Vec::with_capacity(cases.len());
        for mut case in cases {
            let name = case.scenario.name.clone();
            if !there.contains_key(&name) {
                let found = match flags {
                    Some(flags) => self.of_flags(flags),
                    None => self.of_file(&case)?,
                };
                there.insert(name.clone(), found);
            }
            let found = match there.get(&name) {
                Some(Ok(cases)) => match cases.get(&case.name) {
                    Some(known) => Ok((known.clone(), false)),
                    None => self.anew(&case).map(|plan| (plan, true)),
                },
                Some(Err(why)) => Err(why.clone()),
                None => Err(String::new()),
            };
            let there = self.there(&case, found);
            // Where nothing is older than the replay, the base alone tells what is judged.
            if matches!(there, There::Other(_)) && case.seed.begins_empty() {
                case.reproduce.push_str(" --base ");
                case.reproduce.push_str(&shell_word(&self.base.name));
            }
            case.against = Some(Against { base: self.base.clone(), there });
            paired.push(case);
        }
        if let Some(report) = self.report.as_ref().filter(|report| !report.was_of_use()) {
            self.warnings.push(report.is_of_another(&self.base));
        }
        Ok(paired)
    }

    fn there(&self, case: &CasePlan, found: Result<(CasePlan, bool), String>) -> There {
        let (plan, is_new) = match found {
            Ok(found) => found,
            Err(why) => return There::Nowhere(why),
        };
        let known = plan.inputs_key().and_then(|key| self.known(&plan.name, &key));
        let is_same =
            |key: fn(&CasePlan) -> Option<String>| key(case).is_some() && key(case) == key(&plan);
        if is_same(CasePlan::inputs_key) && !is_new {
            return There::Same(known);
        }
        let only_migrations = is_same(CasePlan::settings_key);
        There::Other(Box::new(Other { plan, known, only_migrations, is_new }))
    }

    fn known(&self, name: &str, key: &str) -> Option<KnownCase> {
        let reported = self.report.as_ref().and_then(|report| report.of(name, key));
        reported.or_else(|| self.cache?.read(key))
    }

    /// The cases that flags make of the folder as it is at the base.
    fn of_flags(&mut self, flags: &FlagScenario) -> CasesThere {
        let Some(within) = self.tree.within(&flags.migrations) else {
            return Err(format!("{} is in no commit", flags.migrations.display()));
        };
        let moved = FlagScenario {
            migrations: self.tree.path_of(&within),
            seed_sql: flags.seed_sql.iter().map(|it| self.seed_sql(it)).collect(),
            ..flags.clone()
        };
        let mut made = || -> Result<Vec<CasePlan>, Problems> {
            let defaults = read_defaults(Some(&self.tree.path_of(Path::new("."))))?;
            let scenario = moved.scenario(self.environment, &defaults);
            self.tree.bring_named(&scenario)?;
            let origin = Origin::Flags(flags.command_line());
            Ok(plan(scenario, origin, self.environment, &mut Given::default())?.cases)
        };
        let made = made();
        named(made, &self.base)
    }

    fn seed_sql(&mut self, file: &Path) -> PathBuf {
        let there = self.tree.within(file).filter(|it| matches!(self.tree.text(it), Ok(Some(_))));
        there.map_or_else(|| file.to_owned(), |within| self.tree.path_of(&within))
    }

    /// The cases of a scenario file as it is at the base.
    fn of_file(&mut self, case: &CasePlan) -> Result<CasesThere, Problems> {
        let Some(within) = self.within(case) else {
            return Ok(Err("it is in no commit".into()));
        };
        match self.tree.text(&within)? {
            // What head has may be tried out on the files of the base.
            None => Ok(Ok(BTreeMap::new())),
            Some(text) => {
                let made = self.cases_of(&text, None, &case.scenario.name);
                let named = named(made, &self.base);
                if let Err(why) = &named {
                    self.warnings.push(Problem::warning(format!("{}: {why}", case.scenario.name)));
                }
                Ok(named)
            }
        }
    }

    /// A case that the base does not have: its scenario as it is here, over the files of the base.
    fn anew(&mut self, case: &CasePlan) -> Result<CasePlan, String> {
        let mut found = || -> Result<Option<CasePlan>, Problems> {
            let (Some(within), Some(source)) = (self.within(case), &case.scenario.source) else {
                return Ok(None);
            };
            let text = self.tree.text_beside(&within, source.text())?;
            let cases = self.cases_of(&text, Some(&case.scenario.shared), &case.scenario.name)?;
            Ok(cases.into_iter().find(|it| it.name == case.name))
        };
        match found() {
            Ok(Some(plan)) => Ok(plan),
            Ok(None) => Err("the base has no such case".into()),
            Err(problems) => Err(format!(
                "the base has no such case, and none can be made of its files: {}",
                first(&problems)
            )),
        }
    }

    fn within(&self, case: &CasePlan) -> Option<PathBuf> {
        self.tree.within(case.scenario.source.as_ref()?.path())
    }

    fn cases_of(
        &mut self,
        text: &SourceText,
        shared: Option<&str>,
        name: &str,
    ) -> Result<Vec<CasePlan>, Problems> {
        let defaults = match shared {
            None => read_defaults(Some(text.path()))?,
            Some("") => crate::scenario::Defaults::default(),
            Some(shared) => parse_defaults(&SourceText::new("migration-replay.toml", shared))?,
        };
        let (scenario, problems) = parse(text, &defaults);
        let Some(scenario) = scenario.filter(|_| !problems.has_errors()) else {
            return Err(problems);
        };
        let scenario = Scenario { name: name.to_owned(), ..scenario };
        self.tree.bring_named(&scenario)?;
        let origin = Origin::File(text.path().to_owned());
        let mut cases = plan(scenario, origin, self.environment, &mut Given::default())?.cases;
        let stale = stale(&cases);
        for case in &mut cases {
            case.stale_findings.clone_from(&stale);
        }
        Ok(cases)
    }
}

fn named(made: Result<Vec<CasePlan>, Problems>, base: &Base) -> CasesThere {
    let cases = made.map_err(|problems| {
        format!("it cannot be read at {}: {}", base.shown(), first(&problems))
    })?;
    Ok(cases.into_iter().map(|case| (case.name.clone(), case)).collect())
}

fn first(problems: &Problems) -> String {
    problems.0.first().map_or_else(String::new, |problem| problem.message.clone())
}
