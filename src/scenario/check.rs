use std::collections::BTreeMap;

use regex::Regex;
use toml::de::DeValue;

use super::fields::{Fields, nearest};
use crate::named::named;
use crate::place::{Located, Problem};

named! {
    /// A rule of `check`: the stable identifiers that have their pages in `docs/rules/`.
    Rule {
        /// Several files have one version.
        DuplicateVersion = "duplicate-version",
        /// A new file comes before one that is applied, and the tool does not run it.
        LateVersion = "late-version",
        /// A number is left out between two files.
        VersionGap = "version-gap",
        /// A file is not named as was agreed.
        Naming = "naming",
        /// A `-- DEPENDS:` header names a file that is missing, comes later, or depends on this one.
        Depends = "depends",
        /// Two files make one object, with different shapes.
        DoubleDefinition = "double-definition",
        /// The server will not understand a statement.
        Syntax = "syntax",
        /// A statement stands in a transaction that it refuses.
        NotInTransaction = "not-in-transaction",
        /// A file begins or ends a transaction where its tool has opened one.
        OwnTransaction = "own-transaction",
        /// What a file does depends on what is there.
        ConditionalLogic = "conditional-logic",
        /// Rows are taken away, and nobody declared it.
        Destructive = "destructive",
        /// A file has nothing in it.
        EmptyFile = "empty-file",
        /// The tool stops at a file.
        RefusedByTool = "refused-by-tool",
        /// The tool does something that hardly anybody expects.
        ToolSurprise = "tool-surprise",
        /// A file or folder cannot be read as migrations.
        Unreadable = "unreadable",
        /// An exclusion was meant to end before today.
        ExclusionExpired = "exclusion-expired",
        /// A file was edited, renamed or deleted after it was applied or merged.
        AppliedChanged = "applied-changed",
        /// A file is not in the lock.
        NotRecorded = "not-recorded",
        /// Another branch has a file of the same version.
        VersionTaken = "version-taken",
        /// A file was retired, and does not say why.
        RetiredWithoutReason = "retired-without-reason",
        /// A finding is declared as known, and is not there.
        StaleExpectation = "stale-expectation",
    }
}

named! {
    /// How much a finding matters.
    Level {
        /// It is not looked for.
        Off = "off",
        /// It is told.
        Warn = "warn",
        /// It is told, and `check` fails.
        Error = "error",
    }
}

/// `[check]`: how much findings matter, and how files are named.
#[derive(Debug, Clone, Default)]
pub struct CheckSettings {
    /// The levels that were set; the others are as [`crate::check`] has them.
    pub levels: BTreeMap<Rule, Level>,
    /// How files must be named.
    pub name_pattern: Option<NamePattern>,
}

/// How files must be named.
#[derive(Debug, Clone)]
pub struct NamePattern {
    /// As it was written: the name of a preset, or a regular expression.
    pub text: String,
    regex: Regex,
}

/// Patterns with a name, each with an example.
const PRESETS: &[(&str, &str, &str)] = &[
    ("NNN_lower_snake", r"^\d{3}_[a-z0-9_]+\.sql$", "042_create_users.sql"),
    ("NNNN_lower_snake", r"^\d{4}_[a-z0-9_]+\.sql$", "0042_create_users.sql"),
    ("timestamp_lower_snake", r"^\d{14}_[a-z0-9_]+\.sql$", "20260207080000_create_users.sql"),
];

impl NamePattern {
    /// The preset that is taken where none is given: four digits, and words in lower case with underscores.
    pub const PRESET: &'static str = "NNNN_lower_snake";

    /// Takes the name of a preset, or else a regular expression.
    ///
    /// # Errors
    ///
    /// What is wrong with the expression.
    pub fn new(text: &str) -> Result<Self, String> {
        let preset = PRESETS.iter().find(|(name, ..)| *name == text);
        let pattern = preset.map_or(text, |(_, pattern, _)| *pattern);
        let regex = Regex::new(pattern).map_err(|error| error.to_string())?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// Whether a file may be called so.
    #[must_use]
    pub fn allows(&self, file: &str) -> bool {
        self.regex.is_match(file)
    }

    /// A name that is right, where the pattern is a preset.
    #[must_use]
    pub fn example(&self) -> Option<&'static str> {
        PRESETS.iter().find(|(name, ..)| *name == self.text).map(|(.., example)| *example)
    }
}

