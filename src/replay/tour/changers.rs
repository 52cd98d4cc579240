//! Which functions of a schema may change the schema where something calls them, and what may call them.

use std::collections::{BTreeMap, BTreeSet};

use crate::migration::Script;
use crate::schema::{Catalog, Kind, Object, ObjectId};

/// Functions that may change a schema. Names stand for themselves, whatever the schema or the arguments. Cautious.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changers {
    /// Their names without schema and arguments, and those of functions and aggregates that say such a name.
    names: BTreeSet<String>,
    /// Whether a trigger calls one.
    by_triggers: bool,
    /// Whether anything else may that is no function: a default, a check, an index, an operator, a policy.
    by_others: bool,
}

impl Changers {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut functions = BTreeMap::new();
        // A large schema has few of them, and they are together.
        let of_kind = |kind| {
            let objects = catalog.objects.range(ObjectId::new(kind, "")..);
            objects.take_while(move |(id, _)| id.kind == kind)
        };
        for (id, object) in FUNCTIONS.into_iter().flat_map(of_kind) {
            let (name, text) = (name_of(id), code_of(object).to_ascii_lowercase());
            if !writes_rows_only(id, &text) {
                names.insert(name.clone());
            }
            functions.insert(id, (name, text));
        }
        while let Some(more) = functions.values().find(|(name, text)| {
            !names.contains(name) && names.iter().any(|other| says(text, other))
        }) {
            names.insert(more.0.clone());
        }
        let mut changers = Self { names, ..Self::default() };
        if !changers.names.is_empty() {
            for (id, object) in
                catalog.objects.iter().filter(|(id, _)| !FUNCTIONS.contains(&id.kind))
            {
                let is_called = changers.is_called_by(object);
                changers.by_triggers |= is_called && id.kind == Kind::Trigger;
                changers.by_others |= is_called && id.kind != Kind::Trigger;
            }
        }
        changers
    }

    /// The server prints names in definitions as they are.
    fn is_called_by(&self, object: &Object) -> bool {
        let mut code = object.properties.iter().filter(|(name, _)| *name != "comment");
        code.any(|(_, text)| self.names.iter().any(|name| says(text, name)))
    }

    /// Whether none of them can be called by some scripts, which write rows or not.
    pub(super) fn are_left_alone(&self, scripts: &[&Script], write_rows: bool) -> bool {
        let are_said = !self.names.is_empty()
            && scripts.iter().any(|script| {
                let text = script.text().to_ascii_lowercase();
                self.names.iter().any(|name| says(&text, name))
            });
        let are_triggered = write_rows && self.by_triggers;
        !(are_said || self.by_others || are_triggered)
    }
}

const FUNCTIONS: [Kind; 3] = [Kind::Function, Kind::Procedure, Kind::Aggregate];

/// Whether a text has a word. Nothing is part of all that is said.
fn says(text: &str, word: &str) -> bool {
    let is_inside = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    text.match_indices(word).any(|(at, word)| {
        let behind = &text[at + word.len()..];
        word.is_empty() || !(text[..at].ends_with(is_inside) || behind.starts_with(is_inside))
    })
}

/// `f` of `public.f(integer)`; nothing for a name in quotation marks.
fn name_of(id: &ObjectId) -> String {
    let name = id.name.split('(').next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    if name.contains('"') { String::new() } else { name.to_owned() }
}

fn code_of(object: &Object) -> &str {
    object.property("definition").or_else(|| object.property("state")).unwrap_or_default()
}

/// Whether a function says no word by which it would change a schema; an aggregate does what its functions do.
fn writes_rows_only(id: &ObjectId, text: &str) -> bool {
    const WORDS: [&str; 8] =
        ["alter", "call", "comment", "create", "drop", "execute", "grant", "revoke"];
    let body = text.strip_prefix("create or replace").unwrap_or(text);
    let is_read = ["\n language plpgsql\n", "\n language sql\n"];
    let is_read = is_read.iter().any(|language| body.contains(language));
    id.kind == Kind::Aggregate || (is_read && !WORDS.iter().any(|word| says(body, word)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::place::SourceText;

    fn catalog(objects: &[(Kind, &str, &str)]) -> Catalog {
        let mut catalog = Catalog::default();
        for (kind, name, definition) in objects {
            let properties = [("definition".to_owned(), (*definition).to_owned())].into();
            let object = Object { properties, parents: Vec::new() };
            catalog.insert(ObjectId::new(*kind, *name), object);
        }
        catalog
    }

    fn function(language: &str, body: &str) -> String {
        format!(
            "CREATE OR REPLACE FUNCTION public.f()\n RETURNS void\n LANGUAGE {language}\nAS $function$ {body} $function$\n"
        )
    }

    fn script(text: &str) -> Script {
        Script::new(SourceText::new("a.sql", text))
    }

    #[rstest]
    #[case("plpgsql", "begin update t set a = now(); end", true)]
    #[case("sql", "delete from t", true)]
    #[case("plpgsql", "begin Grant select on t to r; end", false)]
    #[case("plpgsql", "begin execute 'gr' || 'ant all on t to r'; end", false)]
    #[case("plpython3u", "plpy.run()", false)]
    #[case("sql", "select created_at, recall from t", true)]
    fn a_function_whose_words_change_no_schema_writes_rows_only(
        #[case] language: &str,
        #[case] body: &str,
        #[case] writes_rows_only: bool,
    ) {
        let code = function(language, body);
        let changers = Changers::of(&catalog(&[(Kind::Function, "public.f()", &code)]));
        assert_eq!(changers == Changers::default(), writes_rows_only);
    }

    const INSERT: &str = "insert into t values (1)";

    #[rstest]
    #[case::nobody(&[], INSERT, true, true)]
    #[case::the_script(&[], "alter table t add b int default F()", false, false)]
    #[case::trigger(&[(Kind::Trigger, "public.t.x", "… EXECUTE FUNCTION f()")], INSERT, true, false)]
    #[case::trigger_without_rows(&[(Kind::Trigger, "public.t.x", "… EXECUTE FUNCTION f()")], "alter table t add b int", false, true)]
    #[case::default(&[(Kind::Column, "public.t.a", "public.f()")], "alter table t add b int", false, false)]
    #[case::operator(&[(Kind::Operator, "public.@ (int, int)", "function f(int,int)")], INSERT, true, false)]
    #[case::by_way_of_another(
        &[(Kind::Function, "public.g()", "create function\n language sql\n select F()"), (Kind::Trigger, "public.t.x", "g()")],
        INSERT, true, false,
    )]
    #[case::with_a_name_in_quotation_marks(
        &[(Kind::Function, "public.\"G\"()", "create function\n language c\n")], "select 1", false, false,
    )]
    #[case::another_that_nobody_calls(
        &[(Kind::Function, "public.g()", "create function\n language sql\n select f()")], INSERT, true, true,
    )]
    #[case::aggregate(
        &[(Kind::Aggregate, "public.total(int)", "sfunc f(int)")], "alter table t add b int default total(1)", false, false,
    )]
    fn a_function_changes_nothing_where_nobody_calls_it(
        #[case] besides: &[(Kind, &str, &str)],
        #[case] text: &str,
        #[case] write_rows: bool,
        #[case] expected: bool,
    ) {
        let code = function("plpgsql", "begin execute 'grant'; end");
        let all = [&[(Kind::Function, "public.f()", &*code)], besides].concat();
        let changers = Changers::of(&catalog(&all));
        assert_eq!(changers.are_left_alone(&[&script(text)], write_rows), expected);
    }
}
