//! What may have changed since the schema of a line was read.

use std::collections::BTreeSet;

use crate::migration::LockedChanges;
use crate::postgres::catalog::{Changed, Relations};
use crate::schema::{Catalog, Kind};

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

    /// Whether nothing can change besides what a script says it does, where this is the schema as it was read: what it calls changes
    /// nothing.
    pub(super) fn is_known(&self, besides: LockedChanges, catalog: &Catalog) -> bool {
        let are_functions_known = self.relations.is_some() && !self.besides.functions;
        !besides.calls || (are_functions_known && functions_write_rows_only(catalog))
    }
}

/// Whether no function of a schema says a word by which it would change a schema. Cautious.
fn functions_write_rows_only(catalog: &Catalog) -> bool {
    const WORDS: [&str; 8] =
        ["alter", "call", "comment", "create", "drop", "execute", "grant", "revoke"];
    let mut functions = catalog
        .objects
        .iter()
        .filter(|(id, _)| matches!(id.kind, Kind::Function | Kind::Procedure));
    functions.all(|(_, function)| {
        let definition = function.property("definition").unwrap_or_default().to_ascii_lowercase();
        let body = definition.strip_prefix("create or replace").unwrap_or(&definition);
        let is_read = ["\n language plpgsql\n", "\n language sql\n"];
        let is_read = is_read.iter().any(|language| body.contains(language));
        is_read && !WORDS.iter().any(|word| body.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Object, ObjectId};

    fn catalog(definition: &str) -> Catalog {
        let properties = [("definition".to_owned(), definition.to_owned())].into();
        let mut catalog = Catalog::default();
        let object = Object { properties, parents: Vec::new() };
        catalog.insert(ObjectId::new(Kind::Function, "public.f()"), object);
        catalog
    }

    #[test]
    fn a_function_whose_words_change_no_schema_writes_rows_only() {
        let of = |language: &str, body: &str| {
            let head = "CREATE OR REPLACE FUNCTION public.f()\n RETURNS void\n";
            let text = format!("{head} LANGUAGE {language}\nAS $function$ {body} $function$\n");
            functions_write_rows_only(&catalog(&text))
        };
        assert!(of("plpgsql", "begin update t set a = now(); end"));
        assert!(of("sql", "delete from t"));
        assert!(!of("plpgsql", "begin Grant select on t to r; end"));
        assert!(!of("plpgsql", "begin execute 'gr' || 'ant all on t to r'; end"));
        assert!(!of("plpython3u", "plpy.run()"));
        assert!(functions_write_rows_only(&Catalog::default()));
    }

    #[test]
    fn what_is_called_is_not_known_where_functions_may_have_changed_since() {
        let calls = LockedChanges { calls: true, ..LockedChanges::NONE };
        let functions = LockedChanges { functions: true, ..LockedChanges::NONE };
        let mut since = Since::NOTHING;
        assert!(since.is_known(calls, &Catalog::default()));
        since.add(Some((&BTreeSet::from([1]), functions)));
        assert!(!since.is_known(calls, &Catalog::default()));
        assert!(since.is_known(functions, &Catalog::default()));
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
