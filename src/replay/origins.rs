//! Where a schema that is not that of a fresh replay came from: both ways are replayed once more, and watched.

use std::sync::Arc;

use super::bench::{Bench, On};
use super::case::CaseRun;
use super::pool::SharedServer;
use super::run::take_away;
use super::watch::{Touch, Watched, Watcher};
use crate::migration::{Migration, Script};
use crate::outcome::{Culprit, Found};
use crate::place::Place;
use crate::plan::{CasePlan, PrepStep};
use crate::postgres::{Ran, Session};
use crate::schema::ObjectId;
use crate::sql;

/// So many objects are traced.
const MOST: usize = 8;

/// Which way is watched.
#[derive(Clone, Copy)]
enum Way {
    Here,
    Fresh,
}

impl Bench<'_> {
    /// Says of each object that differs which file made it so, on either way, and blames these files.
    pub(super) async fn tell_origins(&self, case: &CasePlan, found: &mut Found) {
        let here = self.watched(case, Way::Here).await;
        let fresh = self.watched(case, Way::Fresh).await;
        for object in found.objects.clone().iter().take(MOST) {
            let Ok(object) = object.parse::<ObjectId>() else { continue };
            let (here, fresh) = (here.last_touch(&object), fresh.last_touch(&object));
            found.because.push(format!(
                "{object}: on this database {}; on the fresh replay {}",
                words(case, &here),
                words(case, &fresh)
            ));
            for touch in [&here, &fresh] {
                let culprit = culprit(case, &object, touch);
                found.culprits.extend(
                    culprit
                        .filter(|it| !found.culprits.iter().any(|known| known.place == it.place)),
                );
            }
        }
    }

    async fn watched(&self, case: &CasePlan, way: Way) -> Watched {
        match self.server {
            On::Shared(server) => self.watched_on(server, case, way).await,
            On::Own => {
                let Ok(server) = self.pool.own(&case.group).await else {
                    return Watched::default();
                };
                let watched = self.watched_on(&server, case, way).await;
                take_away(self.pool, &server, case).await;
                watched
            }
        }
    }

    async fn watched_on(&self, server: &SharedServer, case: &CasePlan, way: Way) -> Watched {
        let watcher = Watcher::default();
        let mut run = self.run_on(server, case);
        run.watch = Some(watcher.watch());
        run.go(way).await;
        watcher.watched()
    }
}

impl CaseRun<'_> {
    /// Goes one way to its end, or as far as it comes.
    async fn go(&self, way: Way) {
        if let Ok(empty) = self.set_up_database().await {
            if let Ok(mut session) = self.session(&empty).await {
                // What cannot be shown is not told.
                let _shown = session.has_run(Ran::Other).await;
            }
            let _dropped = self.server.server.drop_database(&empty).await;
        }
        match way {
            Way::Fresh => drop(self.make_fresh_end().await),
            Way::Here => {
                if let Ok(database) = self.seeded_database().await {
                    self.apply(&database, &mut Vec::new()).await;
                    let _dropped = self.server.server.drop_database(&database).await;
                }
            }
        }
    }
}

fn words(case: &CasePlan, touch: &Touch) -> String {
    match touch {
        Touch::Made(path) => format!("{} made it", name(case, path)),
        Touch::Changed(path, what) => {
            format!("{} changed it ({})", name(case, path), what.join(", "))
        }
        Touch::Removed(path) => format!("{} removed it", name(case, path)),
        Touch::WasThere => "it was there before the first file".into(),
        Touch::Never => "nothing made it".into(),
    }
}

fn name(case: &CasePlan, path: &std::path::Path) -> String {
    migration(case, path).map_or_else(
        || path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        |migration| migration.id.to_string(),
    )
}

/// The migration whose file that is. Several migrations of one file cannot be told apart.
fn migration<'c>(case: &'c CasePlan, path: &std::path::Path) -> Option<&'c Arc<Migration>> {
    let mut of_file = case.set.migrations().iter().filter(|it| it.up.source().path() == path);
    of_file.next().filter(|_| of_file.next().is_none())
}

/// SQL of the scenario's own, by its file.
fn script<'c>(case: &'c CasePlan, path: &std::path::Path) -> Option<&'c Script> {
    case.setup.iter().chain(&case.seeding).find_map(|step| match step {
        PrepStep::Sql(script) if script.source().path() == path => Some(&**script),
        _ => None,
    })
}

fn culprit(case: &CasePlan, object: &ObjectId, touch: &Touch) -> Option<Culprit> {
    let (path, deed) = match touch {
        Touch::Made(path) => (path, "makes"),
        Touch::Changed(path, _) => (path, "changes"),
        Touch::Removed(path) => (path, "removes"),
        Touch::WasThere | Touch::Never => return None,
    };
    let migration = migration(case, path);
    let script = migration.map(|it| &it.up).or_else(|| script(case, path))?;
    Some(Culprit {
        migration: migration.map(|it| it.id.clone()),
        place: place(script, object),
        object: Some(object.to_string()),
        deed: format!("{deed} {object}"),
    })
}

/// The last statement that names the object, or the relation that it belongs to.
fn place(script: &Script, object: &ObjectId) -> Option<Place> {
    let parts: Vec<_> = object.name.split('.').map(|part| part.trim_matches('"')).collect();
    let names = |wanted: &str| {
        let statements = script.statements().iter().rev();
        let mut acts = statements.map(|statement| {
            let reading = sql::read(&script.text_of(statement));
            let is_named = reading.acts.iter().any(|act| {
                act.object.name == wanted || act.object.member.as_deref() == Some(wanted)
            });
            (statement, is_named)
        });
        acts.find(|(_, is_named)| *is_named).map(|(statement, _)| statement)
    };
    let statement = parts.iter().rev().find_map(|part| names(part))?;
    Some(script.place_of(statement))
}
