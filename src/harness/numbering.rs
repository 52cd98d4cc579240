use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use time::PrimitiveDateTime;

use super::check::{plan_folder, plan_scenario, seeded};
use crate::check::Recorded;
use crate::lineage::{Author, Lineage, Opening, Readings, declared};
use crate::migration::history::from_nothing;
use crate::migration::{Migration, MigrationId, MigrationSet, Pattern};
use crate::numbering::{Clash, NameParts, Renumbering, Style, name_of, renumbering};
use crate::place::{Problem, Problems, Severity};
use crate::plan::CasePlan;
use crate::source::{
    Checkable, Given, Repository, checkable, hold, lock_of, move_path, read_text, replace_file,
    scenarios_near, write_file,
};

/// Which folder, and what is taken beside it.
#[derive(Debug, Clone, Default)]
pub struct Numbered {
    /// A folder of migrations, or a scenario that names one.
    pub path: PathBuf,
    /// The layout; `None`: it is detected.
    pub layout: Option<String>,
    /// The branch that this one goes into.
    pub base: Option<String>,
    /// Other branches whose versions are taken.
    pub branches: Vec<String>,
}

/// Writes the next migration of a folder, in the folder's own style, under a version that nobody has: not this branch, not
/// those that are named, and no other process that does the same at the same moment. Gives the files that were written.
///
/// # Errors
///
/// What cannot be read or written; where only the tool of the folder can make a migration.
pub fn new_migration(
    numbered: &Numbered,
    name: &str,
    now: PrimitiveDateTime,
) -> Result<Vec<PathBuf>, Problems> {
    let root = numbered.case()?.set.root.clone();
    // Whoever else makes a file in this folder waits until this one is there.
    let _held = hold(&root)?;
    let case = numbered.case()?;
    let set = &case.set;
    let style = Style::of(set).map_err(|why| left_to_the_tool(&why.to_string(), set))?;
    let mut taken = versions(set);
    for branch in numbered.elsewhere(&case)? {
        taken.extend(versions(&branch.tip));
    }
    let version = style.next(&taken, now);
    let files = style.files(&version, name);
    let files = files.map_err(|why| left_to_the_tool(&why.to_string(), set))?;
    let mut written = Vec::new();
    for file in files {
        let path = root.join(&file.path);
        write_file(&path, file.text.as_bytes())?;
        written.push(path);
    }
    Ok(written)
}

fn left_to_the_tool(why: &str, set: &MigrationSet) -> Problem {
    Problem::error(why)
        .path(&set.root)
        .help("use the command of the tool, or write the first file by hand")
}

/// Every version that a name of the folder has, also of files that never run.
fn versions(set: &MigrationSet) -> BTreeSet<String> {
    let version = |relative: &Path| Some(NameParts::of(name_of(relative)?)?.version.to_owned());
    let of_migrations = set.migrations().iter().filter_map(|it| version(relative(set, it)));
    of_migrations.chain(set.left_out.iter().filter_map(|it| version(&it.file))).collect()
}

fn relative<'m>(set: &MigrationSet, migration: &'m Migration) -> &'m Path {
    let path = migration.up.source().path();
    path.strip_prefix(&set.root).unwrap_or(path)
}

/// A branch: what it has, and what this one knows of it.
struct Elsewhere {
    tip: Arc<MigrationSet>,
    fork: Option<Arc<MigrationSet>>,
    is_base: bool,
}

impl Numbered {
    fn case(&self) -> Result<CasePlan, Problems> {
        self.cases()?.into_iter().next().ok_or_else(Problems::default)
    }

    fn cases(&self) -> Result<Vec<CasePlan>, Problems> {
        let all = checkable(std::slice::from_ref(&self.path))?;
        let [one] = all.as_slice() else {
            let message =
                format!("{} means {} folders or scenarios", self.path.display(), all.len());
            return Err(Problem::error(message).help("name one").into());
        };
        match one {
            Checkable::Folder(folder) => {
                plan_folder(folder, self.layout.as_ref(), Given::to_look_at())
            }
            Checkable::Scenario(file) => plan_scenario(file, Given::to_look_at()),
        }
    }

