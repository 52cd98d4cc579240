use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::de::DeValue;

use super::Setup;
use super::fields::Fields;
use crate::migration::Variables;
use crate::place::Problem;

/// Reads `[setup]`.
pub(super) fn read_setup(mut fields: Fields<'_>) -> Setup {
    let roles = fields.texts("roles", "roles = [\"app_user\"]");
    let sql = fields.texts("sql", "sql = [\"setup/roles.sql\"]");
    let settings = fields
        .table("settings", "settings = { wal_level = \"logical\" }")
        .map(read_settings)
        .unwrap_or_default();
    let search_path = fields.text("search_path", "search_path = \"app, public\"");
    let variables = fields
        .table("variables", "variables = { schema = \"app\" }")
        .map(read_settings)
        .unwrap_or_default();
    let database = fields.text("database", "database = \"app\"");
    if let Some(name) = &database
        && ["postgres", "template0", "template1"].contains(&name.value.as_str())
    {
        let message = format!("the database {:?} is the server's own", name.value);
        let help = "leave `database` out, or give another name";
        fields.report(Problem::error(message).at_some(name.place.clone()).help(help));
    }
    let user = fields.text("user", "user = \"app_owner\"");
    fields.finish();
    Setup {
        roles: roles.into_iter().map(|role| role.value).collect(),
        sql: sql.into_iter().map(|file| file.map(PathBuf::from)).collect(),
        settings,
        search_path: search_path.map(|text| text.value),
        variables: Variables(variables),
        database,
        user,
    }
}

/// A table of names and texts, numbers or truth values.
pub(super) fn read_settings(mut fields: Fields<'_>) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    for (key, value) in fields.rest() {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(truth) => truth.to_string(),
            _ => {
                fields.wrong(&key.value, &value, "wal_level = \"logical\"");
                continue;
            }
        };
        settings.insert(key.value, text);
    }
    settings
}
