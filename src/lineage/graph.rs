//! Which author needs which.

use std::collections::{BTreeMap, HashSet};

use super::answers::Lineage;
use super::happening::{Effect, Happening, Strength};
use crate::place::Place;
use crate::schema::{Kind, ObjectId};
use crate::sql::{Inside, Verb};

/// The dependencies between the authors of a lineage.
#[derive(Debug, Clone)]
pub struct Graph {
    nodes: Vec<Node>,
}

/// One author, by its position in [`Lineage::authors`].
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// What it makes, without the parts of that, and what it gives another name.
    pub creates: Vec<ObjectId>,
    /// What it changes, drops, or writes rows of.
    pub changes: Vec<ObjectId>,
    /// Earlier authors without whom it would fail, in order.
    pub requires: Vec<Requirement>,
    /// Earlier authors whose objects it speaks of where it would not fail without them: in a branch, under `IF EXISTS`, or in
    /// the body of a routine.
    pub mentions: Vec<Requirement>,
    /// What it needs that no author makes: an extension, a role, something of the environment.
    pub outside: Vec<Link>,
    /// Later authors that require it.
    pub used_by: Vec<usize>,
}

/// That an author needs another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The other author.
    pub author: usize,
    /// The objects that it is about.
    pub through: Vec<Link>,
}

/// An object that one author needs of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The object.
    pub object: ObjectId,
    /// Where it is needed.
    pub needed: Place,
    /// Where it is made, renamed, or dropped to make room.
    pub made: Option<Place>,
}

impl Graph {
    /// The dependencies that the statements show.
    #[must_use]
    pub fn of(lineage: &Lineage) -> Self {
        let mut nodes = vec![Node::default(); lineage.authors().len()];
        for told in lineage.happenings() {
            if let Some(node) = nodes.get_mut(told.author) {
                node.take(told);
            }
        }
        let mut firm = vec![BTreeMap::new(); nodes.len()];
        let mut loose = vec![BTreeMap::new(); nodes.len()];
        for need in lineage.needs() {
            let made = need.maker.and_then(|maker| lineage.happenings().get(maker));
            let link = Link {
                object: need.object.clone(),
                needed: need.place.clone(),
                made: made.map(|made| made.place.clone()),
            };
            if need.strength == Strength::Firm
                && let Some(node) = nodes.get_mut(need.author)
            {
                node.need_outside(&link, need.found);
            }
            match made {
                Some(made) if made.author == need.author => {}
                Some(made) => {
                    let edges =
                        if need.strength == Strength::Firm { &mut firm } else { &mut loose };
                    add_edge(edges, need.author, made.author, link);
                }
                None => {}
            }
        }
        for (number, link, author) in made_free(lineage) {
            add_edge(&mut firm, number, author, link);
        }
        nodes.iter_mut().for_each(Node::tidy);
        let mut graph = Self { nodes };
        graph.connect(firm, loose);
        graph
    }

    fn connect(&mut self, firm: Vec<Edges>, loose: Vec<Edges>) {
        for (number, (firm, mut loose)) in firm.into_iter().zip(loose).enumerate() {
            loose.retain(|author, _| !firm.contains_key(author));
            for author in firm.keys() {
                if let Some(node) = self.nodes.get_mut(*author) {
                    node.used_by.push(number);
                }
            }
            if let Some(node) = self.nodes.get_mut(number) {
                node.requires = requirements(firm);
                node.mentions = requirements(loose);
            }
        }
    }

    /// One node for each author, in their order.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The authors that neither require nor mention another one, nor are required or mentioned.
    #[must_use]
    pub fn independent(&self) -> Vec<usize> {
        let others = |node: &Node| {
            let others = node.requires.iter().chain(&node.mentions).map(|it| it.author);
            others.collect::<Vec<_>>()
        };
        let spoken_of: HashSet<_> = self.nodes.iter().flat_map(others).collect();
        let nodes = self.nodes.iter().enumerate();
        let alone =
            nodes.filter(|(number, node)| others(node).is_empty() && !spoken_of.contains(number));
        alone.map(|(number, _)| number).collect()
    }

