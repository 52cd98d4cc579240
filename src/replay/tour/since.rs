//! What may have changed since the schema of a line was read.

use std::collections::BTreeSet;

use super::changers::Changers;
use crate::migration::{LockedChanges, Script};
use crate::postgres::catalog::{Changed, Relations};

/// What may have changed since the schema of a line was read.
#[derive(Debug, Clone)]
pub(super) struct Since {
    /// Relations; `None` where nobody knows which.
    relations: Option<BTreeSet<u32>>,
    besides: LockedChanges,
    pub(super) has_run: bool,
}

impl Since {
    pub(super) const NOTHING: Self =
        Self { relations: Some(BTreeSet::new()), besides: LockedChanges::NONE, has_run: false };
    pub(super) const ANYTHING: Self =
        Self { relations: None, besides: LockedChanges::ALL, has_run: true };

    /// Something has run that may have changed these relations, and this besides; or anything.
    pub(super) fn add(&mut self, changes: Option<(&BTreeSet<u32>, LockedChanges)>) {
        let known = self.relations.take();
        *self = match (known, changes) {
            (Some(known), Some((more, besides))) => Self {
                relations: Some(&known | more),
                besides: self.besides | besides,
                has_run: true,
            },
            _ => Self::ANYTHING,
        };
    }

    /// What of it a reading is to look at, where this may have changed in the open transaction, which locks relations to change them.
    pub(super) fn changed(&self, besides: LockedChanges) -> Changed<'_> {
        let LockedChanges { types, functions, .. } = self.besides | besides;
        match &self.relations {
            Some(known) => Changed { rest: types, functions, relations: Relations::Locked(known) },
            None => Changed::ANYTHING,
        }
    }

    /// The same where anything may have; `false` for the rest where it was not written to.
    pub(super) fn changed_anyhow(&self, rest: bool) -> Changed<'_> {
        Changed { rest: rest || self.has_run, ..Changed::ANYTHING }
    }

    /// What some scripts change besides the relations that they lock, where nothing can change besides what they say: what they call
    /// changes nothing. The functions are those of the schema as it was read.
    pub(super) fn changes_of(
        &self,
        scripts: &[&Script],
        changers: &Changers,
    ) -> Option<LockedChanges> {
        let mut all = LockedChanges::NONE;
        for script in scripts {
            all = all | script.locked_changes()?;
        }
        let are_functions_known = self.relations.is_some() && !self.besides.functions;
        let is_known = are_functions_known || !all.calls;
        (is_known && changers.are_left_alone(scripts, all.calls)).then_some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::SourceText;

    #[test]
    fn what_is_called_is_not_known_where_functions_may_have_changed_since() {
        let script = |text: &str| Script::new(SourceText::new("a.sql", text));
        let (calls, makes) = (script("insert into t values (1)"), script("create function f() …"));
        let functions = LockedChanges { functions: true, ..LockedChanges::NONE };
        let changers = Changers::default();
        let mut since = Since::NOTHING;
        assert!(since.changes_of(&[&calls], &changers).is_some());
        since.add(Some((&BTreeSet::from([1]), functions)));
        assert!(since.changes_of(&[&calls], &changers).is_none());
        assert_eq!(since.changes_of(&[&makes], &changers), Some(functions));
    }

    #[test]
    fn what_ran_without_being_noted_may_have_changed_anything() {
        let mut since = Since::NOTHING;
        since.add(Some((&BTreeSet::from([1]), LockedChanges::NONE)));
        let known = |since: &Since| match since.changed(LockedChanges::NONE).relations {
            Relations::Locked(known) => Some(known.clone()),
            Relations::Any => None,
        };
        assert_eq!(known(&since), Some(BTreeSet::from([1])));
        since.add(None);
        since.add(Some((&BTreeSet::from([2]), LockedChanges::NONE)));
        assert_eq!(known(&since), None);
    }
}
