use std::collections::{BTreeMap, BTreeSet};

use crate::migration::MigrationId;
use crate::migration::split::{TokenKind, tokens};
use crate::schema::Kind;
use crate::sql::{Act, Guard, Inside, Named, Reading, Use, Verb};

/// What is not there: what the server lacks, and what was taken out of the files for want of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Gone {
    /// From the beginning.
    always: BTreeSet<Named>,
    /// From some migration on.
    with: BTreeMap<MigrationId, Vec<Named>>,
    /// At the moment.
    now: BTreeSet<Named>,
}

impl Gone {
    pub(super) fn lacking(extensions: &BTreeSet<String>) -> Self {
        let named = |name: &String| Named::new(Kind::Extension, None, name.clone());
        Self { always: extensions.iter().map(named).collect(), ..Self::default() }
    }

    /// Adds something that the server lacks.
    pub(super) fn lacks(&mut self, named: Named) -> bool {
        self.always.insert(Named { arguments: None, ..named })
    }

    /// Goes back to the time before the first migration.
    pub(super) fn rewind(&mut self) {
        self.now = self.always.clone();
    }

    /// Comes to a migration, out of which something may have been taken before.
    pub(super) fn enter(&mut self, id: &MigrationId) {
        self.now.extend(self.with.get(id).into_iter().flatten().cloned());
    }

    /// Notes what acts would have made, which were taken out of a migration.
    pub(super) fn take_out<'a>(&mut self, id: &MigrationId, acts: impl Iterator<Item = &'a Act>) {
        for act in acts {
            let made = match &act.verb {
                Verb::Create => act.object.clone(),
                Verb::Rename(name) => match &act.object.member {
                    Some(_) => Named { member: Some(name.clone()), ..act.object.clone() },
                    None => Named { name: name.clone(), ..act.object.clone() },
                },
                _ => continue,
            };
            let made = Named { arguments: None, ..made };
            self.now.insert(made.clone());
            self.with.entry(id.clone()).or_default().push(made);
        }
    }

    /// Notes what a statement makes that stays.
    pub(super) fn keep(&mut self, reading: &Reading) {
        let made = reading.acts.iter().filter(|act| act.verb == Verb::Create);
        for act in made.filter(|act| act.inside == Inside::Statement) {
            self.now.retain(|gone| !is_same(gone, &act.object) || self.always.contains(gone));
        }
    }

    /// The bytes of a statement at which it surely speaks of something that is not there.
    pub(super) fn touched(&self, reading: &Reading) -> Vec<usize> {
        let uses = reading.uses.iter().filter(|it| it.inside == Inside::Statement);
        let uses = uses.filter(|it| self.is_used(it)).map(|it| it.span.start);
        let acts = reading.acts.iter().filter(|it| it.inside == Inside::Statement);
        let acts = acts.filter(|it| self.is_acted_on(it)).map(|it| it.span.start);
        uses.chain(acts).collect()
    }

    fn is_used(&self, used: &Use) -> bool {
        let object = &used.object;
        if object.kind == Kind::Column && object.name.is_empty() {
            let mut owners = used.among.iter();
            return owners.len() > 0
                && owners.all(|owner| {
                    let column = Named { name: owner.name.clone(), ..object.clone() };
                    self.has(&column) || self.has_whole(&column)
                });
        }
        self.has(object) || self.has_whole(object)
    }

    fn is_acted_on(&self, act: &Act) -> bool {
        match &act.verb {
            Verb::Create => {
                act.object.kind == Kind::Extension && self.has(&act.object)
                    || self.has_whole(&act.object)
            }
            Verb::Drop { .. } if act.guard == Guard::IfExists => false,
            _ => self.has(&act.object) || self.has_whole(&act.object),
        }
    }

    /// Whether something is gone.
    pub(super) fn has(&self, named: &Named) -> bool {
        self.now.iter().any(|gone| is_same(gone, named))
    }

    /// Whether the relation is gone that something is a member of.
    fn has_whole(&self, named: &Named) -> bool {
        let is_whole = |gone: &Named| {
            gone.member.is_none()
                && is_relation(gone.kind)
                && gone.name == named.name
                && !named.name.is_empty()
        };
        named.member.is_some() && self.now.iter().any(is_whole)
    }

    /// Whether a text says the name of something that is gone.
    pub(super) fn is_named_in(&self, sql: &str) -> bool {
        let mut names = tokens(sql)
            .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Identifier))
            .map(|token| token.text.to_lowercase());
        names.any(|name| {
            self.now
                .iter()
                .any(|gone| gone.member.as_ref().unwrap_or(&gone.name).to_lowercase() == name)
        })
    }
}

fn is_relation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::Index
            | Kind::Sequence
    )
}

fn is_routine(kind: Kind) -> bool {
    matches!(kind, Kind::Function | Kind::Procedure | Kind::Aggregate)
}

/// The same thing, as far as two statements name it.
fn is_same(one: &Named, other: &Named) -> bool {
    let are_alike = |is: fn(Kind) -> bool| is(one.kind) && is(other.kind);
    let schemas_agree = match (&one.schema, &other.schema) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    (one.kind == other.kind || are_alike(is_relation) || are_alike(is_routine))
        && one.name == other.name
        && one.member == other.member
        && schemas_agree
}
