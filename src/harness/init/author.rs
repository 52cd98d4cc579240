use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::needs::{Known, Needs};
use super::{FirstScenario, at, relative};
use crate::harness::check::plan_folder;
use crate::harness::prepare::{plan, read_defaults};
use crate::migration::{MigrationSet, Pattern};
use crate::place::{Problem, Problems, SourceText};
use crate::plan::{CasePlan, Origin};
use crate::scenario::{Defaults, Scenario, parse};
use crate::source::{Given, Surveyed, write_file};
use crate::survey::{
    Choice, Draft, DraftReleases, ImageMention, LeftOutMigration, ListMention, NeededExtension,
    choose, images, left_out, release_glob,
};

/// What a scenario is written from.
pub(super) struct Author<'a> {
    pub(super) root: &'a Path,
    pub(super) surveyed: &'a Surveyed,
    pub(super) folder: &'a Path,
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) environment: &'a BTreeMap<String, String>,
}

impl Author<'_> {
    pub(super) fn write(
        &self,
        writes: bool,
        warnings: &mut Problems,
    ) -> Result<FirstScenario, Problems> {
        let cases = plan_folder(self.folder, None, Given::default())?;
        let case = cases.first().ok_or_else(Problems::default)?;
        let mut draft = self.draft(case, warnings);
        let mut planned = self.plan(&draft.text());
        if let (Err(problems), Some(releases)) = (&planned, &mut draft.releases) {
            releases.refused = problems.0.first().map(|problem| problem.message.clone());
            planned = self.plan(&draft.text());
        }
        let (text, cases) = (draft.text(), planned?);
        let was_there = self.path.exists();
        if writes && !was_there {
            write_file(&self.path, text.as_bytes())?;
        }
        Ok(FirstScenario {
            found: found(&draft),
            path: self.path.clone(),
            folder: self.folder.to_owned(),
            was_there,
            text,
            cases,
        })
    }

    /// The names of the cases that a scenario makes, read and planned as `run` does it.
    fn plan(&self, text: &str) -> Result<Vec<String>, Problems> {
        let source = SourceText::new(&self.path, text);
        let defaults = read_defaults(Some(self.root)).unwrap_or_else(|_| Defaults::default());
        let (scenario, problems) = parse(&source, &defaults);
        let Some(scenario) = scenario.filter(|_| !problems.has_errors()) else {
            return Err(problems);
        };
        let scenario = Scenario { name: self.name.clone(), ..scenario };
        let origin = Origin::File(self.path.clone());
        let planned = plan(scenario, origin, self.environment, &mut Given::default())?;
        Ok(planned.cases.into_iter().map(|case| case.name).collect())
    }

    fn draft(&self, case: &CasePlan, warnings: &mut Problems) -> Draft {
        let set = &case.set;
        let count = set.migrations().len();
        let left_out = self.left_out(set, warnings);
        let needs = Needs::of(case);
        let mut foreign = set.left_out.iter().filter(|it| it.is_gap);
        let first_foreign = foreign.next().map(|it| it.file.display().to_string());
        Draft {
            name: self.name.clone(),
            migrations: self.as_named(self.folder),
            read_as: format!(
                "{count} {}, read as {}",
                if count == 1 { "migration" } else { "migrations" },
                set.layout
            ),
            choice: self.choice(&needs.extensions),
            middle: middle(set, &left_out),
            left_out,
            roles: needs.roles,
            settings: needs.settings,
            releases: release_glob(&self.surveyed.tags)
                .map(|glob| DraftReleases { glob: glob.to_owned(), refused: None }),
            dumps: self.surveyed.dumps.iter().map(|it| self.as_named(it)).collect(),
            seeds: self.surveyed.seeds.iter().map(|it| self.as_named(it)).collect(),
            has_downs: set.migrations().iter().any(|it| it.down.is_some()),
            foreign: first_foreign.map(|file| (file, foreign.count() + 1)),
        }
    }

    /// A path as the scenario names it, with `/` on every system.
    fn as_named(&self, path: &Path) -> String {
        let below = relative(path, self.root);
        let parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let parts: Vec<_> = std::iter::once("..".to_owned()).chain(parts).collect();
        parts.join("/")
    }

    fn choice(&self, needed: &[NeededExtension]) -> Choice {
        let texts = self.nearest(|text| !images(text, &self.surveyed.values).is_empty());
        let mentions: Vec<ImageMention> =
            texts.iter().flat_map(|text| images(text, &self.surveyed.values)).collect();
        choose(&mentions, needed, &Known)
    }

    fn left_out(&self, set: &MigrationSet, warnings: &mut Problems) -> Vec<LeftOutMigration> {
        let mut all: Vec<LeftOutMigration> = Vec::new();
        let mut known = BTreeSet::new();
        let texts = self.nearest(|text| !left_out(text).is_empty());
        for ListMention { variable, list } in texts.into_iter().flat_map(left_out) {
            let list_name = format!("{variable} ({})", at(&list.place));
            for entry in list.entries {
                let matching = Pattern::new(&entry.text).map(|pattern| {
                    set.matching(&pattern).map(|it| it.id.clone()).collect::<Vec<_>>()
                });
                let matching = matching.unwrap_or_default();
                if matching.is_empty() {
                    let message =
                        format!("{} matches no migration of {}", entry.text, self.folder.display());
                    warnings.push(
                        Problem::warning(message).at(entry.place).help("it is not in the scenario"),
                    );
                } else if !matching.iter().all(|id| known.contains(id)) {
                    known.extend(matching);
                    all.push(LeftOutMigration { migration: entry.text, list: list_name.clone() });
                }
            }
        }
        // To leave out everything is an error of scenarios.
        if known.len() == set.migrations().len() { Vec::new() } else { all }
    }

    /// The texts that say something and are next to the folder: those of the folder deepest down that the migrations are in, too;
    /// where there is no such, all.
    fn nearest(&self, says: impl Fn(&SourceText) -> bool) -> Vec<&SourceText> {
        let telling: Vec<_> = self.surveyed.telling.iter().filter(|text| says(text)).collect();
        let depth = |text: &&SourceText| {
            let home = home(text.path());
            let home = relative(&home, self.root);
            relative(self.folder, self.root).starts_with(&home).then(|| home.components().count())
        };
        let deepest = telling.iter().filter_map(depth).max();
        match deepest {
            None => telling,
            Some(_) => telling.into_iter().filter(|text| depth(text) == deepest).collect(),
        }
    }
}

