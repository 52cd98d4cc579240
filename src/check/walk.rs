use super::rules::{FileView, Look, definitions, sum_syntax};
use super::{Definition, Finding, Subject};
use crate::abreast;
use crate::migration::Migration;
use crate::outcome::Standing;
use crate::scenario::{CheckSettings, Level, Rule};

/// Looks for everything that the rules find, in the order of the rules and of the files. `wanted` are rules that are looked for
/// even where they are off.
#[must_use]
pub fn check(subject: &Subject<'_>, wanted: &[Rule]) -> Vec<Finding> {
    let level = |definition: &Definition| match definition.level_in(subject.settings()) {
        Level::Off if wanted.contains(&definition.rule) => Level::Error,
        level => level,
    };
    let all = definitions().iter().map(|definition| (*definition, level(definition)));
    look(subject, all.filter(|(_, level)| *level != Level::Off).collect())
}

/// Looks for what these rules find and no other, at their usual levels.
#[must_use]
pub fn only(subject: &Subject<'_>, rules: &[Rule]) -> Vec<Finding> {
    let wanted = definitions().iter().filter(|it| rules.contains(&it.rule));
    look(subject, wanted.map(|definition| (*definition, definition.level)).collect())
}

fn look(subject: &Subject<'_>, on: Vec<(&Definition, Level)>) -> Vec<Finding> {
    let mut by_file = of_files(subject, &on);
    sum_syntax(subject, &mut by_file);
    let mut found = Vec::new();
    for (definition, level) in on {
        let before = found.len();
        match definition.look {
            Look::Set(look) => look(subject, &mut found),
            Look::File(_) => {
                found.extend(by_file.iter().filter(|it| it.rule == definition.rule).cloned());
            }
            Look::Elsewhere => {}
        }
        found.iter_mut().skip(before).for_each(|it| it.level = level);
    }
    let Some(settled) = subject.settled() else { return found };
    for finding in found.iter_mut().filter(|it| !it.about.is_empty()) {
        let is_old = finding.about.iter().all(|id| settled.contains(id));
        finding.standing = if is_old { Standing::Before } else { Standing::Introduced };
    }
    found
}

/// What the rules about single files find, in the order of the files; each file is parsed here, once.
fn of_files(subject: &Subject<'_>, on: &[(&Definition, Level)]) -> Vec<Finding> {
    let looks: Vec<_> = on
        .iter()
        .filter_map(|(definition, _)| match definition.look {
            Look::File(look) => Some(look),
            Look::Set(_) | Look::Elsewhere => None,
        })
        .collect();
    let (readings, rule) = (subject.readings, subject.rule);
    let migrations = subject.set.migrations();
    let look = |migration: &Migration| {
        let mut found = Vec::new();
        let up = readings.whole(&migration.up);
        let view = FileView { migration, rule, up: &up };
        for look in &looks {
            look(&view, &mut found);
        }
        readings.keep(&migration.up, up);
        found
    };
    abreast::map(migrations, |migration| look(migration)).into_iter().flatten().collect()
}

impl Definition {
    /// How much a finding matters under these settings.
    #[must_use]
    pub fn level_in(&self, settings: &CheckSettings) -> Level {
        let is_agreed = self.rule == Rule::Naming && settings.name_pattern.is_some();
        let default = if is_agreed { Level::Error } else { self.level };
        settings.levels.get(&self.rule).copied().unwrap_or(default)
    }
}