    /// The longest chain of authors of which each requires the one before; of several the one that begins first.
    #[must_use]
    pub fn critical_path(&self) -> Vec<usize> {
        let mut longest: Vec<(usize, Option<usize>)> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let before = node.requires.iter().map(|it| it.author);
            let lengths = before.filter_map(|author| Some((longest.get(author)?.0, author)));
            let best = lengths.max_by_key(|(length, author)| (*length, std::cmp::Reverse(*author)));
            longest.push(best.map_or((1, None), |(length, author)| (length + 1, Some(author))));
        }
        let ends = longest.iter().enumerate();
        let end = ends.max_by_key(|(number, (length, _))| (*length, std::cmp::Reverse(*number)));
        let mut path = Vec::new();
        let mut next = end.map(|(number, _)| number);
        while let Some(number) = next {
            path.push(number);
            next = longest.get(number).and_then(|(_, before)| *before);
        }
        path.reverse();
        path
    }

    /// For each author the required ones that no other required one requires already: the arrows of a drawing.
    #[must_use]
    pub fn reduced(&self) -> Vec<Vec<usize>> {
        let mut reached: Vec<Vec<bool>> = Vec::with_capacity(self.nodes.len());
        let mut reduced = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let mut reach = vec![false; self.nodes.len()];
            let mut arrows = Vec::new();
            for author in node.requires.iter().rev().map(|it| it.author) {
                if reach.get(author).copied().unwrap_or(true) {
                    continue;
                }
                arrows.push(author);
                for (mine, theirs) in
                    reach.iter_mut().zip(reached.get(author).into_iter().flatten())
                {
                    *mine |= theirs;
                }
                reach.iter_mut().skip(author).take(1).for_each(|it| *it = true);
            }
            arrows.reverse();
            reduced.push(arrows);
            reached.push(reach);
        }
        reduced
    }

    /// Whether an author requires another one, directly or through others.
    #[must_use]
    pub fn reaches(&self, author: usize, other: usize) -> bool {
        self.required_by(author).contains(&other)
    }

    /// Every author that one requires, directly or through others, in order.
    #[must_use]
    pub fn required_by(&self, author: usize) -> Vec<usize> {
        self.follow(&[author], |node| node.requires.iter().map(|it| it.author).collect())
    }

    /// Every author that requires one of these, directly or through others, in order: what falls when they are left out.
    #[must_use]
    pub fn falls_with(&self, authors: &[usize]) -> Vec<usize> {
        self.follow(authors, |node| node.used_by.clone())
    }

    fn follow(&self, from: &[usize], next: impl Fn(&Node) -> Vec<usize>) -> Vec<usize> {
        let mut seen = vec![false; self.nodes.len()];
        let mut left = from.to_vec();
        while let Some(number) = left.pop() {
            for author in self.nodes.get(number).map(&next).unwrap_or_default() {
                if let Some(known) = seen.get_mut(author).filter(|known| !**known) {
                    *known = true;
                    left.push(author);
                }
            }
        }
        let seen =
            seen.into_iter().enumerate().filter(|(number, seen)| *seen && !from.contains(number));
        seen.map(|(number, _)| number).collect()
    }
}

type Edges = BTreeMap<usize, Vec<Link>>;

fn add_edge(edges: &mut [Edges], from: usize, to: usize, link: Link) {
    if let Some(edges) = edges.get_mut(from).filter(|_| from != to) {
        let links = edges.entry(to).or_default();
        if !links.iter().any(|known| known.object == link.object) {
            links.push(link);
        }
    }
}

fn requirements(edges: Edges) -> Vec<Requirement> {
    edges.into_iter().map(|(author, through)| Requirement { author, through }).collect()
}

/// Whoever makes an object of a name that was free only because somebody dropped or renamed another: who, what, and whom
/// it requires.
fn made_free(lineage: &Lineage) -> Vec<(usize, Link, usize)> {
    let mut gone: BTreeMap<&ObjectId, &Happening> = BTreeMap::new();
    let mut found = Vec::new();
    for told in lineage.happenings() {
        if told.effect.takes() && told.effect != Effect::MadeAgainWithout {
            gone.insert(&told.object, told);
        } else if told.effect.brings()
            && told.part_of.is_none()
            && let Some(taken) = gone.remove(&told.object)
        {
            let link = Link {
                object: told.object.clone(),
                needed: told.place.clone(),
                made: Some(taken.place.clone()),
            };
            found.push((told.author, link, taken.author));
        }
    }
    found
}

impl Node {
    fn take(&mut self, told: &Happening) {
        if told.part_of.is_some() || told.inside == Inside::Routine {
            return;
        }
        if told.verb == Verb::Create && is_of_image(&told.object) {
            let needed = told.place.clone();
            let link = Link { object: told.object.clone(), needed, made: None };
            self.need_outside(&link, true);
        }
        let list = match (&told.effect, &told.verb) {
            (Effect::Made | Effect::RenamedFrom(_), _) => &mut self.creates,
            (Effect::Altered("comment"), _) => return,
            (Effect::Altered(_) | Effect::Replaced | Effect::Removed, _)
            | (Effect::Written(_), Verb::Write(_)) => &mut self.changes,
            _ => return,
        };
        list.push(told.object.clone());
    }

    /// Each object once, in the order of first mention; what it made itself it does not change.
    fn tidy(&mut self) {
        let mut seen = HashSet::new();
        self.creates.retain(|object| seen.insert(object.clone()));
        let own: HashSet<_> = self.creates.iter().map(|object| object.name.clone()).collect();
        self.changes.retain(|object| {
            let is_of_own =
                object.name.rsplit_once('.').is_some_and(|(whole, _)| own.contains(whole));
            !is_of_own && seen.insert(object.clone())
        });
    }

    /// What was there before the first author is no need worth telling, but for what an image may lack.
    fn need_outside(&mut self, link: &Link, found: bool) {
        let may_lack = is_of_image(&link.object);
        let is_known = self.outside.iter().any(|known| known.object == link.object);
        if (!found || may_lack) && !is_known {
            self.outside.push(link.clone());
        }
    }
}

/// Whether the server's image has to bring it, whoever says `CREATE EXTENSION`.
fn is_of_image(object: &ObjectId) -> bool {
    object.kind == Kind::Extension && object.name != "plpgsql"
}
