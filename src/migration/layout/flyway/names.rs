use std::cmp::Ordering;
use std::fmt;

/// What a file name says, by its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `V`: applied once, in the order of versions.
    Versioned,
    /// `U`: takes the version of the same number back.
    Undo,
    /// `B`: stands for all versions up to its own.
    Baseline,
    /// `R`: applied after all versions, and again when it changes.
    Repeatable,
    /// The name of an event: run around migrations.
    Callback(Event),
}

/// When a callback runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// While migrations are applied.
    Migrate,
    /// At another of the tool's commands.
    Other,
}

/// A file name as Flyway reads it: prefix, version, `__`, description, ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name<'n> {
    pub(super) kind: Kind,
    /// Present for versioned, undo and baseline migrations.
    pub(super) version: Option<Version>,
    /// What follows `__`, as it is written.
    pub(super) description: &'n str,
    /// Whether there is a `__`.
    pub(super) is_separated: bool,
}

/// Why a file is none of the migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Prefix,
    Version,
    VersionMissing,
    VersionOfRepeatable,
}

impl Wrong {
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Prefix => "its name begins with none of V, R, B and U, and with no event",
            Self::Version => "what stands between V and __ is no version such as 1 or 1_2",
            Self::VersionMissing => "its name has no version; it would be V1__name.sql",
            Self::VersionOfRepeatable => {
                "a repeatable migration or callback has no version; it would be R__name.sql"
            }
        }
    }
}

const PREFIXES: &[(&str, Kind)] =
    &[("V", Kind::Versioned), ("U", Kind::Undo), ("B", Kind::Baseline), ("R", Kind::Repeatable)];

/// Events around the applying of migrations, and the first words of all others.
const MIGRATE_EVENTS: &[&str] = &[
    "beforeMigrate",
    "beforeEachMigrate",
    "beforeEachMigrateStatement",
    "afterEachMigrateStatement",
    "afterEachMigrateStatementError",
    "afterEachMigrate",
    "afterEachMigrateError",
    "beforeRepeatables",
    "afterVersioned",
    "afterMigrateApplied",
    "afterMigrate",
    "afterMigrateError",
    "afterMigrateOperationFinish",
    "beforeValidate",
    "afterValidate",
    "createSchema",
    "beforeCreateSchema",
    "beforeConnect",
    "afterConnect",
];
const OTHER_EVENTS: &[&str] =
    &["Clean", "Undo", "EachUndo", "Validate", "Baseline", "Repair", "Info"];

impl<'n> Name<'n> {
    /// Reads the name of a file without its ending.
    pub(super) fn read(stem: &'n str) -> Result<Self, Wrong> {
        let (kind, rest) = prefix(stem).ok_or(Wrong::Prefix)?;
        let (version, description, is_separated) = match rest.split_once("__") {
            Some((version, description)) => (version, description, true),
            None => (rest, "", false),
        };
        let name = |version| Self { kind, version, description, is_separated };
        match kind {
            Kind::Repeatable | Kind::Callback(_) if version.is_empty() => Ok(name(None)),
            Kind::Repeatable | Kind::Callback(_) => Err(Wrong::VersionOfRepeatable),
            _ if version.is_empty() => Err(Wrong::VersionMissing),
            _ => Ok(name(Some(Version::read(version).ok_or(Wrong::Version)?))),
        }
    }
}

/// The longest prefix of all that the name begins with, and what follows it.
fn prefix(stem: &str) -> Option<(Kind, &str)> {
    let events = MIGRATE_EVENTS.iter().map(|event| (*event, Kind::Callback(Event::Migrate)));
    let known = events.chain(PREFIXES.iter().copied());
    let found = known.filter(|(prefix, _)| stem.starts_with(prefix)).max_by_key(|it| it.0.len());
    if let Some((prefix, kind)) = found {
        return Some((kind, &stem[prefix.len()..]));
    }
    let rest = stem.strip_prefix("before").or_else(|| stem.strip_prefix("after"))?;
    let is_event = OTHER_EVENTS.iter().any(|event| rest.starts_with(event));
    let end = rest.find("__").unwrap_or(rest.len());
    is_event.then(|| (Kind::Callback(Event::Other), &rest[end..]))
}

/// A version: numbers of any length, compared one by one; a missing one is 0.
#[derive(Debug, Clone)]
pub(super) struct Version {
    shown: String,
    /// Each with its length first, so that they compare as numbers; zeros at the end are left out.
    parts: Vec<(usize, String)>,
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        for part in text.split(['.', '_']) {
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let digits = part.trim_start_matches('0');
            parts.push((digits.len(), digits.to_owned()));
        }
        while parts.len() > 1 && parts.last().is_some_and(|(length, _)| *length == 0) {
            parts.pop();
        }
        Some(Self { shown: text.replace('_', "."), parts })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts.cmp(&other.parts)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    /// With dots, else as it is written: what the history table says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::one("V1__x", "1")]
    #[case::underscores("V1_2_3__x", "1.2.3")]
    #[case::dots_and_zeros("V01.020.0__x", "01.020.0")]
    #[case::no_description("V7", "7")]
    #[case::time("B20240131120000__x", "20240131120000")]
    #[case::zero("V0.0__x", "0.0")]
    fn versions_are_numbers_with_dots_or_underscores(#[case] stem: &str, #[case] version: &str) {
        let name = Name::read(stem).unwrap();
        assert_eq!(name.version.unwrap().to_string(), version);
    }

    #[rstest]
    #[case::lower_case("v1__x", Wrong::Prefix)]
    #[case::one_underscore("V1_x", Wrong::Version)]
    #[case::a_word("Views", Wrong::Version)]
    #[case::ends_in_a_dot("V1.__x", Wrong::Version)]
    #[case::none("V__x", Wrong::VersionMissing)]
    #[case::repeatable("R1__x", Wrong::VersionOfRepeatable)]
    fn other_names_are_none_of_the_migrations(#[case] stem: &str, #[case] wrong: Wrong) {
        assert_eq!(Name::read(stem), Err(wrong));
    }

    #[test]
    fn versions_compare_part_by_part_as_numbers() {
        let versions = ["0", "0.1", "1", "1.0.1", "1.9", "1.10", "2", "99999999999999999999999"];
        for pair in versions.windows(2) {
            assert!(Version::read(pair[0]) < Version::read(pair[1]), "{pair:?}");
        }
        assert_eq!(Version::read("1"), Version::read("01.0.0"));
    }

    #[rstest]
    #[case::bare("afterMigrate", Event::Migrate)]
    #[case::described("beforeEachMigrate__grants", Event::Migrate)]
    #[case::other("afterClean__x", Event::Other)]
    fn a_name_that_begins_with_an_event_is_a_callback(#[case] stem: &str, #[case] event: Event) {
        assert_eq!(Name::read(stem).map(|name| name.kind), Ok(Kind::Callback(event)));
    }
}
