use super::entries::{Word, words};
use super::spec::Spec;
use super::variable::values;
use crate::place::{Place, Problem, SourceText};
use crate::scenario::{Defaults, parse};

/// A list of left-out migrations as it stands somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What it is there: the variable, the pattern, `[[exclude]]`, or nothing for a file of its own.
    pub what: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// What it leaves out.
    pub entries: Vec<Entry>,
    /// What it takes from elsewhere and so is not known: `${{ vars.SKIP }}`.
    pub unknown: Vec<Entry>,
    /// Whether it is production's.
    pub is_production: bool,
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// A version, a file name or a glob.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// Reads the lists of a text. A variable that is set several times is as many lists; else there is one.
///
/// # Errors
///
/// If there is no such list in the text, or the text is not what it should be.
pub fn lists_in(text: &SourceText, what: &Spec) -> Result<Vec<List>, Problem> {
    let lists = match what {
        Spec::Variable(name) => of_variable(text, name),
        Spec::Matches(regex) => of_matches(text, regex),
        Spec::Scenario => vec![of_scenario(text)?],
        Spec::Lines => vec![of_lines(text)],
    };
    if lists.is_empty() { Err(nothing_there(text, what)) } else { Ok(lists) }
}

fn nothing_there(text: &SourceText, what: &Spec) -> Problem {
    let (message, help) = match what {
        Spec::Variable(name) => (
            format!("the variable {name} is not set there"),
            "name another one, FILE:VARIABLE, or a pattern, FILE#REGEX".to_owned(),
        ),
        Spec::Matches(_) => (
            "the pattern matches nothing there".to_owned(),
            "the first group of the pattern, or all that it matches, is an entry".to_owned(),
        ),
        Spec::Scenario | Spec::Lines => ("there is no list".to_owned(), String::new()),
    };
    let problem = Problem::error(message).path(text.path());
    if help.is_empty() { problem } else { problem.help(help) }
}

fn of_variable(text: &SourceText, name: &str) -> Vec<List> {
    let lists = values(text.text(), name).into_iter().map(|value| {
        let (entries, unknown) = entries(text, words(text.text(), &value.spans));
        List {
            what: Some(name.to_owned()),
            place: text.place(value.name),
            entries,
            unknown,
            is_production: false,
        }
    });
    lists.collect()
}

fn of_matches(text: &SourceText, regex: &regex::Regex) -> Vec<List> {
    let groups = regex.captures_iter(text.text()).filter_map(|found| {
        let group = found.get(1).or_else(|| found.get(0))?;
        Some(group.range())
    });
    let spans: Vec<_> = groups.filter(|span| !span.is_empty()).collect();
    let Some(first) = spans.first() else { return Vec::new() };
    let place = text.place(first.clone());
    let all = spans.iter().flat_map(|span| words(text.text(), std::slice::from_ref(span)));
    let (entries, unknown) = entries(text, all.collect());
    let what = Some("a pattern".to_owned());
    vec![List { what, place, entries, unknown, is_production: false }]
}

fn of_scenario(text: &SourceText) -> Result<List, Problem> {
    let (scenario, problems) = parse(text, &Defaults::default());
    let Some(scenario) = scenario else {
        let first = problems.0.into_iter().next();
        return Err(first.unwrap_or_else(|| Problem::error("is no scenario").path(text.path())));
    };
    let entries = scenario.exclude.into_iter().map(|exclusion| Entry {
        text: exclusion.migration.value,
        place: exclusion.migration.place.unwrap_or_else(|| text.place(0..0)),
    });
    let entries: Vec<_> = entries.collect();
    let place = entries.first().map_or_else(|| text.place(0..0), |entry| entry.place.clone());
    let what = Some("[[exclude]]".to_owned());
    Ok(List { what, place, entries, unknown: Vec::new(), is_production: false })
}

/// A file with one entry per line; what comes after `#` is a remark.
fn of_lines(text: &SourceText) -> List {
    let mut entries = Vec::new();
    let mut start = 0;
    for line in text.text().split_inclusive('\n') {
        let said = line.split('#').next().unwrap_or_default();
        let trimmed = said.trim_start();
        let begin = start + said.len() - trimmed.len();
        let entry = trimmed.trim_end();
        if !entry.is_empty() {
            let place = text.place(begin..begin + entry.len());
            entries.push(Entry { text: entry.to_owned(), place });
        }
        start += line.len();
    }
    let place = entries.first().map_or_else(|| text.place(0..0), |entry| entry.place.clone());
    List { what: None, place, entries, unknown: Vec::new(), is_production: false }
}

/// Words as entries: those that can be read, and those that come from elsewhere.
fn entries(text: &SourceText, words: Vec<Word<'_>>) -> (Vec<Entry>, Vec<Entry>) {
    let (unknown, known): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|word| word.text.starts_with('$'));
    let entry = |word: Word<'_>| Entry { text: word.text.into(), place: text.place(word.span) };
    (known.into_iter().map(entry).collect(), unknown.into_iter().map(entry).collect())
}
