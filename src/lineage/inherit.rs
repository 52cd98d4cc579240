//! What tables take over from others: `LIKE`, `INHERITS`, `PARTITION OF`.

use super::happening::Effect;
use super::names::member_id;
use super::story::{At, Story};
use super::world::ThingId;
use crate::schema::Kind;

impl Story {
    /// The columns that a new relation takes over.
    pub(super) fn inherit(&mut self, at: At<'_>, heir: ThingId) {
        let text = at.context.text.to_ascii_lowercase();
        let is_partition = has_words(&text, "partition of");
        let is_like = !is_partition && !has_words(&text, "inherits");
        for from in &at.act.columns_from {
            let path = self.path.schemas();
            let Some(source) = self.world.relation(from.schema.as_deref(), &from.name, path) else {
                self.world.thing_mut(heir).is_open = true;
                continue;
            };
            self.world.thing_mut(heir).is_open |= self.world.thing(source).is_open;
            self.world.thing_mut(heir).is_partition |= is_partition;
            if !is_like {
                self.world.thing_mut(source).heirs.push(heir);
                if is_partition {
                    self.world.tie(source, heir);
                } else {
                    self.world.lean(source, heir);
                }
            }
            for part in self.world.thing(source).parts.clone() {
                if self.is_taken_over(part, is_partition, is_like, &text) {
                    self.copy(at, part, heir, !is_like);
                }
            }
        }
    }

    fn is_taken_over(&self, part: ThingId, is_partition: bool, is_like: bool, text: &str) -> bool {
        let part = self.world.thing(part);
        let including = |what: &str| {
            (has_words(text, "including all") || has_words(text, &format!("including {what}")))
                && !has_words(text, &format!("excluding {what}"))
        };
        part.is_there
            && match part.id.kind {
                Kind::Column => true,
                Kind::Constraint if is_like => {
                    is_check(part.definition.as_deref()) && including("constraints")
                }
                Kind::Constraint => is_partition || is_check(part.definition.as_deref()),
                _ => false,
            }
    }

    /// A new member of a table is one of its heirs as well.
    pub(super) fn inherit_member(&mut self, at: At<'_>, member: ThingId, parent: ThingId) {
        for heir in self.world.thing(parent).heirs.clone() {
            if self.world.thing(heir).is_there
                && self.is_taken_over(member, self.world.thing(heir).is_partition, false, "")
            {
                self.copy(at, member, heir, true);
            }
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
