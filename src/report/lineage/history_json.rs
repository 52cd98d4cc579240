use serde::Serialize;

use super::ReadFrom;
use super::history::{Asked, events, source_line};
use super::words::{effect_word, inside_word, what_happened, what_would_happen};
use crate::lineage::{Effect, Known, Told, Twofold};

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    /// What it was read from: `files`, or `replay`, too.
    read_from: &'static str,
    histories: Vec<History<'a>>,
}

#[derive(Serialize)]
struct History<'a> {
    cases: &'a [String],
    asked: Vec<Question<'a>>,
}

#[derive(Serialize)]
struct Question<'a> {
    text: &'a str,
    objects: Vec<Answer>,
    did_you_mean: Vec<String>,
}

#[derive(Serialize)]
struct Answer {
    object: String,
    there_at_end: bool,
    happenings: Vec<Event>,
}

#[derive(Serialize)]
struct Event {
    object: String,
    effect: &'static str,
    /// The other object of a rename or of a drop that took this one along.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    /// Where that was made which swallowed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    words: String,
    inside: &'static str,
    /// Who says it: `files`, or `server`.
    known_from: &'static str,
    migration: Option<String>,
    file: String,
    line: usize,
    column: usize,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<String>,
    /// Why it does not happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded: Option<String>,
}

/// The histories of objects as JSON: cases, what was asked, and the lineages that answer.
#[must_use]
pub fn history_json(histories: &[(&[String], &[Asked], &Twofold)], from: ReadFrom) -> String {
    let histories = histories.iter().map(|(cases, asked, told)| History {
        cases,
        asked: asked.iter().map(|one| question(one, told)).collect(),
    });
    let report = Report { version: 1, read_from: from.word(), histories: histories.collect() };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn question<'a>(asked: &'a Asked, told: &Twofold) -> Question<'a> {
    let objects = asked.objects.iter().map(|object| Answer {
        object: object.to_string(),
        there_at_end: told.run.exists(object),
        happenings: events(object, told).iter().map(event).collect(),
    });
    Question {
        text: &asked.text,
        objects: objects.collect(),
        did_you_mean: asked.near.iter().map(ToString::to_string).collect(),
    }
}

fn event(told: &Told<'_>) -> Event {
    let happening = told.happening;
    let at = happening.place.line_column();
    let words = match told.left_out {
        Some(_) => format!("would {}", what_would_happen(happening)),
        None => what_happened(happening),
    };
    Event {
        object: happening.object.to_string(),
        effect: effect_word(&happening.effect),
        other: match &happening.effect {
            Effect::RenamedTo(other) | Effect::RenamedFrom(other) | Effect::RemovedWith(other) => {
                Some(other.to_string())
            }
            _ => None,
        },
        by: told.by.map(|by| by.place.to_string()),
        words,
        inside: inside_word(happening.inside),
        known_from: match happening.known {
            Known::Files => "files",
            Known::Server => "server",
        },
        migration: told.author.migration().map(|migration| migration.id.to_string()),
        file: happening.place.source().path().display().to_string(),
        line: at.line,
        column: at.column,
        source: source_line(&happening.place),
        definition: happening.definition.clone(),
        excluded: told.left_out.map(ToOwned::to_owned),
    }
}
