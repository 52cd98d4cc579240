//! Only what may matter to rules about objects that are made twice or taken away: of a folder of a thousand files that is little,
//! and the rest need not be followed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::author::Author;
use super::names::is_routine;
use super::readings::{Read, Readings};
use crate::abreast;
use crate::migration::Script;
use crate::schema::Kind;
use crate::sql::{Act, Inside, RowWrite, Verb};

impl Readings {
    /// The readings of these authors without the statements that speak of no object which is made twice, removed, or has rows
    /// taken away, by whatever name. A lineage over them tells of those objects what one over all of them tells.
    #[must_use]
    pub fn narrowed(&self, authors: &[Author]) -> Self {
        let scripts: Vec<_> =
            authors.iter().map(|author| (author.script(), self.of(author.script()))).collect();
        let reads: Vec<_> = scripts.iter().map(|(_, reads)| reads.as_slice()).collect();
        let Some(names) = Names::of(&reads) else {
            return self.copied(scripts.iter().map(|(script, reads)| (*script, reads.clone())));
        };
        let narrow = |(_, reads): &(&Script, Arc<Vec<Read>>)| {
            if reads.iter().all(|read| read.keeps_path() && !names.are_in(read)) {
                return Arc::default();
            }
            let kept = reads
                .iter()
                .map(|read| if names.are_in(read) { read.clone() } else { read.without_objects() });
            Arc::new(kept.collect())
        };
        let narrowed = abreast::map(&scripts, narrow);
        self.copied(scripts.iter().map(|(script, _)| *script).zip(narrowed))
    }
}

/// Names that matter, without their schemas: more than one object may have such a name, and all are followed then.
struct Names<'r> {
    hot: HashSet<&'r str>,
    /// Whether a routine does something when it is called: whoever calls one matters.
    has_bodies: bool,
}

impl<'r> Names<'r> {
    /// `None` where anything may matter: whole schemas are removed or get other names.
    fn of(scripts: &[&'r [Read]]) -> Option<Self> {
        let mut hot = HashSet::new();
        let mut has_bodies = false;
        let acts = scripts.iter().flat_map(|reads| reads.iter()).map(|it| it.reading.acts.len());
        let mut makers: HashMap<(&str, Option<&str>), usize> = HashMap::with_capacity(acts.sum());
        let mut ties: Vec<(&str, &str)> = Vec::new();
        for (number, reads) in scripts.iter().enumerate() {
            for act in reads.iter().flat_map(|read| &read.reading.acts) {
                let name = act.object.name.as_str();
                if act.object.kind == Kind::Schema && act.verb != Verb::Create {
                    return None;
                }
                has_bodies |= act.inside == Inside::Routine;
                if is_telling(act) || is_made_elsewhere(act, number, &mut makers) {
                    hot.insert(name);
                }
                if let Verb::Rename(new) = &act.verb
                    && act.object.member.is_none()
                {
                    ties.push((name, new));
                }
                ties.extend(act.columns_from.iter().map(|from| (name, from.name.as_str())));
            }
        }
        spread(&mut hot, &ties);
        Some(Self { hot, has_bodies })
    }

    fn are_in(&self, read: &Read) -> bool {
        let reading = &read.reading;
        let acts = reading.acts.iter().map(|act| &act.object);
        let mut all = acts.chain(reading.uses.iter().map(|used| &used.object));
        all.any(|object| {
            self.hot.contains(object.name.as_str()) || self.has_bodies && is_routine(object.kind)
        })
    }
}

/// Whether an act takes something away, or may do anything.
fn is_telling(act: &Act) -> bool {
    let takes = matches!(
        act.verb,
        Verb::Drop { .. } | Verb::Write(RowWrite::Delete | RowWrite::Truncate) | Verb::SetSchema(_)
    );
    takes || act.inside == Inside::Routine
}

/// Whether another script has made an object of this name already, or given its name to one.
fn is_made_elsewhere<'r>(
    act: &'r Act,
    number: usize,
    makers: &mut HashMap<(&'r str, Option<&'r str>), usize>,
) -> bool {
    let (object, member) = (act.object.name.as_str(), act.object.member.as_deref());
    let name = match &act.verb {
        Verb::Create if act.part_of.is_none() => (object, member),
        Verb::Rename(new) if member.is_some() => (object, Some(new.as_str())),
        Verb::Rename(new) => (new.as_str(), None),
        _ => return false,
    };
    *makers.entry(name).or_insert(number) != number
}

/// What matters under one name matters under all that it ever had.
fn spread<'r>(hot: &mut HashSet<&'r str>, ties: &[(&'r str, &'r str)]) {
    loop {
        let before = hot.len();
        for (one, other) in ties {
            if hot.contains(one) || hot.contains(other) {
                hot.extend([*one, *other]);
            }
        }
        if hot.len() == before {
            return;
        }
    }
}