/// Reads `[check]`; what is not given is as in `base`.
pub(super) fn read_check(parent: &mut Fields<'_>, base: &CheckSettings) -> CheckSettings {
    let mut settings = base.clone();
    let Some(mut fields) = parent.table("check", "[check]") else { return settings };
    if let Some(rules) = fields.table("rules", "rules = { naming = \"error\" }") {
        settings.levels.extend(read_levels(rules));
    }
    if let Some(text) = fields.text("name-pattern", "name-pattern = \"NNNN_lower_snake\"") {
        match NamePattern::new(&text.value) {
            Ok(pattern) => settings.name_pattern = Some(pattern),
            Err(why) => {
                let names: Vec<_> = PRESETS.iter().map(|(name, ..)| *name).collect();
                let message = format!("`name-pattern` is no regular expression: {why}");
                let help =
                    format!("write it in single quotes, or name one of: {}", names.join(", "));
                fields.report(Problem::error(message).at_some(text.place).help(help));
            }
        }
    }
    fields.finish();
    settings
}

fn read_levels(mut rules: Fields<'_>) -> BTreeMap<Rule, Level> {
    let mut levels = BTreeMap::new();
    for (name, value) in rules.rest() {
        let rule = read_rule(&rules, &name);
        let DeValue::String(text) = value.get_ref() else {
            rules.wrong(&name.value, &value, "naming = \"error\"");
            continue;
        };
        let text = Located { value: text.to_string(), place: Some(rules.place_of(&value)) };
        let level = rules.choose(&name.value, text, Level::ALL, Level::name);
        levels.extend(rule.zip(level.map(|level| level.value)));
    }
    levels
}

fn read_rule(fields: &Fields<'_>, name: &Located<String>) -> Option<Rule> {
    let found = Rule::from_name(&name.value);
    if found.is_none() {
        let names = Rule::ALL.iter().map(|rule| rule.name());
        let help = match nearest(&name.value, names.clone()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("it is one of: {}", names.collect::<Vec<_>>().join(", ")),
        };
        let message = format!("there is no rule {:?}", name.value);
        fields.report(Problem::error(message).at_some(name.place.clone()).help(help));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Defaults, parse, parse_defaults};
    use super::*;
    use crate::place::{Problems, SourceText};

    fn defaults(text: &str) -> Result<Defaults, Problems> {
        parse_defaults(&SourceText::new("migration-replay.toml", text))
    }

    #[test]
    fn a_scenario_changes_the_levels_that_are_shared_one_by_one() {
        let shared = "[check]\nrules = { naming = \"error\", destructive = \"off\" }\n\
                      name-pattern = \"NNN_lower_snake\"";
        let text = "migrations = \"m\"\n[check]\nrules = { naming = \"warn\" }";
        let (scenario, problems) =
            parse(&SourceText::new("a.toml", text), &defaults(shared).unwrap());
        assert_eq!(problems, Problems::default());
        let check = scenario.unwrap().check;
        let levels = [(Rule::Naming, Level::Warn), (Rule::Destructive, Level::Off)];
        assert_eq!(check.levels, BTreeMap::from(levels));
        assert!(check.name_pattern.unwrap().allows("042_a.sql"));
    }

    #[test]
    fn what_is_wrong_with_levels_and_patterns_is_told_at_once() {
        let text = "[check]\nrules = { namin = \"error\", syntax = \"fatal\", depends = 1 }\nname-pattern = \"(\"";
        let problems = defaults(text).unwrap_err().to_string();
        for expected in [
            "there is no rule \"namin\" (did you mean \"naming\"?)",
            "`syntax` cannot be \"fatal\" (it is one of: off, warn, error)",
            "`depends` cannot be the number 1",
            "`name-pattern` is no regular expression",
        ] {
            assert!(problems.contains(expected), "{expected}: {problems}");
        }
    }

    #[rstest::rstest]
    #[case::as_agreed("0042_create_users.sql", true)]
    #[case::hyphens("0042-create-users.sql", false)]
    #[case::camel_case("0042_createUsers.sql", false)]
    #[case::short("042_create_users.sql", false)]
    fn the_preset_is_four_digits_and_lower_snake(#[case] name: &str, #[case] is_allowed: bool) {
        assert_eq!(NamePattern::new(NamePattern::PRESET).unwrap().allows(name), is_allowed);
    }
}
