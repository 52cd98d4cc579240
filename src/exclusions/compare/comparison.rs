use std::collections::{BTreeMap, BTreeSet};

use super::list::{Entry, List};
use crate::migration::{Migration, MigrationId, MigrationSet, Pattern};

/// Lists held against each other and against the folder.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The folder of migrations, as people should see it.
    pub folder: String,
    /// The lists, as given.
    pub lists: Vec<List>,
    /// Every migration that some list leaves out, in the folder's order.
    pub rows: Vec<Row>,
    /// Entries that match no migration.
    pub stale: Vec<Stale>,
    /// Entries that say again what an earlier entry of their list says.
    pub duplicates: Vec<Duplicate>,
}

/// A migration, and which lists leave it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The migration.
    pub migration: MigrationId,
    /// The name of its file.
    pub file: String,
    /// For each list, whether it leaves the migration out.
    pub left_out_by: Vec<bool>,
}

/// An entry that matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The position of its list.
    pub list: usize,
    /// The entry.
    pub entry: Entry,
    /// The file whose name is most like it.
    pub nearest: Option<String>,
}

/// An entry that says nothing new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The position of its list.
    pub list: usize,
    /// The entry.
    pub entry: Entry,
    /// The earlier entry.
    pub earlier: Entry,
}

/// Holds lists against each other and against the migrations of a folder. What entries mean counts, and not
/// how they are written: `008` and `008_plugins.sql` are the same.
#[must_use]
pub fn compare(lists: &[List], set: &MigrationSet) -> Comparison {
    let mut comparison = Comparison {
        folder: set.root.display().to_string(),
        lists: lists.to_vec(),
        rows: Vec::new(),
        stale: Vec::new(),
        duplicates: Vec::new(),
    };
    let mut left_out = Vec::new();
    for (position, list) in lists.iter().enumerate() {
        left_out.push(read(position, list, set, &mut comparison));
    }
    let rows = set.migrations().iter().filter_map(|migration| {
        let left_out_by: Vec<_> =
            left_out.iter().map(|list| list.contains(&migration.id)).collect();
        left_out_by.contains(&true).then(|| Row {
            migration: migration.id.clone(),
            file: migration.file_name().to_owned(),
            left_out_by,
        })
    });
    comparison.rows = rows.collect();
    comparison
}

/// The migrations that a list leaves out; what is wrong with its entries is added to the comparison.
fn read<'s>(
    position: usize,
    list: &List,
    set: &'s MigrationSet,
    comparison: &mut Comparison,
) -> BTreeSet<&'s MigrationId> {
    let mut by_entry: BTreeMap<&MigrationId, &Entry> = BTreeMap::new();
    for entry in &list.entries {
        let pattern = Pattern::new(&entry.text).ok();
        let is_meant =
            |it: &&Migration| pattern.as_ref().is_some_and(|pattern| pattern.matches(it));
        let migrations = set.migrations().iter().map(AsRef::as_ref);
        let meant: Vec<_> = migrations.filter(is_meant).map(|migration| &migration.id).collect();
        if meant.is_empty() {
            let (entry, nearest) = (entry.clone(), nearest(&entry.text, set));
            comparison.stale.push(Stale { list: position, entry, nearest });
            continue;
        }
        let known = meant.iter().map(|id| by_entry.get(id).copied());
        let known: Option<Vec<&Entry>> = known.collect();
        if let Some(earlier) = known.and_then(|known| known.first().copied()) {
            let (entry, earlier) = (entry.clone(), earlier.clone());
            comparison.duplicates.push(Duplicate { list: position, entry, earlier });
        }
        for id in meant {
            by_entry.entry(id).or_insert(entry);
        }
    }
    by_entry.into_keys().collect()
}

fn nearest(text: &str, set: &MigrationSet) -> Option<String> {
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(text, name);
    let names = set.migrations().iter().map(|migration| migration.file_name());
    let best = names.max_by(|left, right| likeness(left).total_cmp(&likeness(right)))?;
    // A name that shares no more than its ending is no help.
    (likeness(best) > 0.65).then(|| best.to_owned())
}

impl Comparison {
    /// Lists that leave out the same, by their positions, in the order of their first.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<(Vec<bool>, Vec<usize>)> = Vec::new();
        for (position, list) in self.lists.iter().enumerate() {
            let column = self.column(position);
            let is_alike = |first: &usize| {
                self.lists.get(*first).is_some_and(|it| it.is_production == list.is_production)
            };
            let known = groups
                .iter_mut()
                .find(|(known, members)| *known == column && members.first().is_some_and(is_alike));
            match known {
                Some((_, members)) => members.push(position),
                None => groups.push((column, vec![position])),
            }
        }
        groups.into_iter().map(|(_, members)| members).collect()
    }

    fn column(&self, list: usize) -> Vec<bool> {
        let leaves_out = |row: &Row| row.left_out_by.get(list).copied().unwrap_or_default();
        self.rows.iter().map(leaves_out).collect()
    }

    /// The migrations that not all lists agree on; production's do not count.
    #[must_use]
    pub fn differing(&self) -> Vec<&Row> {
        let differs = |row: &&Row| {
            let mut votes = self.votes(row, false);
            let first = votes.next();
            votes.any(|vote| Some(vote) != first)
        };
        self.rows.iter().filter(differs).collect()
    }

    /// The migrations that production runs and another list leaves out: nobody tries them before.
    #[must_use]
    pub fn only_in_production(&self) -> Vec<&Row> {
        self.between(|production, others| !production && others)
    }

    /// The migrations that production leaves out and another list does not: they are tried for nothing.
    #[must_use]
    pub fn not_in_production(&self) -> Vec<&Row> {
        let all = |row: &&Row| {
            let mut production = self.votes(row, true).peekable();
            let is_known = production.peek().is_some();
            is_known && production.all(|it| it) && self.votes(row, false).any(|it| !it)
        };
        self.rows.iter().filter(all).collect()
    }

    fn between(&self, is_wanted: impl Fn(bool, bool) -> bool) -> Vec<&Row> {
        let fits = |row: &&Row| {
            let production: Vec<_> = self.votes(row, true).collect();
            let others = self.votes(row, false).any(|it| it);
            // One production server that runs it is enough.
            !production.is_empty() && is_wanted(production.iter().all(|it| *it), others)
        };
        self.rows.iter().filter(fits).collect()
    }

    fn votes<'r>(&'r self, row: &'r Row, of_production: bool) -> impl Iterator<Item = bool> + 'r {
        let lists = self.lists.iter().zip(&row.left_out_by);
        lists.filter(move |(list, _)| list.is_production == of_production).map(|(_, vote)| *vote)
    }

    /// Whether something is wrong: an entry that matches nothing, lists that differ, or something that
    /// production runs and nobody tries. Entries that are there twice change nothing.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        !self.stale.is_empty()
            || !self.differing().is_empty()
            || !self.only_in_production().is_empty()
    }
}