    fn elsewhere(&self, case: &CasePlan) -> Result<Vec<Elsewhere>, Problems> {
        let names = self.base.iter().map(|name| (name, true));
        let names: Vec<_> = names.chain(self.branches.iter().map(|name| (name, false))).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let Some(mut repository) = Repository::of(&case.set.root) else {
            let message = format!("{} is in no git repository", case.set.root.display());
            return Err(Problem::error(message).help("leave out --base and --branch").into());
        };
        let mut all = Vec::new();
        for (name, is_base) in names {
            let (fork, tip) = (repository.fork(name)?, repository.commit(name)?);
            let fork = repository.set_at(&case.scenario, &fork)?;
            if let Some(tip) = repository.set_at(&case.scenario, &tip)? {
                all.push(Elsewhere { tip, fork, is_base });
            }
        }
        Ok(all)
    }
}

/// What `renumber` will do.
#[derive(Debug)]
pub struct RenumberPlan {
    /// Who gets which version.
    pub plan: Renumbering,
    /// Files and folders that get another name, from and to.
    pub renames: Vec<(PathBuf, PathBuf)>,
    /// Files that name them, with how often, and what they will say.
    pub edits: Vec<(PathBuf, usize, String)>,
    /// What should be looked at.
    pub warnings: Problems,
    /// Whether anything says which files are applied.
    pub knows_applied: bool,
}

/// Plans other versions for files that clash. Nothing is changed.
///
/// # Errors
///
/// What cannot be read; where only the tool of the folder can do it.
pub fn plan_renumbering(numbered: &Numbered, applied: &[String]) -> Result<RenumberPlan, Problems> {
    let cases = numbered.cases()?;
    let case = cases.first().ok_or_else(Problems::default)?;
    let set = &case.set;
    let elsewhere = numbered.elsewhere(case)?;
    let settled = settled(&cases, &elsewhere, applied)?;
    let known = versions(set);
    let mut taken = BTreeSet::new();
    for branch in &elsewhere {
        let before = branch.fork.as_deref().map(versions).unwrap_or_default();
        let theirs = versions(&branch.tip);
        let new =
            theirs.difference(&before).filter(|it| known.contains(*it) || !before.contains(*it));
        taken.extend(new.cloned());
    }
    let authors: Vec<_> =
        from_nothing(set.migrations()).into_iter().map(Author::Migration).collect();
    let lineage = Lineage::of(&authors, &Opening::for_set(set), &Readings::new());
    let arrivals = came(set);
    let clash =
        Clash { set, lineage: &lineage, settled: &settled, elsewhere: &taken, came: &arrivals };
    let plan = renumbering(clash).map_err(|why| left_to_the_tool(&why.to_string(), set))?;
    let mut warnings = Problems::default();
    let edits = edits(&plan, &authors, &settled, &mut warnings)?;
    let renames = renames(set, &plan);
    Ok(RenumberPlan { plan, renames, edits, warnings, knows_applied: !settled.is_empty() })
}

/// Does what was planned.
///
/// # Errors
///
/// What cannot be written; then some of it may be done.
pub fn carry_out(plan: &RenumberPlan) -> Result<(), Problem> {
    for (path, _, text) in &plan.edits {
        replace_file(path, text.as_bytes())?;
    }
    // Whoever moves to a name that another one has yet waits for that one.
    plan.renames.iter().rev().try_for_each(|(from, to)| move_path(from, to))
}

/// What is applied or merged, as the base, the lock, the seeds of the scenario and the user say it.
fn settled(
    cases: &[CasePlan],
    elsewhere: &[Elsewhere],
    applied: &[String],
) -> Result<BTreeSet<MigrationId>, Problems> {
    let Some(case) = cases.first() else { return Ok(BTreeSet::new()) };
    let set = &case.set;
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    let merged = elsewhere.iter().filter(|it| it.is_base).filter_map(|it| it.fork.as_ref());
    for fork in merged {
        files.extend(fork.migrations().iter().map(|it| relative(fork, it).to_owned()));
    }
    if let Some((_, lock)) = lock_of(&set.root)? {
        files.extend(lock.entries.into_iter().map(|it| it.file));
    }
    files.extend(seeded(cases).into_iter().flat_map(|Recorded { files, .. }| files));
    let mut settled: BTreeSet<_> = set
        .migrations()
        .iter()
        .filter(|it| files.contains(relative(set, it)))
        .map(|it| it.id.clone())
        .collect();
    for text in applied {
        let pattern = Pattern::new(text)
            .map_err(|why| Problem::error(format!("--applied {text:?} is no migration: {why}")))?;
        let mut meant = set.matching(&pattern).peekable();
        if meant.peek().is_none() {
            let message =
                format!("--applied {text:?} matches no migration of {}", set.root.display());
            return Err(Problem::error(message).help("a version, file name or glob").into());
        }
        settled.extend(meant.map(|it| it.id.clone()));
    }
    Ok(settled)
}

