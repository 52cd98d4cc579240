use super::{Definition, Look};
use crate::check::{Finding, Subject};
use crate::migration::Migration;
use crate::scenario::{Level, NamePattern, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::Naming,
    level: Level::Off,
    title: "a file is not named as was agreed",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let preset = || NamePattern::new(NamePattern::PRESET).ok();
    let Some(pattern) = subject.settings().name_pattern.clone().or_else(preset) else { return };
    for migration in subject.set.migrations() {
        let name = migration.file_name();
        if pattern.allows(name) {
            continue;
        }
        let message = format!("the name {name} does not follow the pattern {}", pattern.text);
        let finding = Finding::new(Rule::Naming, message).about(migration);
        found.push(finding.path(migration.up.source().path()).help(advice(migration, &pattern)));
    }
}

fn advice(migration: &Migration, pattern: &NamePattern) -> String {
    let better = in_lower_snake(migration.file_name());
    if pattern.allows(&better) {
        return format!("call it {better}, unless it is applied already");
    }
    match pattern.example() {
        Some(example) => format!("such a name looks like {example}"),
        None => "rename it, unless it is applied already".to_owned(),
    }
}

/// The name with words in lower case and underscores between them.
fn in_lower_snake(name: &str) -> String {
    let mut better = String::with_capacity(name.len());
    let mut before = '_';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            better.push('_');
        }
        better.push(if matches!(letter, '-' | ' ') { '_' } else { letter.to_ascii_lowercase() });
        before = letter;
    }
    better
}

#[cfg(test)]
mod tests {
    use super::in_lower_snake;

    #[rstest::rstest]
    #[case("0003-create-users.sql", "0003_create_users.sql")]
    #[case("0004_addUserSessions.sql", "0004_add_user_sessions.sql")]
    #[case("0005_SEC.sql", "0005_sec.sql")]
    fn a_better_name_is_given(#[case] name: &str, #[case] better: &str) {
        assert_eq!(in_lower_snake(name), better);
    }
}
