use std::collections::BTreeSet;
use std::sync::Arc;

use super::Evidence;
use super::inside::{Part, part};
use super::objects::{RELATIONS, bare, history_of, is_routine, same};
use crate::lineage::{Author, Happening, Lineage, Opening, Readings};
use crate::migration::{Migration, MigrationId};
use crate::outcome::{Found, Phase};
use crate::plan::{CasePlan, PrepStep};
use crate::schema::{Kind, ObjectId};
use crate::sql::{self, Reading};

/// Everything that a rule may look at.
pub(super) struct Inquiry<'a> {
    pub(super) case: &'a CasePlan,
    pub(super) found: &'a Found,
    pub(super) evidence: &'a Evidence,
    /// The migration that failed.
    pub(super) failed: &'a Arc<Migration>,
    /// What ran before the failing statement, in order.
    pub(super) past: Lineage,
    /// The same as if nothing had been left out.
    pub(super) complete: Lineage,
    /// What ran, and what comes after the failed migration as if that one were not there.
    whole: Lineage,
    /// The position of the first one after it among the authors of `whole`.
    position: usize,
    /// The failing statement; inside a function, the statement in it.
    pub(super) reading: Reading,
    /// Which part of a function's statement `reading` is of.
    part: Part,
    /// The failing statement as the file has it, where `reading` is that of a function's statement.
    pub(super) outer: Option<Reading>,
}

impl<'a> Inquiry<'a> {
    /// Lays the histories; `None` for a finding that is about no migration of the case.
    pub(super) fn new(
        case: &'a CasePlan,
        found: &'a Found,
        evidence: &'a Evidence,
    ) -> Option<Self> {
        let id = found.migration.as_ref()?;
        let failed = case.set.migrations().iter().find(|migration| migration.id == *id)?;
        let readings = Readings::default();
        let opening = Opening {
            search_path: case.scenario.setup.search_path.clone(),
            sessions: case.sessions,
            roles: roles_of(case),
            there: None,
        };
        let ran = ran_before(case, found.phase, id);
        let until = |authors: Vec<Author>| {
            let position = authors.len();
            let authors: Vec<_> =
                authors.into_iter().chain([Author::Migration(failed.clone())]).collect();
            match found.statement_index {
                Some(index) => Lineage::before(&authors, &opening, &readings, position, index),
                None => Lineage::of(&authors, &opening, &readings),
            }
        };
        let mut whole = ran.clone();
        let position = whole.len();
        let rest = case.chain.iter().skip_while(|migration| migration.id != *id).skip(1);
        whole.extend(rest.cloned().map(Author::Migration));
        let statement = found.statement.as_deref().map(sql::read).unwrap_or_default();
        let (reading, part, outer) = match &found.error.internal {
            Some((inside, _)) => {
                let (reading, part) = part(inside);
                (reading, part, Some(statement))
            }
            None => (statement, Part::default(), None),
        };
        Some(Self {
            case,
            found,
            evidence,
            failed,
            complete: until(with_left_out(case, &ran, failed)),
            past: until(ran),
            whole: Lineage::of(&whole, &opening, &readings),
            position,
            part,
            reading,
            outer,
        })
    }

    /// The SQLSTATE, or an empty text.
    pub(super) fn state(&self) -> &str {
        self.found.error.sqlstate.as_ref().map_or("", |state| state.as_str())
    }

    /// A byte of the statement inside a function, as a byte of the text that `reading` is of.
    pub(super) fn inside_at(&self, byte: usize) -> Option<usize> {
        self.part.at(byte)
    }

    /// Whether an object was there when the statement failed.
    pub(super) fn is_there(&self, object: &ObjectId) -> bool {
        match &self.evidence.catalog {
            _ if object.kind == Kind::Role && !self.evidence.roles.is_empty() => {
                self.evidence.roles.contains(bare(&object.name))
            }
            // The catalog tells labels with their type.
            Some(catalog) if object.kind != Kind::EnumValue => {
                let is_relation = RELATIONS.contains(&object.kind);
                let named = |kind: &Kind| ObjectId::new(*kind, object.name.clone());
                catalog.objects.contains_key(object)
                    || (is_relation
                        && RELATIONS.iter().any(|kind| catalog.objects.contains_key(&named(kind))))
                    || (is_routine(object.kind)
                        && catalog.objects.keys().any(|it| same(it, object)))
            }
            _ => self.past.exists(object),
        }
    }

    /// The history of everything, the migrations after the failed one included.
    pub(super) fn whole(&self) -> &Lineage {
        &self.whole
    }

