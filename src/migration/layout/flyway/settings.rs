//! `flyway.conf` and `flyway.toml` of the project, as far as they decide what is run and how.
//! (`ConfigUtils`, `FlywayModel`)

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::conf::{properties, truth};
use crate::migration::layout::{Folder, FolderFile};
use crate::place::Problem;

/// The settings of Flyway that are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is true or false in Flyway too")]
pub(super) struct Settings {
    pub(super) is_mixed: bool,
    pub(super) is_out_of_order: bool,
    pub(super) in_transaction: bool,
    pub(super) has_placeholders: bool,
    pub(super) names_are_checked: bool,
    pub(super) is_group: bool,
    pub(super) placeholders: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            is_mixed: false,
            is_out_of_order: false,
            in_transaction: true,
            has_placeholders: true,
            names_are_checked: false,
            is_group: false,
            placeholders: BTreeMap::new(),
        }
    }
}

/// Settings by which other files would be read, or the same ones otherwise.
const NOT_FOLLOWED: &[&str] = &[
    "sqlMigrationPrefix",
    "sqlMigrationSeparator",
    "sqlMigrationSuffixes",
    "repeatableSqlMigrationPrefix",
    "baselineMigrationPrefix",
    "undoSqlMigrationPrefix",
    "placeholderPrefix",
    "placeholderSuffix",
    "placeholderSeparator",
    "defaultSchema",
    "schemas",
    "table",
    "target",
    "cherryPick",
    "initSql",
];

impl Settings {
    /// Reads the nearest file of the project, and warns of what in it is not followed.
    pub(super) fn of(folder: &Folder) -> (Self, Vec<Problem>) {
        let mut settings = Self::default();
        let mut warnings = Vec::new();
        let is_settings = |file: &&FolderFile| matches!(file.name(), "flyway.conf" | "flyway.toml");
        let Some(file) = folder.beside.iter().find(is_settings) else {
            return (settings, warnings);
        };
        let text = String::from_utf8_lossy(&file.bytes);
        for (key, value) in flat(file.name(), &text) {
            settings.take(&key, value);
            if NOT_FOLLOWED.contains(&key.as_str()) {
                let message = format!("{} sets {key}, which is not followed here", file.name());
                warnings.push(Problem::warning(message).path(file.name()));
            }
        }
        (settings, warnings)
    }

    fn take(&mut self, key: &str, value: String) {
        if let Some(name) = key.strip_prefix("placeholders.") {
            self.placeholders.insert(name.to_owned(), value);
            return;
        }
        let Some(is_so) = truth(&value) else { return };
        match key {
            "mixed" => self.is_mixed = is_so,
            "outOfOrder" => self.is_out_of_order = is_so,
            "executeInTransaction" => self.in_transaction = is_so,
            "placeholderReplacement" => self.has_placeholders = is_so,
            "validateMigrationNaming" => self.names_are_checked = is_so,
            "group" => self.is_group = is_so,
            _ => {}
        }
    }
}

/// Keys without `flyway.` and their values as text.
fn flat(name: &str, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if name == "flyway.conf" {
        for property in properties(text) {
            if let Some(key) = property.key.strip_prefix("flyway.") {
                found.push((key.to_owned(), property.value.to_owned()));
            }
        }
    } else if let Ok(table) = DeTable::parse(text)
        && let Some(flyway) = table.get_ref().get("flyway")
    {
        flatten("", flyway.get_ref(), &mut found);
    }
    found
}

fn flatten(key: &str, value: &DeValue<'_>, found: &mut Vec<(String, String)>) {
    match value {
        DeValue::Table(table) => {
            for (name, value) in table {
                let name = name.get_ref();
                let key = if key.is_empty() { name.to_string() } else { format!("{key}.{name}") };
                flatten(&key, value.get_ref(), found);
            }
        }
        DeValue::String(text) => found.push((key.to_owned(), text.to_string())),
        DeValue::Boolean(is_so) => found.push((key.to_owned(), is_so.to_string())),
        _ => found.push((key.to_owned(), String::new())),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::conf(
        "flyway.conf",
        "flyway.mixed=true\nflyway.placeholders.a=b\nflyway.table=t\nother=1"
    )]
    #[case::toml(
        "flyway.toml",
        "[flyway]\nmixed = true\ntable = 't'\n[flyway.placeholders]\na = 'b'"
    )]
    fn the_projects_settings_are_followed_or_told(#[case] name: &str, #[case] text: &str) {
        let folder = Folder { beside: vec![FolderFile::new(name, text)], ..Folder::default() };
        let (settings, warnings) = Settings::of(&folder);
        let placeholders = [("a".to_owned(), "b".to_owned())].into();
        assert_eq!(settings, Settings { is_mixed: true, placeholders, ..Settings::default() });
        let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, [format!("{name}: {name} sets table, which is not followed here")]);
    }
}
