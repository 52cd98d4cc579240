use std::path::PathBuf;

use regex::Regex;

/// What to look for in a text.
#[derive(Debug, Clone)]
pub enum Spec {
    /// The values of a variable, wherever the text sets it: `NAME: value`, `NAME=value`.
    Variable(String),
    /// What a pattern matches: its first group, or all of it.
    Matches(Regex),
    /// The `[[exclude]]` tables of a scenario.
    Scenario,
    /// One entry per line.
    Lines,
}

/// The variable that people's workflows set.
pub const DEFAULT_VARIABLE: &str = "MIGRATION_EXCLUDE";

/// A file or folder, and what to look for in it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file, or a folder whose YAML files are meant.
    pub path: PathBuf,
    /// What to look for.
    pub spec: Spec,
}

impl Source {
    /// Reads what a user wrote: `FILE#REGEX`, `FILE:VARIABLE`, or `FILE`, whose name then tells what it
    /// is. A folder is one of workflows.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in a few words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let source = |path: &str, spec| Self { path: path.into(), spec };
        if let Some((path, pattern)) = text.split_once('#') {
            // A pattern is about lines: `^` begins each of them.
            let regex = Regex::new(&format!("(?m:{pattern})")).map_err(|error| told(&error))?;
            return Ok(source(path, Spec::Matches(regex)));
        }
        match text.rsplit_once(':') {
            Some((path, name)) if is_name(name) => {
                Ok(source(path, Spec::Variable(name.to_owned())))
            }
            _ => Ok(source(text, spec_of(text))),
        }
    }
}

/// What a file most likely is, by its name.
fn spec_of(path: &str) -> Spec {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "toml" => Spec::Scenario,
        "txt" | "list" | "lst" | "csv" | "sql" => Spec::Lines,
        _ if name.ends_with("exclude") || name.ends_with("ignore") => Spec::Lines,
        _ => Spec::Variable(DEFAULT_VARIABLE.into()),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// The last line of a message about a pattern: the others show the pattern, with our own part of it.
fn told(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(".github/workflows/ci.yml", ".github/workflows/ci.yml", "variable MIGRATION_EXCLUDE")]
    #[case("ci.yml:SKIP_LIST", "ci.yml", "variable SKIP_LIST")]
    #[case(".env", ".env", "variable MIGRATION_EXCLUDE")]
    #[case("Dockerfile", "Dockerfile", "variable MIGRATION_EXCLUDE")]
    #[case("scenarios/fresh.toml", "scenarios/fresh.toml", "scenario")]
    #[case("db/excluded.txt", "db/excluded.txt", "lines")]
    #[case(".migrationexclude", ".migrationexclude", "lines")]
    #[case("run.ts#'([^']+[.]sql)'", "run.ts", "matches (?m:'([^']+[.]sql)')")]
    #[case("a:b/c.txt", "a:b/c.txt", "lines")]
    fn the_text_tells_where_and_what(#[case] text: &str, #[case] path: &str, #[case] what: &str) {
        let source = Source::parse(text).unwrap();
        let told = match source.spec {
            Spec::Variable(name) => format!("variable {name}"),
            Spec::Matches(regex) => format!("matches {regex}"),
            Spec::Scenario => "scenario".into(),
            Spec::Lines => "lines".into(),
        };
        assert_eq!((source.path.to_str(), told.as_str()), (Some(path), what));
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_told() {
        assert_eq!(Source::parse("a.ts#(x").unwrap_err(), "unclosed group");
    }
}
