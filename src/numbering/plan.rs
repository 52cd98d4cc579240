use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use time::Duration;

use super::NameParts;
use super::style::{NoStyle, Scheme, Style, after_number, name_of};
use crate::lineage::{Author, Graph, Lineage};
use crate::migration::{Migration, MigrationId, MigrationSet};

/// Who has to move, and what is in the way of it.
#[derive(Debug, Clone, Copy)]
pub struct Clash<'a> {
    /// The migrations.
    pub set: &'a MigrationSet,
    /// What they do to objects, with what they need.
    pub lineage: &'a Lineage,
    /// Those that are applied or merged: they keep their versions.
    pub settled: &'a BTreeSet<MigrationId>,
    /// Versions that other branches have, and this one does not know.
    pub elsewhere: &'a BTreeSet<String>,
    /// When each file came, as a number that grows; what is not there came last.
    pub came: &'a BTreeMap<MigrationId, usize>,
}

/// One migration that gets another version.
#[derive(Debug, Clone)]
pub struct Move {
    /// Which.
    pub migration: Arc<Migration>,
    /// Its version as its name writes it.
    pub from: String,
    /// The new one.
    pub to: String,
}

/// A plan.
#[derive(Debug, Clone, Default)]
pub struct Renumbering {
    /// Who moves, in the order of the new versions.
    pub moves: Vec<Move>,
    /// Groups of applied files with one version, which nobody can change any more.
    pub settled_clashes: Vec<Vec<Arc<Migration>>>,
    /// Applied files that need one that moves behind them: (who needs, what moves).
    pub left_behind: Vec<(Arc<Migration>, Arc<Migration>)>,
}

/// Plans other versions for files that clash. Of each version one file keeps it: the applied one, else the first by what needs
/// what, then by when it came, then by name. The others move behind it, one minute apart or to the next numbers; what is not
/// applied and needs one of them moves as well.
///
/// # Errors
///
/// Where the names have no versions, or the tool keeps more than files.
pub fn renumbering(clash: Clash<'_>) -> Result<Renumbering, NoStyle> {
    let style = Style::of(clash.set)?;
    let planner = Planner::new(clash);
    let mut plan = Renumbering::default();
    let mut moving = planner.clashing(&mut plan);
    loop {
        plan.moves = planner.assign(&style, &moving);
        let (free, settled) = planner.overtaken(&plan.moves);
        if free.is_subset(&moving) {
            plan.left_behind = settled;
            return Ok(plan);
        }
        moving.extend(free);
    }
}

struct Planner<'a> {
    clash: Clash<'a>,
    /// The migrations, by their positions in the set.
    all: &'a [Arc<Migration>],
    /// For each those that it requires.
    requires: Vec<BTreeSet<usize>>,
}

impl<'a> Planner<'a> {
    fn new(clash: Clash<'a>) -> Self {
        let all = clash.set.migrations();
        let position: BTreeMap<_, _> =
            all.iter().enumerate().map(|(number, it)| (it.id.clone(), number)).collect();
        let authors = clash.lineage.authors();
        let of = |author: usize| {
            let migration = authors.get(author).and_then(Author::migration)?;
            position.get(&migration.id).copied()
        };
        let mut requires = vec![BTreeSet::new(); all.len()];
        for (author, node) in Graph::of(clash.lineage).nodes().iter().enumerate() {
            let Some(needs) = of(author).and_then(|number| requires.get_mut(number)) else {
                continue;
            };
            needs.extend(node.requires.iter().filter_map(|it| of(it.author)));
        }
        Self { clash, all, requires }
    }

    fn is_settled(&self, number: usize) -> bool {
        self.all.get(number).is_some_and(|it| self.clash.settled.contains(&it.id))
    }

    /// Those that give up their versions.
    fn clashing(&self, plan: &mut Renumbering) -> BTreeSet<usize> {
        let mut moving = BTreeSet::new();
        for group in self.groups() {
            let (settled, free): (Vec<_>, Vec<_>) =
                group.iter().copied().partition(|number| self.is_settled(*number));
            if settled.len() > 1 {
                let of = |number: &usize| self.all.get(*number).cloned();
                plan.settled_clashes.push(settled.iter().filter_map(of).collect());
            }
            let is_taken = free
                .iter()
                .filter_map(|it| self.all.get(*it))
                .any(|it| self.clash.elsewhere.iter().any(|version| it.version.is(version)));
            let keeps = usize::from(settled.is_empty() && !is_taken);
            let ordered = self.in_order(&free.into_iter().collect());
            moving.extend(ordered.into_iter().skip(keeps));
        }
        moving
    }

