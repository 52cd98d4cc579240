//! Testsuites of JUnit files, kept as they were written but for their totals.

use std::time::SystemTime;

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::junit::{ALL_CASES, DIVISION, RUN, SHARD};
use crate::outcome::{Ending, ShardPart};

/// A testsuite.
#[derive(Debug, Clone, Default)]
pub(super) struct Suite {
    pub(super) name: String,
    /// As they were written, quotes escaped.
    attributes: Vec<(String, String)>,
    inner: String,
    pub(super) tests: usize,
    pub(super) failures: usize,
    pub(super) errors: usize,
    pub(super) skipped: usize,
    is_wrong_input: bool,
    shard: Option<String>,
    all_cases: Option<usize>,
    division: Option<String>,
    run: Option<String>,
}

impl Suite {
    pub(super) fn part(&self) -> Option<ShardPart> {
        Some(ShardPart {
            shard: self.shard.as_ref()?.parse().ok()?,
            all_cases: self.all_cases?,
            division: self.division.clone()?,
            run: self.run.clone().unwrap_or_default(),
        })
    }

    /// A shard without a case has a suite that says so.
    pub(super) fn is_of_empty_shard(&self) -> bool {
        self.shard.as_ref().is_some_and(|shard| self.name == format!("shard {shard}"))
    }

    pub(super) fn started_at(&self) -> SystemTime {
        let at = self.attribute("timestamp");
        let at = at.and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
        at.map_or(SystemTime::UNIX_EPOCH, SystemTime::from)
    }

    /// How a run ends that has this suite.
    pub(super) fn ending(&self) -> Ending {
        if self.is_wrong_input {
            Ending::WrongInput
        } else if self.failures > 0 {
            Ending::MigrationFailed
        } else if self.errors > 0 {
            Ending::Environment
        } else if self.skipped > 0 && self.skipped == self.tests {
            Ending::NothingDone
        } else {
            Ending::AsExpected
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn seconds(&self) -> f64 {
        self.attribute("time").and_then(|text| text.parse().ok()).unwrap_or(0.0)
    }

    fn write(&self, id: usize) -> String {
        let counted = [
            ("id", id),
            ("tests", self.tests),
            ("failures", self.failures),
            ("errors", self.errors),
            ("skipped", self.skipped),
        ];
        let is_counted = |name: &str| counted.iter().any(|(known, _)| *known == name);
        let kept = self.attributes.iter().filter(|(name, _)| !is_counted(name));
        let kept = kept.map(|(name, value)| format!(" {name}=\"{value}\""));
        let counted = counted.iter().map(|(name, count)| format!(" {name}=\"{count}\""));
        let attributes = kept.chain(counted).collect::<String>();
        format!("<testsuite{attributes}>{}</testsuite>", self.inner)
    }
}

/// The testsuites of a JUnit file; the error says why it is none.
pub(super) fn read(text: &str) -> Result<Vec<Suite>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    let mut reading = Reading { text, suites: Vec::new(), open: Vec::new(), inner_from: 0 };
    loop {
        let before = position(&reader);
        match reader.read_event().map_err(|error| format!("it is no XML: {error}"))? {
            Event::Start(tag) => {
                reading.start(&tag, position(&reader))?;
                reading.open.push(name_of(&tag));
            }
            Event::Empty(tag) => reading.start(&tag, position(&reader))?,
            Event::End(_) => reading.end(before),
            Event::DocType(_) => return Err("it has a document type, and a report has none".into()),
            Event::Eof if reading.open.is_empty() => return Ok(reading.suites),
            Event::Eof => return Err(format!("it ends within <{}>", reading.open.join("><"))),
            _ => {}
        }
    }
}

/// One file with these suites. What is wrong with the whole is an error in it.
pub(super) fn write(suites: &[&Suite], problems: &[String]) -> String {
    let incomplete = (!problems.is_empty()).then(|| incomplete(suites, problems));
    let all: Vec<_> = suites.iter().copied().chain(&incomplete).collect();
    let sum = |count: fn(&Suite) -> usize| all.iter().map(|suite| count(suite)).sum::<usize>();
    let seconds: f64 = all.iter().map(|suite| suite.seconds()).sum();
    let written = all.iter().enumerate().map(|(id, suite)| suite.write(id));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><testsuites tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{seconds:.6}\">{}</testsuites>",
        sum(|it| it.tests),
        sum(|it| it.failures),
        sum(|it| it.errors),
        written.collect::<String>(),
    )
}