/// The folder that a file speaks for: workflows speak for their repository.
fn home(file: &Path) -> PathBuf {
    let is_hidden =
        |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let hidden = file.ancestors().skip(1).filter(|it| is_hidden(it)).last();
    let home = hidden.unwrap_or(file).parent().unwrap_or(Path::new(""));
    home.to_owned()
}

/// So many migrations are pending on an older database, at most. What is older is settled everywhere, and a first run should not
/// judge it.
const PENDING: usize = 10;

/// The version in the middle of what is replayed, or near its end where it is long, and the file after it.
fn middle(set: &MigrationSet, left_out: &[LeftOutMigration]) -> Option<(String, String)> {
    let patterns: Vec<_> =
        left_out.iter().filter_map(|it| Pattern::new(&it.migration).ok()).collect();
    let replayed: Vec<_> = set
        .migrations()
        .iter()
        .filter(|it| !patterns.iter().any(|pattern| pattern.matches(it)))
        .collect();
    let pending = replayed.len().div_ceil(2).min(PENDING);
    let position = replayed.len().checked_sub(pending + 1)?;
    let (here, next) = (replayed.get(position)?, replayed.get(position + 1)?);
    let same = |text: &str| Pattern::new(text).is_ok_and(|it| set.matching(&it).count() == 1);
    let names = [here.version.as_str(), here.id.as_str(), here.file_name()];
    let through = names.into_iter().find(|name| same(name))?;
    Some((through.to_owned(), next.file_name().to_owned()))
}

fn found(draft: &Draft) -> Vec<String> {
    let mut lines = vec![draft.read_as.clone()];
    lines.extend(draft.choice.reasons.iter().map(|it| it.trim_end_matches('.').to_owned()));
    lines.extend(
        draft.left_out.iter().map(|it| format!("{} is left out by {}", it.migration, it.list)),
    );
    lines.extend(draft.roles.iter().map(|(role, by)| format!("{by} needs the role {role}")));
    lines.extend(
        draft.settings.iter().map(|(name, value, by)| format!("{by} needs {name} = {value}")),
    );
    if let Some(releases) = &draft.releases {
        lines.push(match &releases.refused {
            None => format!("tags like {} are releases to upgrade from", releases.glob),
            Some(why) => format!("tags like {} are no seeds yet: {why}", releases.glob),
        });
    }
    let files = draft.dumps.iter().chain(&draft.seeds);
    lines.extend(
        files.map(|it| {
            format!("{} may fill a seed: it is in a comment", it.trim_start_matches("../"))
        }),
    );
    if draft.has_downs {
        lines.push("there are ways down: the pass round-trip is in a comment".into());
    }
    if let Some((file, count)) = &draft.foreign {
        lines.push(format!("{count} of other languages, such as {file}, are not replayed"));
    }
    lines
}