/// When each file came, as git knows it.
fn came(set: &MigrationSet) -> BTreeMap<MigrationId, usize> {
    let Some(repository) = Repository::of(&set.root) else { return BTreeMap::new() };
    let files: Vec<_> = set.migrations().iter().map(|it| it.up.source().path()).collect();
    let births = repository.births(&set.root, &files);
    let of = |it: &Arc<Migration>| Some((it.id.clone(), births.get(it.up.source().path())?.number));
    set.migrations().iter().filter_map(of).collect()
}

/// The files of those that move, and the folders that are one migration's own.
fn renames(set: &MigrationSet, plan: &Renumbering) -> Vec<(PathBuf, PathBuf)> {
    let mut renames = Vec::new();
    for moved in &plan.moves {
        let it = &moved.migration;
        let scripts = [Some(&it.up), it.down.as_ref(), it.verify.as_ref()];
        for script in scripts.into_iter().flatten() {
            let path = script.source().path();
            let relative = path.strip_prefix(&set.root).unwrap_or(path);
            let Some(name) = name_of(relative) else { continue };
            let Some(parts) = NameParts::of(name) else { continue };
            let named = path.ancestors().find(|it| it.file_name().is_some_and(|it| it == name));
            let Some(named) = named else { continue };
            let rename = (named.to_owned(), named.with_file_name(parts.with_version(&moved.to)));
            if !renames.contains(&rename) {
                renames.push(rename);
            }
        }
    }
    renames
}

/// The names that a file has before and after, without their endings.
fn stems(plan: &Renumbering) -> Vec<(String, String)> {
    let stem = |moved: &crate::numbering::Move| {
        let name = moved.migration.file_name();
        let parts = NameParts::of(name)?;
        let stem = NameParts { ending: "", ..parts };
        Some((stem.with_version(parts.version), stem.with_version(&moved.to)))
    };
    plan.moves.iter().filter_map(stem).collect()
}

/// What names a file that moves: headers of files that are not applied, and scenarios.
fn edits(
    plan: &Renumbering,
    authors: &[Author],
    settled: &BTreeSet<MigrationId>,
    warnings: &mut Problems,
) -> Result<Vec<(PathBuf, usize, String)>, Problems> {
    let mut edits = headers(plan, authors, settled, warnings);
    let stems = stems(plan);
    for file in scenarios_near() {
        let text = read_text(&file)?;
        let (mut count, mut new) = (0, text.text().to_owned());
        for (before, after) in &stems {
            count += new.matches(before.as_str()).count();
            new = new.replace(before.as_str(), after);
        }
        if count > 0 {
            edits.push((file, count, new));
        }
    }
    Ok(edits)
}

fn headers(
    plan: &Renumbering,
    authors: &[Author],
    settled: &BTreeSet<MigrationId>,
    warnings: &mut Problems,
) -> Vec<(PathBuf, usize, String)> {
    let mut edits: Vec<(PathBuf, usize, String)> = Vec::new();
    // From the end, so that places before stay where they are.
    for one in declared(authors).iter().rev() {
        let on = one.on.and_then(|on| authors.get(on)).and_then(Author::migration);
        let moved = on.and_then(|on| plan.moves.iter().find(|it| it.migration.id == on.id));
        let Some((moved, author)) = moved.zip(authors.get(one.author)) else { continue };
        let to = if one.name.starts_with(moved.from.as_str()) {
            one.name.replacen(moved.from.as_str(), &moved.to, 1)
        } else {
            moved.to.clone()
        };
        if author.migration().is_some_and(|it| settled.contains(&it.id)) {
            let message = format!("this header means {to} from now on, and the file is applied");
            let problem = Problem { severity: Severity::Warning, ..Problem::error(message) };
            warnings.push(problem.at(one.place.clone()));
            continue;
        }
        let source = one.place.source();
        let at = edits.iter().position(|(path, ..)| path == source.path()).unwrap_or_else(|| {
            edits.push((source.path().to_owned(), 0, source.text().to_owned()));
            edits.len() - 1
        });
        if let Some((_, count, text)) = edits.get_mut(at) {
            text.replace_range(one.place.span(), &to);
            *count += 1;
        }
    }
    edits
}
