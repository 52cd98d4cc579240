use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::de::DeValue;

use super::fields::Fields;
use super::parse_setup::read_settings;
use crate::place::{Located, Problem};

/// The user's own migration runner, called instead of ours.
#[derive(Debug, Clone)]
pub struct Runner {
    /// What a shell runs. `{{ exclude }}` stands for the excluded files, joined by commas.
    pub command: Located<String>,
    /// Environment variables beside `DATABASE_URL` and libpq's; the same template.
    pub env: BTreeMap<String, String>,
    /// The folder it runs in, counted from the scenario's; the scenario's own without.
    pub folder: Option<Located<PathBuf>>,
    /// The container image it runs in; on this machine without.
    pub image: Option<String>,
    /// A query that gives a version, identity or file name per applied migration, for a history table
    /// that no layout knows.
    pub history: Option<Located<String>>,
}

const EXAMPLE: &str = "runner = { command = \"npm run db:migrate\" }";

/// Reads `runner`: a command, or a table.
pub(super) fn read_runner(parent: &mut Fields<'_>) -> Option<Runner> {
    let value = parent.take("runner")?;
    if let DeValue::String(text) = value.get_ref() {
        let place = Some(parent.place().source().place(value.span()));
        let command = Located { value: text.to_string(), place };
        check_template(parent, &command);
        let none = BTreeMap::new();
        return Some(Runner { command, env: none, folder: None, image: None, history: None });
    }
    let mut table = parent.as_table("runner", value, EXAMPLE)?;
    let command = table.required("command", "command = \"npm run db:migrate\"");
    let folder = table.text("folder", "folder = \"../backend\"");
    let image = table.text("image", "image = \"node:22\"");
    let history = table.text("history", "history = \"select filename from schema_migrations\"");
    let place = table.place();
    let env = table
        .table("env", "env = { MIGRATION_EXCLUDE = \"{{ exclude }}\" }")
        .map(read_settings)
        .unwrap_or_default();
    for value in env.values() {
        check_template(&table, &Located { value: value.clone(), place: Some(place.clone()) });
    }
    if let Some(command) = &command {
        check_template(&table, command);
    }
    table.finish();
    Some(Runner {
        command: command?,
        env,
        folder: folder.map(|folder| folder.map(PathBuf::from)),
        image: image.map(|image| image.value),
        history,
    })
}

fn check_template(fields: &Fields<'_>, text: &Located<String>) {
    if let Err(unknown) = fill(&text.value, "") {
        let message = format!("`{{{{ {unknown} }}}}` is not known here");
        let help = "{{ exclude }} is: the excluded files, joined by commas";
        fields.report(Problem::error(message).at_some(text.place.clone()).help(help));
    }
}

impl Runner {
    /// A command or value with `{{ exclude }}` filled in.
    #[must_use]
    pub fn filled(text: &str, exclude: &str) -> String {
        // Parsing has refused what cannot be filled in.
        fill(text, exclude).unwrap_or_else(|_| text.to_owned())
    }
}

/// Fills in a template; the error is the unknown name.
fn fill(text: &str, exclude: &str) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        if name.trim() != "exclude" {
            return Err(name.trim().to_owned());
        }
        filled.push_str(exclude);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exclude_is_filled_in() {
        assert_eq!(fill("a {{ exclude }} {{exclude}}", "1,2"), Ok("a 1,2 1,2".into()));
        assert_eq!(fill("docker inspect -f '{{", "1"), Ok("docker inspect -f '{{".into()));
        assert_eq!(fill("{{ version }}", "1"), Err("version".into()));
    }
}
