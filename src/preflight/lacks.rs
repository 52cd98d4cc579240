use super::falls::Falls;
use super::read::What;
use super::{Offer, Want};
use crate::outcome::{Lack, LackKind};
use crate::plan::CasePlan;

/// Extensions that can be created only where their library is loaded with the server (their own documentation).
const PRELOADED: &[&str] = &["citus", "pg_cron", "pgaudit", "timescaledb"];

/// What the server has not, of what the files of a case want: each once, with the first file that wants it and those
/// that fall with it.
#[must_use]
pub fn lacks(case: &CasePlan, wants: &[Want], offer: &Offer) -> Vec<Lack> {
    let mut falls = Falls::of(case);
    let mut lacks: Vec<Lack> = Vec::new();
    for want in wants {
        let Some(missing) = missing(&want.said.what, offer) else { continue };
        if lacks.iter().any(|known| known.need == missing.need) {
            continue;
        }
        let fallen = falls.with(want, missing.kind);
        // A file that can do without it, and nobody else needs it: no harm is done.
        if want.said.is_guarded && fallen.is_empty() {
            continue;
        }
        let script = want.author.script();
        let start = script.statements().get(want.statement).map_or(0, |it| it.span.start);
        let span = start + want.said.span.start..start + want.said.span.end;
        lacks.push(Lack {
            kind: missing.kind,
            need: missing.need,
            has: missing.has,
            deed: missing.deed,
            migration: want.author.migration().map(|migration| migration.id.clone()),
            place: script.place(span),
            statement: want.statement,
            falls: fallen,
        });
    }
    lacks
}

struct Missing {
    kind: LackKind,
    need: String,
    has: Option<String>,
    deed: String,
}

fn missing(what: &What, offer: &Offer) -> Option<Missing> {
    match what {
        What::Extension { name, version } => of_extension(name, version.as_deref(), offer),
        What::Role(name) => (!offer.roles.contains(name)).then(|| Missing {
            kind: LackKind::Role,
            need: format!("role {name}"),
            has: None,
            deed: "speaks of it".into(),
        }),
        What::Feature { major, name } => {
            let has = offer.major().filter(|has| has < major)?;
            Some(Missing {
                kind: LackKind::ServerVersion,
                need: format!("PostgreSQL {major}"),
                has: Some(format!("PostgreSQL {has}")),
                deed: format!("says {name}"),
            })
        }
        What::Setting { name, value, for_what } => {
            let has = offer.settings.get(*name).filter(|has| *has != value)?;
            Some(Missing {
                kind: LackKind::Setting,
                need: format!("{name} = {value}"),
                has: Some(format!("{name} = {has}")),
                deed: (*for_what).to_owned(),
            })
        }
        What::MakesRole(_) => None,
    }
}

fn of_extension(name: &str, version: Option<&str>, offer: &Offer) -> Option<Missing> {
    let Some(versions) = offer.extensions.get(name) else {
        return Some(Missing {
            kind: LackKind::Extension,
            need: format!("extension {name}"),
            has: None,
            deed: "creates it".into(),
        });
    };
    if let Some(version) = version.filter(|version| !versions.contains(*version)) {
        let has = versions.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        return Some(Missing {
            kind: LackKind::ExtensionVersion,
            need: format!("extension {name} {version}"),
            has: Some(format!("extension {name} {has}")),
            deed: "asks for it".into(),
        });
    }
    let loaded = offer.settings.get("shared_preload_libraries")?;
    let is_loaded = loaded.split(',').any(|library| library.trim() == name);
    (PRELOADED.contains(&name) && !is_loaded).then(|| Missing {
        kind: LackKind::Setting,
        need: format!("shared_preload_libraries with {name}"),
        has: Some(format!("shared_preload_libraries = {loaded:?}")),
        deed: format!("creates the extension {name}"),
    })
}