    /// Positions of migrations that share a version.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (number, migration) in self.all.iter().enumerate() {
            let is_same = |group: &&mut Vec<usize>| {
                let first = group.first().and_then(|first| self.all.get(*first));
                first.is_some_and(|first| first.version.is(migration.version.as_str()))
            };
            match groups.iter_mut().rev().find(is_same) {
                Some(group) => group.push(number),
                None => groups.push(vec![number]),
            }
        }
        groups
    }

    /// By what needs what, then by when it came, then by name.
    fn in_order(&self, of: &BTreeSet<usize>) -> Vec<usize> {
        let mut left = of.clone();
        let mut ordered = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let is_ready = |number: &&usize| {
                let requires = self.requires.get(**number);
                requires.is_none_or(|requires| requires.is_disjoint(&left))
            };
            let came = |number: &&usize| {
                let migration = self.all.get(**number);
                let came = migration.and_then(|it| self.clash.came.get(&it.id));
                let name = migration.map(|it| it.file_name().to_owned());
                (came.copied().unwrap_or(usize::MAX), name)
            };
            // Files that need each other in a circle are taken as they come.
            let next = left.iter().filter(is_ready).min_by_key(came);
            let Some(next) = next.or_else(|| left.iter().min_by_key(came)).copied() else { break };
            left.remove(&next);
            ordered.push(next);
        }
        ordered
    }

    fn parts(&self, number: usize) -> Option<NameParts<'a>> {
        let path = self.all.get(number)?.up.source().path();
        NameParts::of(name_of(path.strip_prefix(&self.clash.set.root).unwrap_or(path))?)
    }

    /// New versions for those that move.
    fn assign(&self, style: &Style, moving: &BTreeSet<usize>) -> Vec<Move> {
        let stay = (0..self.all.len()).filter(|number| !moving.contains(number));
        let mut taken: BTreeSet<String> =
            stay.filter_map(|number| Some(self.parts(number)?.version.to_owned())).collect();
        taken.extend(self.clash.elsewhere.iter().cloned());
        let mut given: BTreeMap<usize, String> = BTreeMap::new();
        let mut moves = Vec::new();
        for number in self.in_order(moving) {
            let (Some(parts), Some(migration)) = (self.parts(number), self.all.get(number)) else {
                continue;
            };
            let required = self.requires.get(number).into_iter().flatten();
            let after = required.filter_map(|it| given.get(it)).map(String::as_str);
            let to = match style.scheme() {
                Scheme::Number(width) => after_number(&taken, width),
                Scheme::Stamp(form) => {
                    let moments = after.chain([parts.version]).filter_map(|it| form.read(it));
                    let mut moment = moments.max();
                    loop {
                        moment = moment.and_then(|it| it.checked_add(Duration::MINUTE));
                        let Some(moment) = moment else { break parts.version.to_owned() };
                        let version = form.write(moment);
                        if !taken.contains(&version) {
                            break version;
                        }
                    }
                }
            };
            taken.insert(to.clone());
            given.insert(number, to.clone());
            let from = parts.version.to_owned();
            moves.push(Move { migration: migration.clone(), from, to });
        }
        moves
    }

    /// Those that stand before what they need, once the moves are made: those that can move, and those that cannot.
    #[expect(clippy::type_complexity, reason = "a pair that is taken apart where it is given")]
    fn overtaken(
        &self,
        moves: &[Move],
    ) -> (BTreeSet<usize>, Vec<(Arc<Migration>, Arc<Migration>)>) {
        let (mut free, mut settled) = (BTreeSet::new(), Vec::new());
        for moved in moves {
            let Some(number) = self.all.iter().position(|it| it.id == moved.migration.id) else {
                continue;
            };
            for (other, requires) in self.requires.iter().enumerate() {
                let Some(migration) = self.all.get(other).filter(|_| requires.contains(&number))
                else {
                    continue;
                };
                let moved_too = moves.iter().find(|it| it.migration.id == migration.id);
                let version = moved_too.map_or(migration.version.as_str(), |it| it.to.as_str());
                let is_before = crate::migration::Version::new(version)
                    .number_order(&crate::migration::Version::new(moved.to.as_str()))
                    .is_lt();
                if is_before && self.is_settled(other) {
                    settled.push((migration.clone(), moved.migration.clone()));
                } else if is_before {
                    free.insert(other);
                }
            }
        }
        (free, settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage::{Opening, Readings};
    use crate::migration::layout::testing::set_of;

    /// Moves as `from file → to`.
    fn plan(
        files: &[(&str, &str)],
        settled: &[&str],
        elsewhere: &[&str],
        came: &[&str],
    ) -> (Vec<String>, Renumbering) {
        let set = set_of(files);
        let authors: Vec<_> = set.migrations().iter().cloned().map(Author::from).collect();
        let lineage = Lineage::of(&authors, &Opening::for_set(&set), &Readings::new());
        let plan = renumbering(Clash {
            set: &set,
            lineage: &lineage,
            settled: &settled.iter().map(|id| MigrationId::new(*id)).collect(),
            elsewhere: &elsewhere.iter().map(|it| (*it).to_owned()).collect(),
            came: &came.iter().enumerate().map(|(at, id)| (MigrationId::new(*id), at)).collect(),
        })
        .unwrap();
        let told = plan.moves.iter().map(|it| format!("{} {}", it.migration.file_name(), it.to));
        (told.collect(), plan)
    }

    #[test]
    fn the_applied_file_stays_and_the_others_move_a_minute_apart_as_they_came() {
        let files = [
            ("20260207070000_tables.sql", "create table logs (id integer);"),
            ("20260207080000_a_metadata.sql", "select 1;"),
            ("20260207080000_deployed.sql", "select 1;"),
            ("20260207080000_score.sql", "select * from logs;"),
        ];
        let came = ["20260207080000_score.sql", "20260207080000_a_metadata.sql"];
        let (moves, _) = plan(&files, &["20260207080000_deployed.sql"], &[], &came);
        let expected = [
            "20260207080000_score.sql 20260207080100",
            "20260207080000_a_metadata.sql 20260207080200",
        ];
        assert_eq!(moves, expected);
    }

    #[test]
    fn what_is_needed_comes_first_whoever_came_first() {
        let files = [
            ("001_a.sql", "select 1;"),
            ("001_b.sql", "select * from c;"),
            ("001_c.sql", "create table c (id integer);"),
        ];
        let (moves, _) = plan(&files, &["001_a.sql"], &[], &["001_b.sql", "001_c.sql"]);
        // As the files stand, b comes before c and does not find it, so that nothing is known of it.
        assert_eq!(moves, ["001_b.sql 002", "001_c.sql 003"]);
        let files = [
            ("001_a.sql", "select 1;"),
            ("001_b.sql", "create table b (id integer);"),
            ("001_c.sql", "select * from b;"),
        ];
        let (moves, _) = plan(&files, &["001_a.sql"], &[], &["001_c.sql", "001_b.sql"]);
        assert_eq!(moves, ["001_b.sql 002", "001_c.sql 003"]);
    }

    #[test]
    fn without_an_applied_file_the_first_keeps_its_version() {
        let files = [("001_a.sql", "select 1;"), ("001_b.sql", "select 2;"), ("002_c.sql", "")];
        let (moves, _) = plan(&files, &[], &[], &["001_b.sql"]);
        assert_eq!(moves, ["001_a.sql 003"]);
    }

    #[test]
    fn a_version_of_another_branch_is_given_up_and_not_taken() {
        let files = [("001_a.sql", "select 1;"), ("002_b.sql", "select 2;")];
        let (moves, _) = plan(&files, &["001_a.sql"], &["002", "003"], &[]);
        assert_eq!(moves, ["002_b.sql 004"]);
    }

    #[test]
    fn what_needs_a_file_that_moves_goes_behind_it_or_is_told() {
        let files = [
            ("001_a.sql", "create table a (id integer);"),
            ("001_b.sql", "create table b (id integer);"),
            ("002_c.sql", "select * from b;"),
        ];
        let (moves, plan_of) = plan(&files, &["001_a.sql"], &[], &[]);
        assert_eq!(moves, ["001_b.sql 002", "002_c.sql 003"]);
        assert!(plan_of.left_behind.is_empty());
        let (moves, plan_of) = plan(&files, &["001_a.sql", "002_c.sql"], &[], &[]);
        assert_eq!(moves, ["001_b.sql 003"]);
        assert_eq!(plan_of.left_behind.len(), 1);
    }

    #[test]
    fn clashes_of_applied_files_are_told() {
        let files = [("001_a.sql", "select 1;"), ("001_b.sql", "select 2;")];
        let (moves, plan) = plan(&files, &["001_a.sql", "001_b.sql"], &[], &[]);
        assert!(moves.is_empty());
        assert_eq!(plan.settled_clashes[0].len(), 2);
    }
}
