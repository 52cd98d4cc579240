use std::ops::Range;

use crate::migration::{Rewritten, Variables};
use crate::place::{Problem, SourceText};

/// Why a template cannot be filled in.
#[derive(Debug)]
pub(super) enum Unfilled {
    /// A value is not given: its name.
    Missing(String, Problem),
    /// It asks more than for a value.
    NotUnderstood(Problem),
}

/// The text with every action replaced; nothing when there is none in it. Both tools read each file
/// as a template of Go (text/template). Actions that only ask for a value are filled in: options of
/// the connection, parameters of the program.
pub(super) fn fill(
    source: &SourceText,
    variables: &Variables,
) -> Result<Option<Rewritten>, Unfilled> {
    Rewritten::between(source.text(), ("{{", "}}"), |span, action| {
        let Some(name) = action.and_then(value_asked_for) else {
            return Err(not_understood(source, span));
        };
        let value = variables.get(name);
        value.map(str::to_owned).ok_or_else(|| missing(source, span, name))
    })
}

/// The name in `index .Options "name"`, `.Options.name` and `identifier .Parameters.name`.
fn value_asked_for(action: &str) -> Option<&str> {
    let words: Vec<_> = action.split_whitespace().collect();
    match words.as_slice() {
        ["index", ".Options" | ".Parameters", quoted] => {
            quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        }
        [field] | ["identifier", field] => {
            field.strip_prefix(".Options.").or_else(|| field.strip_prefix(".Parameters."))
        }
        _ => None,
    }
    .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

fn missing(source: &SourceText, span: Range<usize>, name: &str) -> Unfilled {
    let problem = Problem::error(format!("the template asks for {name}, and no value is given"))
        .at(source.place(span))
        .help(format!("under [setup] write: variables = {{ {name} = \"…\" }}"));
    Unfilled::Missing(name.to_owned(), problem)
}

fn not_understood(source: &SourceText, span: Range<usize>) -> Unfilled {
    let help = "exclude the migration, or run the tool itself; \
                only values such as {{ index .Options \"Namespace\" }} are filled in";
    let message = "this file is a template of Go that does more than ask for a value";
    Unfilled::NotUnderstood(Problem::error(message).at(source.place(span)).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn filled(text: &str) -> Result<String, String> {
        let variables = Variables([("Space".to_owned(), "box".to_owned())].into());
        match fill(&SourceText::new("a.sql", text), &variables) {
            Ok(rewritten) => Ok(rewritten.map_or(text.into(), |it| it.text().to_owned())),
            Err(Unfilled::Missing(name, _)) => Err(format!("no {name}")),
            Err(Unfilled::NotUnderstood(_)) => Err("not understood".into()),
        }
    }

    #[rstest]
    #[case::none("select '{1}'", "select '{1}'")]
    #[case::option(r#"from {{ index .Options "Space" }}.a"#, "from box.a")]
    #[case::twice(r#"{{index .Options "Space"}} {{ .Options.Space }}."#, "box box.")]
    #[case::parameter("{{ identifier .Parameters.Space }}", "box")]
    fn values_are_filled_in(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(filled(text), Ok(expected.into()));
    }

    #[rstest]
    #[case::no_value("{{ .Options.Other }}", "no Other")]
    #[case::a_condition("{{ if .IsPostgreSQL }}select 1{{ end }}", "not understood")]
    #[case::another_field("{{ .Database }}", "not understood")]
    #[case::never_closed("select '{{1,2}'", "not understood")]
    #[case::an_array("select '{{1,2},{3,4}}'", "not understood")]
    fn all_else_is_told(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(filled(text), Err(expected.into()));
    }
}
