use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::exclusions::compare::{Spec, lists_in};
use crate::place::{Place, SourceText};

/// An image of Postgres that a file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageMention {
    /// The image: `postgres:17`.
    pub image: String,
    /// Where it stands.
    pub place: Place,
}

/// The last part of the names of images that are Postgres servers.
const SERVERS: &[&str] =
    &["citus", "pgvector", "postgis", "postgres", "postgresql", "timescaledb", "timescaledb-ha"];

/// Tags without a number in them.
const PLAIN_TAGS: &[&str] = &["latest", "alpine", "bookworm", "bullseye", "trixie"];

/// A name that may be an image's, and its tag, which may be made of expressions.
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let tag = r"(?:\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\w+|[\w.-])+";
    let repository = r"(?:[\w.-]+(?::\d+)?/)*[\w.-]+";
    Regex::new(&format!(r#"(?:^|[\s"'\[\{{,=])(({repository})(?::({tag}))?)(@sha256:\w+)?"#)).ok()
});

/// What stands for a value from elsewhere: `${{ matrix.postgres }}`, `${PG:-16}`, `$PG`.
static EXPRESSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\$\{\{\s*([\w.-]+)\s*\}\}|\$\{(\w+)(?::?[-=]([^}]*))?\}|\$(\w+)").ok()
});

/// Where the key of a Helm chart says which image: `repository: postgres`, and `tag: "16"` beside it.
static TAG_BESIDE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^\s*tag:\s*["']?([\w.-]+)["']?\s*$"#).ok());

/// The images of Postgres that a text names, in order: YAML of Compose, of workflows and of charts, Dockerfiles, JSON. Versions
/// that are variables are looked up in the text itself and in those `beside` it; where a variable has several values, there are
/// several images. Values that are nowhere to be found give none.
#[must_use]
pub fn images(text: &SourceText, beside: &[SourceText]) -> Vec<ImageMention> {
    let mut found: Vec<ImageMention> = Vec::new();
    let mut start = 0;
    let lines: Vec<&str> = text.text().split_inclusive('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        let said = without_remark(line);
        for (written, span) in references(said, lines.get(number + 1).copied()) {
            let place = text.place(start + span.start..start + span.end);
            for image in resolved(&written, text, beside) {
                found.push(ImageMention { image, place: place.clone() });
            }
        }
        start += line.len();
    }
    found
}

/// A line without what is a remark in YAML, in Dockerfiles and in the shell.
fn without_remark(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    line.find(" #").map_or(line, |end| &line[..end])
}

fn references(line: &str, next: Option<&str>) -> Vec<(String, Range<usize>)> {
    let Some(pattern) = &*REFERENCE else { return Vec::new() };
    let names_image = names_image(line);
    let found = pattern.captures_iter(line).filter_map(|captures| {
        let (whole, repository) = (captures.get(1)?, captures.get(2)?);
        let last = repository.as_str().rsplit('/').next().unwrap_or_default();
        if !SERVERS.contains(&last) {
            return None;
        }
        let digest = captures.get(4).map_or("", |digest| digest.as_str());
        let written = match captures.get(3) {
            Some(tag) if is_tag(tag.as_str()) => format!("{}{digest}", whole.as_str()),
            None if names_image => match next.and_then(tag_beside) {
                Some(tag) => format!("{}:{tag}", whole.as_str()),
                None => format!("{}{digest}", whole.as_str()),
            },
            Some(_) | None => return None,
        };
        Some((written, whole.range()))
    });
    found.collect()
}

/// Whether a line is one that names an image: `image: …`, `FROM …`, `repository: …`.
fn names_image(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ").trim_start_matches(['"', '\'']);
    let key = |name: &str| {
        let rest = line.strip_prefix(name).map(|rest| rest.trim_start_matches(['"', '\'']));
        rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    line.to_ascii_uppercase().starts_with("FROM ") || key("image") || key("repository")
}

/// Whether what comes after the colon is a tag, and not a port or a password.
fn is_tag(text: &str) -> bool {
    let is_port = text.len() > 2 && text.chars().all(|it| it.is_ascii_digit());
    let says_version = text.contains(|it: char| it.is_ascii_digit() || it == '$');
    !is_port && (says_version || PLAIN_TAGS.contains(&text))
}

fn tag_beside(line: &str) -> Option<String> {
    let captures = TAG_BESIDE.as_ref()?.captures(line)?;
    Some(captures.get(1)?.as_str().to_owned())
}

/// An image as it is written, with every variable in it replaced by its values.
fn resolved(written: &str, text: &SourceText, beside: &[SourceText]) -> Vec<String> {
    let Some(captures) = EXPRESSION.as_ref().and_then(|pattern| pattern.captures(written)) else {
        return vec![written.to_owned()];
    };
    let Some(whole) = captures.get(0) else { return Vec::new() };
    let (before, after) = (&written[..whole.start()], &written[whole.end()..]);
    let values = values(&captures, text, beside);
    values
        .iter()
        .filter(|value| !value.contains('$'))
        .flat_map(|value| resolved(&format!("{before}{value}{after}"), text, beside))
        .collect()
}

fn values(captures: &Captures<'_>, text: &SourceText, beside: &[SourceText]) -> Vec<String> {
    if let Some(default) = captures.get(3).filter(|it| !it.is_empty()) {
        return vec![default.as_str().to_owned()];
    }
    let name = [1, 2, 4].into_iter().find_map(|group| captures.get(group));
    let name = name.map_or("", |name| name.as_str());
    let name = name.rsplit('.').next().unwrap_or_default();
    let spec = Spec::Variable(name.to_owned());
    let texts = std::iter::once(text).chain(beside);
    let lists = texts.map(|text| lists_in(text, &spec).unwrap_or_default());
    let entries = lists.map(|lists| lists.into_iter().flat_map(|list| list.entries));
    let mut found = entries
        .map(|entries| entries.map(|entry| entry.text).collect::<Vec<_>>())
        .find(|values| !values.is_empty())
        .unwrap_or_default();
    found.dedup();
    found
}
