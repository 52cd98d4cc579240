//! What the pending migrations do to the schema of a populated seed.

use super::case::CaseRun;
use super::shared::Upgrades;
use crate::outcome::{Deed, Event, SchemaChange};
use crate::postgres::{Database, Session};
use crate::schema::{Catalog, Change, Sides, compare};

/// What the two sides are called in texts.
const SIDES: Sides<'static> = Sides { left: "before", right: "after" };

impl CaseRun<'_> {
    /// The schema of the seed state, where somebody wants to know what becomes of it. A fresh one has none.
    pub(super) async fn schema_before(&self, database: &Database) -> Option<Catalog> {
        let is_wanted = self.upgrades == Upgrades::Told && !self.case.seed.is_fresh();
        if is_wanted { self.schema_of(database).await } else { None }
    }

    /// Tells what became of the schema. A catalog that cannot be read is told by the passes that need it.
    pub(super) async fn tell_upgrade(&self, database: &Database, before: Option<Catalog>) {
        let Some(before) = before else { return };
        if let Some(after) = self.schema_of(database).await {
            let changes = changes(&before, &after);
            self.emitter.event(Event::Upgraded { case: self.emitter.case, changes });
        }
    }

    async fn schema_of(&self, database: &Database) -> Option<Catalog> {
        self.session(database).await.ok()?.catalog().await.ok()
    }
}

fn changes(before: &Catalog, after: &Catalog) -> Vec<SchemaChange> {
    let comparison = compare(before, after);
    let roots = comparison.roots();
    let texts = comparison.describe(SIDES);
    let changes = roots.iter().zip(texts).map(|(root, text)| {
        let (deed, only) = match root.change {
            Change::Missing => (Deed::Added, "only after"),
            Change::Extra => (Deed::Removed, "only before"),
            Change::Changed { .. } => (Deed::Changed, ""),
        };
        let object = root.object.to_string();
        let text = text.strip_prefix(&format!("{object}: ")).unwrap_or(&text);
        let text = text.strip_prefix(only).unwrap_or(text).trim_start_matches([',', '\n', ' ']);
        SchemaChange { deed, object, text: text.to_owned() }
    });
    changes.collect()
}
