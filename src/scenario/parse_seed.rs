//! What makes a seed more than a version, a dump and SQL, and what of it does not go together.

use super::fields::Fields;
use super::{Interrupted, Releases, Seed, SeedHistory};
use crate::place::{Located, Problem};

pub(super) fn read_releases(table: &mut Fields<'_>) -> Option<Releases> {
    let newest = table.number("newest", "newest = 3");
    let tags = table.text("releases", "releases = \"v*\"");
    if let (Some(newest), None) = (&newest, &tags) {
        let message = "`newest` counts the tags of `releases`, which is not there";
        let help = "releases = \"v*\"";
        table.report(Problem::error(message).at_some(newest.place.clone()).help(help));
    }
    Some(Releases { tags: tags?, newest: newest.map(|newest| newest.value) })
}

const HISTORY_EXAMPLE: &str =
    "history = { not_recorded = [\"044\"], recorded_not_run = [\"045\"] }, or \"none\"";

pub(super) fn read_history(table: &mut Fields<'_>) -> SeedHistory {
    let Some(value) = table.take("history") else { return SeedHistory::Whole };
    if value.get_ref().as_str() == Some("none") {
        return SeedHistory::None;
    }
    let Some(mut fields) = table.as_table("history", value, HISTORY_EXAMPLE) else {
        return SeedHistory::Whole;
    };
    let not_recorded = fields.texts("not_recorded", "not_recorded = [\"044\"]");
    let recorded_not_run = fields.texts("recorded_not_run", "recorded_not_run = [\"045\"]");
    fields.finish();
    SeedHistory::Wrong { not_recorded, recorded_not_run }
}

pub(super) fn read_interrupted(table: &mut Fields<'_>) -> Option<Interrupted> {
    let example = "interrupted = { migration = \"008\", after_statement = 3 }";
    let mut fields = table.table("interrupted", example)?;
    let migration = fields.required("migration", "migration = \"008\"");
    let after = fields.number("after_statement", "after_statement = 3");
    if after.is_none() {
        fields.missing("after_statement", "after_statement = 3");
    }
    fields.finish();
    Some(Interrupted { migration: migration?, after_statement: after? })
}

/// What was said of a seed, and what of it does not go together.
pub(super) fn refuse_clashes(table: &Fields<'_>, name: Option<&Located<String>>, seed: &Seed) {
    let refuse = |at: &Located<String>, message: String, help: &str| {
        table.report(Problem::error(message).at_some(at.place.clone()).help(help));
    };
    let tags = seed.releases.as_ref().map(|releases| &releases.tags);
    let commits = seed.git_ref.as_ref().or(tags);
    if let Some(commits) = commits
        && (seed.dump.is_some() || (seed.git_ref.is_some() && tags.is_some()))
    {
        let key = if seed.git_ref.is_some() { "ref" } else { "releases" };
        let message = format!(
            "a seed with `{key}` is made of the migrations of that commit, and of nothing else"
        );
        refuse(commits, message, "leave `dump` or `releases` out, or make two seeds");
    }
    if let (Some(name), Some(tags)) = (name, tags) {
        let message = format!("the seeds of {:?} are named by their tags", tags.value);
        refuse(name, message, "leave `name` out");
    }
    if let Some(image) = seed.image.as_ref().filter(|_| seed.is_fresh()) {
        let message = format!("nothing of this seed is built on {:?}: it is fresh", image.value);
        let help = "say what is built there, as through = \"045\"; or name the image at the top of the scenario";
        refuse(image, message, help);
    }
    refuse_idle_history(table, seed);
}

/// A history that does not tell what was run needs something that was run.
fn refuse_idle_history(table: &Fields<'_>, seed: &Seed) {
    let has_run = seed.through.is_some() || seed.is_of_commits();
    if matches!(seed.history, SeedHistory::None) && !has_run {
        let message = if seed.dump.is_some() {
            "without `through` nothing of a dump is recorded anyway, so `history = \"none\"` says nothing"
        } else {
            "`history = \"none\"` of a seed in which no migration was run says nothing"
        };
        let help = "say what was run: through = \"045\"; or leave `history` out";
        table.report(Problem::error(message).at(table.place()).help(help));
    }
}
