//! Which other orders of the pending migrations are worth a try.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::lineage::{Effect, Graph, Happening, Lineage, Requirement, declared};
use crate::migration::{Migration, MigrationKind};
use crate::schema::ObjectId;
use crate::sql::Guard;

/// Another order: one pending migration runs earlier than it stands, and the others as they stand. Positions in the list of
/// what is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    /// The migration that it runs before.
    pub(super) first: usize,
    /// The migration that runs earlier.
    pub(super) moved: usize,
}

/// The orders to try, and those that a dependency rules out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) orders: Vec<Order>,
    /// For migrations that cannot move further: the migration that each needs, by `first`.
    pub(super) bound: Vec<Order>,
}

impl Order {
    /// The positions that run in another order, as they run then.
    pub(super) fn positions(self) -> impl Iterator<Item = usize> {
        std::iter::once(self.moved).chain(self.first..self.moved)
    }
}

/// The nearest orders first, and of the newest migrations: so branches are merged. `needs` says of two positions whether the
/// later one needs the earlier, which it then cannot run before.
pub(super) fn choose(count: usize, most: usize, needs: impl Fn(usize, usize) -> bool) -> Choice {
    let mut choice = Choice::default();
    let mut is_bound = vec![false; count];
    for reach in 0..2 * count {
        for age in 0..=reach.min(count.saturating_sub(1)) {
            if choice.orders.len() == most {
                return choice;
            }
            let moved = count - 1 - age;
            let Some(first) = moved.checked_sub(reach - age + 1) else { continue };
            if is_bound[moved] {
                continue;
            }
            let order = Order { first, moved };
            if needs(moved, first) {
                is_bound[moved] = true;
                choice.bound.push(order);
            } else {
                choice.orders.push(order);
            }
        }
    }
    choice
}

/// Which pending migrations need which, as far as the statements and the headers say it.
pub(super) struct Needs {
    pairs: BTreeSet<(usize, usize)>,
}

impl Needs {
    /// Positions in `pending`. What a repeatable or a baseline needs is its tool's to say: it stays where it is.
    pub(super) fn of(lineage: &Lineage, graph: &Graph, pending: &[Arc<Migration>]) -> Self {
        let mut pairs = BTreeSet::new();
        let position = |author: usize| {
            let migration = lineage.authors().get(author)?.migration()?;
            pending.iter().position(|it| it.id == migration.id)
        };
        for (author, node) in graph.nodes().iter().enumerate() {
            let Some(later) = position(author) else { continue };
            let speaks_of = |it: &&Requirement| !only_makes_again(lineage, author, it);
            let needed = node.requires.iter().chain(node.mentions.iter().filter(speaks_of));
            pairs.extend(needed.filter_map(|it| Some((later, position(it.author)?))));
        }
        for said in declared(lineage.authors()) {
            if let (Some(later), Some(earlier)) =
                (position(said.author), said.on.and_then(position))
            {
                pairs.insert((later, earlier));
            }
        }
        for (later, earlier) in taken_away(lineage) {
            if let (Some(later), Some(earlier)) = (position(later), position(earlier)) {
                pairs.insert((later, earlier));
            }
        }
        let stays = |it: &Arc<Migration>| it.kind != MigrationKind::Versioned;
        let fixed = pending.iter().enumerate().filter(|(_, migration)| stays(migration));
        for (fixed, _) in fixed {
            pairs.extend((0..fixed).map(|earlier| (fixed, earlier)));
            pairs.extend((fixed + 1..pending.len()).map(|later| (later, fixed)));
        }
        Self { pairs }
    }

    pub(super) fn says(&self, later: usize, earlier: usize) -> bool {
        self.pairs.contains(&(later, earlier))
    }
}

/// Authors that drop or rename something, each with an earlier one that speaks of it: that comes after it has served.
fn taken_away(lineage: &Lineage) -> BTreeSet<(usize, usize)> {
    let mut users: HashMap<&ObjectId, BTreeSet<usize>> = HashMap::new();
    for need in lineage.needs() {
        users.entry(&need.object).or_default().insert(need.author);
    }
    let taken = lineage.happenings().iter().filter(|told| told.effect.takes());
    taken
        .flat_map(|told| {
            let users = users.get(&told.object).into_iter().flatten();
            users.filter(|user| **user < told.author).map(|user| (told.author, *user))
        })
        .collect()
}

/// Whether an author speaks of what another made only by making it once more, and neither minds that it is there (`IF NOT EXISTS`,
/// `OR REPLACE`): so do two branches that do not know of each other.
fn only_makes_again(lineage: &Lineage, author: usize, it: &Requirement) -> bool {
    let does = |author: usize, object: &ObjectId, is_such: &dyn Fn(&Happening) -> bool| {
        let mut told = lineage.happenings().iter();
        told.any(|told| told.author == author && told.object == *object && is_such(told))
    };
    let minds_nothing =
        |told: &Happening| matches!(told.guard, Guard::IfNotExists | Guard::OrReplace);
    let makes = |told: &Happening| told.effect == Effect::Made && minds_nothing(told);
    let makes_again = |told: &Happening| {
        matches!(told.effect, Effect::Kept | Effect::Replaced | Effect::Swallowed(_))
    };
    it.through.iter().all(|link| {
        does(it.author, &link.object, &makes) && does(author, &link.object, &makes_again)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(orders: &[Order]) -> Vec<(usize, usize)> {
        orders.iter().map(|order| (order.first, order.moved)).collect()
    }

    #[test]
    fn near_orders_of_the_newest_come_first() {
        let choice = choose(4, 4, |_, _| false);
        assert_eq!(pairs(&choice.orders), [(2, 3), (1, 3), (1, 2), (0, 3)]);
    }

    #[test]
    fn every_order_comes_where_enough_are_asked_for_and_each_once() {
        let choice = choose(4, 100, |_, _| false);
        let all: BTreeSet<_> = choice.orders.iter().copied().collect();
        assert_eq!((choice.orders.len(), all.len()), (6, 6));
        assert!(choose(0, 5, |_, _| false).orders.is_empty());
        assert!(choose(1, 5, |_, _| false).orders.is_empty());
    }

    #[test]
    fn a_migration_does_not_run_before_one_that_it_needs() {
        let choice = choose(3, 100, |later, earlier| (later, earlier) == (2, 1));
        assert_eq!(pairs(&choice.orders), [(0, 1)]);
        assert_eq!(pairs(&choice.bound), [(1, 2)]);
    }

    #[test]
    fn the_moved_one_runs_first() {
        let order = Order { first: 1, moved: 3 };
        assert_eq!(order.positions().collect::<Vec<_>>(), [3, 1, 2]);
    }
}