    /// Whether something happens after the failed migration; of [`Inquiry::whole`].
    pub(super) fn is_later(&self, happening: &Happening) -> bool {
        happening.author >= self.position
    }

    /// How many migrations ran between something that happened before and the failed one; of [`Inquiry::past`].
    pub(super) fn migrations_since(&self, happening: &Happening) -> usize {
        self.position.saturating_sub(happening.author)
    }

    /// How many migrations come between the failed one and something that happens later; of [`Inquiry::whole`].
    pub(super) fn migrations_until(&self, happening: &Happening) -> usize {
        (happening.author + 1).saturating_sub(self.position)
    }

    /// What comes to an object after the failed migration.
    pub(super) fn later_history(&self, object: &ObjectId) -> Vec<&Happening> {
        let mut history = history_of(&self.whole, object);
        history.retain(|happening| self.is_later(happening));
        history
    }

    /// The migrations after the failed one.
    pub(super) fn later_authors(&self) -> &[Author] {
        self.whole.authors().get(self.position..).unwrap_or_default()
    }

    /// Whether a migration is left out by the scenario.
    pub(super) fn is_left_out(&self, author: &Author) -> bool {
        let Some(migration) = author.migration() else { return false };
        self.case.excluded.iter().any(|excluded| excluded.migration == migration.id)
    }

    /// Migrations that were left out and come before the one that failed.
    pub(super) fn left_out_before(&self) -> impl Iterator<Item = &Arc<Migration>> {
        self.complete.authors().iter().filter_map(|author| match author {
            Author::Migration(migration) if self.is_left_out(author) => Some(migration),
            _ => None,
        })
    }
}

/// What ran before a migration of this case began: setup, seed, and the pending ones before it.
fn ran_before(case: &CasePlan, phase: Phase, id: &MigrationId) -> Vec<Author> {
    let mut authors: Vec<_> = case.setup.iter().filter_map(author).collect();
    let mut seeded = BTreeSet::new();
    if matches!(phase, Phase::Apply | Phase::Seed) {
        for step in &case.seeding {
            if let Some(Author::Migration(migration)) = author(step)
                && phase == Phase::Seed
                && migration.id == *id
            {
                return authors;
            }
            // What the history does not tell is pending again.
            if let PrepStep::Migrate(migration)
            | PrepStep::Record(migration)
            | PrepStep::Pretended(migration) = step
            {
                seeded.insert(migration.id.clone());
            }
            authors.extend(author(step));
        }
    }
    let pending = case.chain.iter().filter(|migration| !seeded.contains(&migration.id));
    let before = pending.take_while(|migration| migration.id != *id);
    authors.extend(before.cloned().map(Author::Migration));
    authors
}

fn author(step: &PrepStep) -> Option<Author> {
    match step {
        PrepStep::Sql(script) => Some(Author::Script(script.clone())),
        PrepStep::Migrate(migration)
        | PrepStep::Record(migration)
        | PrepStep::Unrecorded(migration)
        | PrepStep::Interrupted { migration, .. } => Some(Author::Migration(migration.clone())),
        PrepStep::Role(_)
        | PrepStep::User(_)
        | PrepStep::Restore(_)
        | PrepStep::Pretended(_)
        | PrepStep::Rows(_) => None,
    }
}

/// What ran, with what was left out at the places where it belongs.
fn with_left_out(case: &CasePlan, ran: &[Author], failed: &Migration) -> Vec<Author> {
    let set = case.set.migrations();
    let position = |id: &MigrationId| set.iter().position(|migration| migration.id == *id);
    let end = position(&failed.id).unwrap_or(set.len());
    let is_left_out =
        |migration: &Migration| case.excluded.iter().any(|it| it.migration == migration.id);
    let has_run: BTreeSet<_> =
        ran.iter().filter_map(|author| Some(&author.migration()?.id)).collect();
    let mut left_out = set[..end]
        .iter()
        .enumerate()
        .filter(|(_, migration)| is_left_out(migration) && !has_run.contains(&migration.id))
        .peekable();
    let mut authors = Vec::new();
    for author in ran {
        let at = author.migration().and_then(|migration| position(&migration.id));
        while let (Some(at), Some((before, migration))) = (at, left_out.peek())
            && *before < at
        {
            authors.push(Author::Migration((*migration).clone()));
            left_out.next();
        }
        authors.push(author.clone());
    }
    authors.extend(left_out.map(|(_, migration)| Author::Migration(migration.clone())));
    authors
}

fn roles_of(case: &CasePlan) -> Vec<String> {
    let roles = case.setup.iter().filter_map(|step| match step {
        PrepStep::Role(name) | PrepStep::User(name) => Some(name.clone()),
        _ => None,
    });
    roles.collect()
}
