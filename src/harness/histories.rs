use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Harness, Prepared};
use crate::explain::{Explanation, Request};
use crate::lineage::{Author, Graph, Opening, Readings, Twofold};
use crate::migration::history::from_nothing;
use crate::migration::{BodyRule, MigrationId, Pattern};
use crate::outcome::Found;
use crate::plan::{CasePlan, PrepStep};
use crate::replay::{EventSink, Looking};

/// What the files of some cases say about every object.
#[derive(Debug)]
pub struct Histories {
    /// The cases for which it is so, by name.
    pub cases: Vec<String>,
    /// The folder of migrations, as people should see it.
    pub folder: std::path::PathBuf,
    /// What happens, and what would happen if nothing were left out.
    pub told: Twofold,
    /// How bodies are run, unless a migration says otherwise.
    pub rule: BodyRule,
    /// The replay that it was held against, if it was.
    pub replayed: Option<Replayed>,
    opening: Opening<'static>,
    readings: Arc<Readings>,
}

/// A replay that histories were held against.
#[derive(Debug)]
pub struct Replayed {
    /// Which server it was, for people; empty where there was none.
    pub server: String,
    /// What stopped it: what comes after is told as the files say it.
    pub stopped: Option<Box<Found>>,
}

impl Histories {
    fn of(case: &CasePlan, cases: Vec<String>, told: Twofold, readings: Arc<Readings>) -> Self {
        Self {
            cases,
            folder: case.set.root.clone(),
            told,
            rule: case.rule,
            replayed: None,
            opening: opening(case),
            readings,
        }
    }

    /// Explains the migrations that patterns mean, in order.
    #[must_use]
    pub fn explain(&self, patterns: &[Pattern]) -> Vec<Explanation> {
        let request = Request {
            told: &self.told,
            opening: &self.opening,
            readings: &self.readings,
            rule: self.rule,
        };
        let graph = Graph::of(&self.told.all);
        let authors = self.told.all.authors().iter().enumerate();
        let meant = authors.filter(|(_, author)| {
            author.migration().is_some_and(|it| patterns.iter().any(|pattern| pattern.matches(it)))
        });
        meant.filter_map(|(number, _)| Explanation::of(request, &graph, number)).collect()
    }
}

/// Lays lineages over prepared cases; cases that run the same files in the same order share one. No server is asked.
#[must_use]
pub fn histories(prepared: &Prepared) -> Vec<Histories> {
    let readings = Arc::new(Readings::new());
    let of = |(case, names)| {
        let authors = authors(case);
        let told = Twofold::of(&authors, &opening(case), &readings);
        Histories::of(case, names, told, readings.clone())
    };
    alike(prepared).into_iter().map(of).collect()
}

impl Harness {
    /// The same, held against a replay of each on a server, whose catalog is read after each file. What could not be replayed
    /// is told as the files say it, see [`Histories::replayed`].
    pub async fn replayed_histories<F: Future<Output = String> + Send>(
        &self,
        prepared: &Prepared,
        listener: EventSink,
        interrupt: impl Fn() -> F,
    ) -> Vec<Histories> {
        let readings = Arc::new(Readings::new());
        let mut histories = Vec::new();
        for (case, names) in alike(prepared) {
            let (images, listener) = (prepared.images.clone(), listener.clone());
            let replayed = case.without_expectations();
            let reached = self
                .reach(replayed, images, Looking::AfterEachFile, listener, Box::pin(interrupt()))
                .await;
            let authors = authors(case);
            let running: Vec<_> = authors
                .iter()
                .map(|(author, left_out)| left_out.is_none().then_some(author))
                .collect();
            let sightings = reached.watched.sightings(&running);
            let told = Twofold::seen(&authors, &opening(case), &readings, &sightings);
            let mut one = Histories::of(case, names, told, readings.clone());
            one.replayed = Some(Replayed { server: reached.server, stopped: reached.stopped });
            histories.push(one);
        }
        histories
    }
}

/// Cases that run different files, or in another order, each with the names of all that are like it.
fn alike(prepared: &Prepared) -> Vec<(&CasePlan, Vec<String>)> {
    let mut known = Vec::new();
    let mut alike: Vec<(&CasePlan, Vec<String>)> = Vec::new();
    for case in &prepared.cases {
        let left_out: Vec<_> = case.excluded.iter().map(|it| it.migration.clone()).collect();
        let key = (Arc::as_ptr(&case.set), left_out, case.seed_key(), case.rule);
        if let Some(position) = known.iter().position(|known| *known == key) {
            if let Some((_, names)) = alike.get_mut(position) {
                names.push(case.name.clone());
            }
            continue;
        }
        known.push(key);
        alike.push((case, vec![case.name.clone()]));
    }
    alike
}

/// What is so before the first statement of a case.
fn opening(case: &CasePlan) -> Opening<'static> {
    let roles = case.setup.iter().filter_map(|step| match step {
        PrepStep::Role(name) | PrepStep::User(name) => Some(name.clone()),
        _ => None,
    });
    Opening {
        search_path: case.scenario.setup.search_path.clone(),
        sessions: case.sessions,
        roles: roles.collect(),
        there: None,
    }
}

/// Setup, seed, and what is pending then, each with the reason why it is left out; what is left out stands where it would
/// run.
fn authors(case: &CasePlan) -> Vec<(Author, Option<String>)> {
    let steps = case.setup.iter().chain(&case.seeding);
    let mut authors: Vec<_> = steps.filter_map(author).map(|author| (author, None)).collect();
    let done: BTreeSet<MigrationId> =
        authors.iter().filter_map(|(it, _)| it.migration().map(|it| it.id.clone())).collect();
    let pending = from_nothing(case.set.migrations());
    for migration in pending.into_iter().filter(|migration| !done.contains(&migration.id)) {
        let excluded = case.excluded.iter().find(|excluded| excluded.migration == migration.id);
        authors.push((Author::Migration(migration), excluded.map(|it| it.reason.clone())));
    }
    authors
}

fn author(step: &PrepStep) -> Option<Author> {
    match step {
        PrepStep::Sql(script) => Some(Author::Script(script.clone())),
        PrepStep::Migrate(migration) | PrepStep::Record(migration) => {
            Some(Author::Migration(migration.clone()))
        }
        _ => None,
    }
}
