//! `:UPPER_CASE` in a body, filled in wherever it stands: in names, texts and comments alike.

use std::ops::Range;

use crate::migration::{Rewritten, Variables};
use crate::place::{Problem, Problems, SourceText};

/// Those that the tool itself knows.
const KNOWN_TO_THE_TOOL: &[&str] = &["DATABASE_NAME", "DATABASE_OWNER"];

/// Whether a character is part of a placeholder's name, so that a shorter name is not meant.
pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Names that the tool refuses in its settings.
pub(super) fn check_names(variables: &Variables) -> Problems {
    let mut problems = Problems::default();
    for name in variables.0.keys() {
        let rest = name.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or_default();
        let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if rest.is_empty() || !rest.chars().all(fits) {
            let message = format!("{name:?} is no name of a placeholder of graphile-migrate");
            let help =
                "write it in capitals and without its colon: variables = { APP_USER = \"app\" }";
            problems.push(Problem::error(message).help(help));
        }
    }
    problems
}

/// The body with its placeholders filled in, if it has any. Others stay as they are.
pub(super) fn filled_in(
    source: &SourceText,
    body: Range<usize>,
    variables: &Variables,
) -> Result<Option<Rewritten>, Problems> {
    let text = source.text();
    let mut problems = Problems::default();
    let mut rewritten = Rewritten::new();
    let mut kept = body.start;
    for (colon, _) in text[body.clone()].match_indices(':') {
        let start = body.start + colon;
        let rest = &text[start + 1..body.end];
        let name = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        let span = start..start + 1 + name.len();
        match variables.get(name) {
            Some(value) => {
                rewritten.keep(text, kept..start);
                rewritten.replace(span.clone(), value);
                kept = span.end;
            }
            None if KNOWN_TO_THE_TOOL.contains(&name) => {
                let message = format!("the tool fills in :{name}, and no value is given");
                let help = format!("under [setup] write: variables = {{ {name} = \"app\" }}");
                problems.push(Problem::error(message).at(source.place(span)).help(help));
            }
            None => {}
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let has_none = kept == body.start;
    rewritten.keep(text, kept..body.end);
    Ok((!has_none).then_some(rewritten))
}
