//! What tables take over from others: `LIKE`, `INHERITS`, `PARTITION OF`.

use super::copies::has_index;
use super::happening::Effect;
use super::names::member_id;
use super::story::{At, Story};
use super::world::ThingId;
use crate::schema::Kind;
use crate::sql::Named;

/// How a table comes by the columns of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Like,
    Inherits,
    Partition,
}

impl Story {
    /// What a new relation takes over.
    pub(super) fn inherit(&mut self, at: At<'_>, heir: ThingId) {
        let manner = at.act.definition.as_deref().unwrap_or_default();
        let way = if has_words(manner, "partition of") {
            Way::Partition
        } else if has_words(manner, "inherits") {
            Way::Inherits
        } else {
            Way::Like
        };
        for from in &at.act.columns_from {
            let Some(source) = self.relation_of(from) else {
                self.world.thing_mut(heir).is_open = true;
                continue;
            };
            self.world.thing_mut(heir).is_open |= self.world.thing(source).is_open;
            match way {
                Way::Like => self.take_like(at, source, heir),
                Way::Partition => self.attach(at, source, heir),
                Way::Inherits => {
                    self.world.thing_mut(source).heirs.push(heir);
                    self.world.lean(source, heir);
                    for part in self.world.thing(source).parts.clone() {
                        self.inherit_by(at, part, heir, false);
                    }
                }
            }
        }
    }

    fn relation_of(&self, named: &Named) -> Option<ThingId> {
        self.world.relation(named.schema.as_deref(), &named.name, self.path.schemas())
    }

    /// `LIKE` copies columns, and what is included; the copies go their own ways.
    fn take_like(&mut self, at: At<'_>, source: ThingId, heir: ThingId) {
        let text = at.context.text.to_ascii_lowercase();
        let including = |what: &str| {
            (has_words(&text, "including all") || has_words(&text, &format!("including {what}")))
                && !has_words(&text, &format!("excluding {what}"))
        };
        for part in self.world.thing(source).parts.clone() {
            let told = self.world.thing(part);
            let definition = told.definition.as_deref();
            if !told.is_there() {
                continue;
            }
            match told.id.kind {
                Kind::Column => self.copy(at, part, heir, false),
                Kind::Constraint if is_check(definition) && including("constraints") => {
                    self.copy(at, part, heir, false);
                }
                Kind::Constraint if has_index(definition) && including("indexes") => {
                    self.copy_index(at, part, heir, false);
                }
                Kind::Index if including("indexes") => self.copy_index(at, part, heir, false),
                _ => {}
            }
        }
    }

    /// A new member of a table is one of its heirs as well.
    pub(super) fn inherit_member(&mut self, at: At<'_>, member: ThingId, parent: ThingId) {
        for heir in self.world.thing(parent).heirs.clone() {
            if self.world.thing(heir).is_there() {
                let is_partition = self.world.thing(heir).is_partition;
                self.inherit_by(at, member, heir, is_partition);
            }
        }
    }

    /// Gives an heir what it inherits of one member: columns, checks; as a partition also keys.
    pub(super) fn inherit_by(
        &mut self,
        at: At<'_>,
        member: ThingId,
        heir: ThingId,
        is_partition: bool,
    ) {
        let told = self.world.thing(member);
        let definition = told.definition.as_deref();
        match told.id.kind {
            _ if !told.is_there() => {}
            Kind::Column => self.copy(at, member, heir, true),
            Kind::Constraint
                if is_check(definition)
                    && definition.is_some_and(|it| has_words(it, "no inherit")) => {}
            Kind::Constraint if is_check(definition) => self.copy(at, member, heir, true),
            Kind::Constraint if is_partition && has_index(definition) => {
                self.copy_index(at, member, heir, true);
            }
            Kind::Constraint if is_partition => self.copy(at, member, heir, true),
            _ => {}
        }
    }

    /// Makes the same member for an heir, where it has none of that name.
    fn copy(&mut self, at: At<'_>, member: ThingId, heir: ThingId, goes_with: bool) {
        let original = self.world.thing(member).clone();
        let id = member_id(original.id.kind, &self.world.thing(heir).id.name, &original.name);
        if let Some(there) = self.world.at(&id) {
            if goes_with {
                self.world.thing_mut(member).heirs.push(there);
            }
            // No column of a partition is its own (`attislocal`).
            if self.world.thing(heir).is_partition {
                self.world.tie(member, there);
            }
            return;
        }
        let copy = self.world.add_member(original.id.kind, heir, &original.name);
        self.world.thing_mut(copy).definition = original.definition;
        if goes_with {
            self.world.thing_mut(member).heirs.push(copy);
            self.world.tie(member, copy);
        }
        let happening = self.tell(at, copy, Effect::Made);
        self.inherit_member(at.following(happening), copy, heir);
    }

    /// A new index of a table is one of its partitions as well.
    pub(super) fn inherit_index(&mut self, at: At<'_>, index: ThingId, table: ThingId) {
        let heirs = self.world.thing(table).heirs.clone();
        if heirs.is_empty() || has_words(&at.context.text.to_ascii_lowercase(), "on only") {
            return;
        }
        for heir in heirs {
            if self.world.thing(heir).is_partition && self.world.thing(heir).is_there() {
                self.copy_index(at, index, heir, true);
            }
        }
    }

    /// `ATTACH PARTITION`, `DETACH PARTITION`: the partition is spoken of right after its table.
    pub(super) fn change_partitions(&mut self, at: At<'_>, table: ThingId, is_attached: bool) {
        let uses = &at.context.reading.uses;
        let is_after = |it: &&crate::sql::Use| {
            it.object.kind == Kind::Table && it.span.start >= at.act.span.end
        };
        let Some(named) = uses.iter().find(is_after).map(|it| &it.object) else { return };
        let Some(heir) = self.relation_of(named) else { return };
        if is_attached {
            self.attach(at, table, heir);
        } else {
            self.detach(table, heir);
        }
    }
}

/// Whether the words stand in a text in lower case, with any blanks between them.
pub(super) fn has_words(text: &str, words: &str) -> bool {
    let wanted: Vec<_> = words.split(' ').collect();
    let all: Vec<_> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    all.windows(wanted.len()).any(|window| window == wanted)
}

fn is_check(definition: Option<&str>) -> bool {
    definition.is_some_and(|definition| definition.trim_start().starts_with("check"))
}
