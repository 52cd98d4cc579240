use super::constants::Constants;
use super::format::UNKNOWN;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Excerpt, Language, Node, excerpt};
use crate::sql::uses::Scope;
use crate::sql::{Inside, Named, Reading, Verb};

impl Reader {
    /// What `EXECUTE` runs, as far as it is made of constants.
    pub(super) fn executed(&mut self, expression: Node<'_>, constants: &Constants) {
        for text in constants.texts(expression) {
            self.executed_text(text);
        }
    }

    fn executed_text(&mut self, text: Excerpt) {
        let words = text.text.trim().trim_matches(UNKNOWN);
        if words.is_empty() {
            return;
        }
        let inside = if self.inside == Inside::Routine { self.inside } else { Inside::Dynamic };
        let mut reader = Self { inside, depth: self.depth, ..Self::default() };
        reader.text(&excerpt(text, Language::Sql), &Scope::default());
        self.take(reader.reading.without(is_unknown));
    }

    /// Takes over what was read in a text of its own. Its faults are left out: with a name that is not known, anything may
    /// have been meant.
    fn take(&mut self, reading: Reading) {
        let shift = self.reading.acts.len();
        for mut act in reading.acts {
            act.part_of = act.part_of.map(|of| of + shift);
            act.definition = act.definition.filter(|text| !text.contains(UNKNOWN));
            let has_unknown = match &act.verb {
                Verb::Rename(name) | Verb::SetSchema(name) => name.contains(UNKNOWN),
                _ => false,
            };
            if has_unknown {
                act.verb = Verb::Alter("name");
            }
            self.add(act);
        }
        self.reading.uses.extend(reading.uses);
    }
}

fn is_unknown(object: &Named) -> bool {
    let names = [object.schema.as_deref(), Some(&*object.name), object.member.as_deref()];
    names.into_iter().flatten().any(|name| name.contains(UNKNOWN))
}
