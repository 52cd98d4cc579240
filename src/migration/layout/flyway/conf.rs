//! Files of properties: `V1__x.sql.conf` beside a script, and `flyway.conf`. (`SqlScriptMetadata`,
//! `ConfigUtils`)

use std::ops::Range;

use crate::place::{Problem, SourceText};

/// What a script's own `.conf` says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScriptConf {
    pub(super) in_transaction: Option<bool>,
    pub(super) placeholders: Option<bool>,
    pub(super) is_run: bool,
}

impl Default for ScriptConf {
    fn default() -> Self {
        Self { in_transaction: None, placeholders: None, is_run: true }
    }
}

/// One `key=value` of a file of properties, and where its value stands.
#[derive(Debug)]
pub(super) struct Property<'t> {
    pub(super) key: &'t str,
    pub(super) value: &'t str,
    line: Range<usize>,
}

/// The properties of a text: a line each, `#` and `!` begin comments.
pub(super) fn properties(text: &str) -> Vec<Property<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        if trimmed.is_empty() || trimmed.starts_with(['#', '!']) {
            continue;
        }
        let (key, value) = trimmed.split_once(['=', ':']).unwrap_or((trimmed, ""));
        let line = start..start + trimmed.len();
        found.push(Property { key: key.trim_end(), value: value.trim_start(), line });
    }
    found
}

impl ScriptConf {
    /// Reads a script's `.conf`; Flyway refuses keys that it does not know.
    pub(super) fn read(source: &SourceText) -> Result<Self, Problem> {
        let mut conf = Self::default();
        for property in properties(source.text()) {
            let problem =
                |message: String| Problem::error(message).at(source.place(property.line.clone()));
            let truth = || {
                truth(property.value).ok_or_else(|| {
                    problem(format!("{} is neither true nor false", property.key))
                        .help(format!("write {}=true or {0}=false", property.key))
                })
            };
            match property.key {
                "executeInTransaction" => conf.in_transaction = Some(truth()?),
                "placeholderReplacement" => conf.placeholders = Some(truth()?),
                "shouldExecute" => {
                    conf.is_run = condition(property.value).ok_or_else(|| {
                        problem("this condition cannot be decided here".into())
                            .help("write true, false, a==b or a!=b, without && and ||")
                    })?;
                }
                "encoding" if is_unicode(property.value) => {}
                "encoding" => {
                    let help = "save the script as UTF-8 and leave out this line";
                    return Err(
                        problem(format!("scripts in {} are not read", property.value)).help(help)
                    );
                }
                other => {
                    let help = "a script's .conf may say executeInTransaction, \
                                placeholderReplacement, shouldExecute and encoding";
                    return Err(problem(format!("{other} is no setting of a script")).help(help));
                }
            }
        }
        Ok(conf)
    }
}

pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn condition(text: &str) -> Option<bool> {
    if text.contains("&&") || text.contains("||") {
        return None;
    }
    let sides =
        |operator| text.split_once(operator).map(|(left, right)| left.trim() == right.trim());
    truth(text).or_else(|| sides("==")).or_else(|| sides("!=").map(|is_equal| !is_equal))
}

fn is_unicode(encoding: &str) -> bool {
    let name = encoding.to_ascii_lowercase();
    matches!(name.as_str(), "utf-8" | "utf8" | "us-ascii" | "ascii")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(text: &str) -> Result<ScriptConf, String> {
        let source = SourceText::new("V1__a.sql.conf", text);
        ScriptConf::read(&source).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_script_may_be_told_how_to_run() {
        let conf =
            read("# why\r\nexecuteInTransaction=false\r\n\r\nplaceholderReplacement = FALSE");
        let expected =
            ScriptConf { in_transaction: Some(false), placeholders: Some(false), is_run: true };
        assert_eq!(conf, Ok(expected));
    }

    #[rstest]
    #[case::word("false", false)]
    #[case::equal("prod==dev", false)]
    #[case::different("prod != dev", true)]
    fn a_condition_decides_whether_a_script_runs(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(read(&format!("shouldExecute={text}")).map(|conf| conf.is_run), Ok(expected));
    }

    #[rstest]
    #[case::unknown("retries=3", "V1__a.sql.conf:1:1: retries is no setting of a script")]
    #[case::no_truth("executeInTransaction=no", "executeInTransaction is neither true nor false")]
    #[case::encoding("encoding=ISO-8859-1", "scripts in ISO-8859-1 are not read")]
    #[case::condition("shouldExecute=a==b && c", "this condition cannot be decided here")]
    fn what_it_may_not_say_is_refused(#[case] text: &str, #[case] expected: &str) {
        let problem = read(text).unwrap_err();
        assert!(problem.contains(expected), "{problem}");
    }
}
