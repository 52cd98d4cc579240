//! What somebody typed.

use super::answers::Lineage;
use super::names::{is_member, is_routine};
use super::resolve::routine_name;
use crate::schema::{Kind, ObjectId, Part, canonical, parts};

impl Lineage {
    /// The objects that a text means: `agents.metadata`, `table agents`, `public.agents`, `assess_churn_risk`,
    /// `f(uuid)`, `extension vector`, `policy p`. In the order of kinds and names; a name alone means a member of a table
    /// only where nothing else is called so.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<ObjectId> {
        let wanted = Wanted::of(text);
        let mut found: Vec<_> = self.objects().filter(|id| wanted.means(id)).cloned().collect();
        if wanted.kind.is_none() && wanted.name.len() == 1 {
            let whole: Vec<_> = found.iter().filter(|id| !is_member(id.kind)).cloned().collect();
            if !whole.is_empty() {
                found = whole;
            }
        }
        found.sort();
        found
    }

    /// Names that look like what was typed, nearest first.
    #[must_use]
    pub fn near(&self, text: &str) -> Vec<ObjectId> {
        const ALIKE: f64 = 0.8;
        const MOST: usize = 3;
        let wanted = Wanted::of(text);
        let written = wanted.name.iter().map(|part| part.text.to_lowercase()).collect::<Vec<_>>();
        let likeness = |id: &ObjectId| {
            let name = parts(name_of(id));
            let tail = name.iter().skip(name.len().saturating_sub(written.len()));
            let tail: Vec<_> = tail.map(|part| part.text.to_lowercase()).collect();
            strsim::jaro_winkler(&tail.join("."), &written.join("."))
        };
        let of_kind = self.objects().filter(|id| wanted.kind.is_none_or(|kind| kind == id.kind));
        let mut near: Vec<_> = of_kind.map(|id| (likeness(id), id)).collect();
        near.retain(|(likeness, _)| *likeness >= ALIKE);
        near.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(right.1)));
        near.into_iter().take(MOST).map(|(_, id)| id.clone()).collect()
    }
}

/// What was typed, taken apart.
struct Wanted {
    kind: Option<Kind>,
    name: Vec<Part>,
    arguments: Option<Vec<String>>,
}

impl Wanted {
    fn of(text: &str) -> Self {
        let text = text.trim();
        let (kind, rest) = match text.parse::<ObjectId>() {
            Ok(id) => (Some(id.kind), id.name),
            Err(_) => (None, text.to_owned()),
        };
        let rest = rest.trim();
        let name = routine_name(rest);
        let arguments = rest[name.len()..].trim().strip_prefix('(').map(|inside| {
            let inside = inside.trim_end().trim_end_matches(')');
            let types = inside.split(',').filter(|it| !it.trim().is_empty());
            types.map(canonical).collect()
        });
        Self { kind, name: parts(name.trim()), arguments }
    }

    fn means(&self, id: &ObjectId) -> bool {
        let is_kind = match self.kind {
            None => true,
            Some(Kind::Table) => matches!(
                id.kind,
                Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView
            ),
            Some(Kind::Function) => is_routine(id.kind),
            Some(kind) => kind == id.kind,
        };
        is_kind && self.means_name(&parts(name_of(id))) && self.means_arguments(id)
    }

    fn means_name(&self, name: &[Part]) -> bool {
        let mut pairs = self.name.iter().rev().zip(name.iter().rev());
        self.name.len() <= name.len() && pairs.all(|(wanted, part)| wanted.means(&part.text))
    }

    fn means_arguments(&self, id: &ObjectId) -> bool {
        let Some(wanted) = &self.arguments else { return true };
        let rest = &id.name[routine_name(&id.name).len()..];
        let inside = rest.trim_start_matches('(').trim_end_matches(')');
        let actual: Vec<_> = inside.split(", ").filter(|it| !it.is_empty()).collect();
        let same = |wanted: &String, actual: &&str| {
            actual == wanted || actual.ends_with(&format!(".{wanted}"))
        };
        is_routine(id.kind)
            && wanted.len() == actual.len()
            && wanted.iter().zip(&actual).all(|(wanted, actual)| same(wanted, actual))
    }
}

/// The qualified name without the arguments of a function.
fn name_of(id: &ObjectId) -> &str {
    if is_routine(id.kind) { routine_name(&id.name) } else { &id.name }
}