fn incomplete(suites: &[&Suite], problems: &[String]) -> Suite {
    let timestamp = suites.iter().find_map(|suite| suite.attribute("timestamp"));
    let attributes = [
        ("name", "shards"),
        ("package", "testsuite/shards"),
        ("hostname", "localhost"),
        ("timestamp", timestamp.unwrap_or("1970-01-01T00:00:00Z")),
        ("time", "0"),
    ];
    let testcase = |problem: &String| {
        let text = escape(problem);
        format!(
            "<testcase name=\"{text}\" time=\"0\" classname=\"shards\"><error type=\"incomplete\" message=\"{text}\"/></testcase>"
        )
    };
    Suite {
        name: "shards".into(),
        attributes: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        inner: problems.iter().map(testcase).collect(),
        tests: problems.len(),
        errors: problems.len(),
        ..Suite::default()
    }
}

/// A file that is being read.
struct Reading<'t> {
    text: &'t str,
    suites: Vec<Suite>,
    /// The elements that are open, outermost first.
    open: Vec<String>,
    /// Where the content of the open suite begins.
    inner_from: usize,
}

impl Reading<'_> {
    fn start(&mut self, tag: &BytesStart<'_>, after: usize) -> Result<(), String> {
        let name = name_of(tag);
        if self.open.is_empty() && name != "testsuites" && name != "testsuite" {
            return Err(format!("it is no JUnit report: it begins with <{name}>"));
        }
        let is_suite = name == "testsuite" && !self.is_in_suite();
        if is_suite {
            self.suites.push(suite(tag)?);
            self.inner_from = after;
            return Ok(());
        }
        let within = self.open.last().map(String::as_str).unwrap_or_default();
        let in_properties = within == "properties"
            && self.open.iter().rev().nth(1).is_some_and(|it| it == "testsuite");
        let within = within.to_owned();
        let Some(suite) = self.suites.last_mut() else { return Ok(()) };
        match (within.as_str(), name.as_str()) {
            (_, "testcase") => suite.tests += 1,
            ("testcase", "failure") => suite.failures += 1,
            ("testcase", "error") => {
                suite.errors += 1;
                let kind = attribute(tag, "type")?;
                suite.is_wrong_input |= kind.as_deref() == Some("wrong-input");
            }
            ("testcase", "skipped") => suite.skipped += 1,
            (_, "property") if in_properties => property(suite, tag)?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, before: usize) {
        let closed = self.open.pop();
        if closed.as_deref() == Some("testsuite") && !self.is_in_suite() {
            let inner = self.text.get(self.inner_from..before).unwrap_or_default();
            if let Some(suite) = self.suites.last_mut() {
                inner.clone_into(&mut suite.inner);
            }
        }
    }

    fn is_in_suite(&self) -> bool {
        self.open.iter().any(|name| name == "testsuite")
    }
}

fn property(suite: &mut Suite, tag: &BytesStart<'_>) -> Result<(), String> {
    let value = attribute(tag, "value")?;
    match attribute(tag, "name")?.as_deref() {
        Some(SHARD) => suite.shard = value,
        Some(ALL_CASES) => suite.all_cases = value.and_then(|it| it.parse().ok()),
        Some(DIVISION) => suite.division = value,
        Some(RUN) => suite.run = value,
        _ => {}
    }
    Ok(())
}

fn suite(tag: &BytesStart<'_>) -> Result<Suite, String> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| format!("it is no XML: {error}"))?;
        let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&attribute.value).replace('"', "&quot;");
        attributes.push((name, value));
    }
    let name = attribute(tag, "name")?.unwrap_or_default();
    Ok(Suite { name, attributes, ..Suite::default() })
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let failed = |error: String| format!("it is no XML: {error}");
    let found = tag.try_get_attribute(name).map_err(|error| failed(error.to_string()))?;
    let Some(found) = found else { return Ok(None) };
    let value = String::from_utf8_lossy(&found.value).into_owned();
    let value = unescape(&value).map_err(|error| failed(error.to_string()))?;
    Ok(Some(value.into_owned()))
}

fn name_of(tag: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(tag.name().as_ref()).into_owned()
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
