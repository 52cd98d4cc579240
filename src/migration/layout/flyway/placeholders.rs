//! `${name}`, replaced on the text before anything else reads it: in comments, strings and dollar
//! quotes too. Values are not looked through again. (`PlaceholderReplacingReader`, `ParsingContext`)

use std::collections::BTreeMap;
use std::ops::Range;

use crate::migration::{Rewritten, Variables};
use crate::place::{Problem, SourceText};

/// What placeholders stand for, by name in lower case: Flyway does not tell cases apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Values(BTreeMap<String, String>);

/// Names that Flyway fills in by itself, where the value is known before there is a server.
const OF_THE_TOOL: &[(&str, &str)] = &[
    ("flyway:defaultschema", "public"),
    ("flyway:environment", "default"),
    ("flyway:table", "flyway_schema_history"),
    // The moment of the run in Flyway; one moment here, so that two runs give the same.
    ("flyway:timestamp", "2000-01-01 00:00:00"),
];

/// Names that Flyway fills in from the server or the machine.
const OF_THE_SERVER: &[&str] = &["flyway:database", "flyway:user", "flyway:workingdirectory"];

/// A placeholder without value.
#[derive(Debug, Clone)]
pub(super) enum Missing {
    /// Flyway has none either, and stops.
    Value(Problem),
    /// Flyway would ask the server.
    OnlyOnServer(Problem),
}

impl Values {
    /// Those of the project's configuration, then the scenario's own, which win.
    pub(super) fn new(configured: &BTreeMap<String, String>, variables: &Variables) -> Self {
        let mut values: BTreeMap<String, String> =
            OF_THE_TOOL.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        for (name, value) in configured.iter().chain(&variables.0) {
            values.insert(name.to_lowercase(), value.clone());
        }
        Self(values)
    }

    /// The same in a file of that name.
    pub(super) fn in_file(&self, name: &str) -> Self {
        let mut values = self.clone();
        values.0.insert("flyway:filename".into(), name.into());
        values
    }

    /// The text with every placeholder replaced; nothing when there is none in it.
    pub(super) fn fill(&self, source: &SourceText) -> Result<Option<Rewritten>, Missing> {
        Rewritten::between(source.text(), ("${", "}"), |span, name| {
            let Some(name) = name else {
                return Err(Missing::Value(never_closed(source, span)));
            };
            let value = self.0.get(&name.to_lowercase());
            value.cloned().ok_or_else(|| missing(source, span, name))
        })
    }
}

fn missing(source: &SourceText, span: Range<usize>, name: &str) -> Missing {
    let help = format!("give it one, for instance: [setup] variables = {{ {name:?} = \"…\" }}");
    let problem = |message: String| Problem::error(message).at(source.place(span)).help(help);
    if OF_THE_SERVER.contains(&name.to_lowercase().as_str()) {
        let message =
            format!("Flyway takes ${{{name}}} from its server, and the database here is another");
        return Missing::OnlyOnServer(problem(message));
    }
    Missing::Value(problem(format!("the placeholder ${{{name}}} has no value")))
}

fn never_closed(source: &SourceText, span: Range<usize>) -> Problem {
    Problem::error("this placeholder is never closed")
        .at(source.place(span))
        .help("write ${name}, or switch placeholders off: placeholderReplacement=false in a file of the script's name and .conf")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn filled(text: &str) -> Result<Option<String>, Missing> {
        let variables =
            [("schemaName".to_owned(), "app".to_owned()), ("none".into(), String::new())];
        let values = Values::new(&BTreeMap::new(), &Variables(variables.into()));
        let source = SourceText::new("V1__a.sql", text);
        let rewritten = values.in_file("V1__a.sql").fill(&source)?;
        Ok(rewritten.map(|rewritten| rewritten.text().to_owned()))
    }

    #[rstest]
    #[case::anywhere(
        "-- ${schemaName}\n'${SCHEMANAME}' $$${schemaname}$$",
        "-- app\n'app' $$app$$"
    )]
    #[case::empty("a${none}b", "ab")]
    #[case::of_the_tool("${flyway:filename} ${flyway:defaultSchema}", "V1__a.sql public")]
    fn placeholders_are_replaced_wherever_they_stand(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(filled(text).unwrap().as_deref(), Some(expected));
    }

    #[test]
    fn a_text_without_placeholders_stays_as_it_is() {
        assert_eq!(filled("select $1, '$', '{}'").unwrap(), None);
    }

    #[test]
    fn a_placeholder_without_value_is_told_with_its_place() {
        let Err(Missing::Value(problem)) = filled("select\n  ${tenant};") else { panic!() };
        assert!(problem.to_string().starts_with("V1__a.sql:2:3: the placeholder ${tenant} has no"));
        assert!(matches!(filled("${flyway:user}"), Err(Missing::OnlyOnServer(_))));
        assert!(matches!(filled("select '${'"), Err(Missing::Value(_))));
    }
}
