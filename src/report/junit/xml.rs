//! Texts that are safe in the XML that the junit-report crate writes.
//!
//! The crate escapes `<`, `&` and quotes in attributes and writes texts as CDATA. It passes on characters
//! that XML 1.0 has no way to write, and a `]]>` that would end the CDATA early.

use super::super::text::escape;

/// A text that is safe as the value of an attribute: one line, no character that XML forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XmlAttribute(String);

impl XmlAttribute {
    /// Makes any text safe. Line breaks and tabs become visible escapes: a parser would turn them into
    /// spaces.
    pub(super) fn new(text: &str) -> Self {
        Self(safe(text, |it| matches!(it, '\n' | '\t')))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is safe inside `<![CDATA[…]]>`: no character that XML forbids, and `]]>` split over two
/// CDATA sections, which reads the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XmlText(String);

impl XmlText {
    /// Makes any text safe. Windows line ends become plain ones, as a parser would make them.
    pub(super) fn new(text: &str) -> Self {
        let text = safe(&text.replace("\r\n", "\n"), |_| false);
        Self(text.replace("]]>", "]]]]><![CDATA[>"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn safe(text: &str, also: impl Fn(char) -> bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        let is_forbidden = also(character) || matches!(character, '\u{fffe}' | '\u{ffff}');
        match escape(character) {
            Some(escaped) => safe.push_str(&escaped),
            None if is_forbidden => safe.extend(character.escape_default()),
            None => safe.push(character),
        }
    }
    safe
}

/// Writes what the crate does not: `skipped="…"` into each testsuite, in order, and properties, which are elements, at its
/// beginning. What looks like a testsuite inside CDATA is left alone; in attributes there is neither a bare `<` nor a bare
/// `>`.
pub(super) fn completed(
    xml: &str,
    counts: impl IntoIterator<Item = usize>,
    properties: &str,
) -> String {
    const SUITE: &str = "<testsuite ";
    const CDATA: &str = "<![CDATA[";
    const CDATA_END: &str = "]]>";
    let mut counts = counts.into_iter();
    let mut counted = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (before, markup) = rest.split_at(at);
        counted.push_str(before);
        let taken = if markup.starts_with(CDATA) {
            let end = markup.find(CDATA_END).map_or(markup.len(), |end| end + CDATA_END.len());
            counted.push_str(&markup[..end]);
            end
        } else if markup.starts_with(SUITE)
            && let Some(count) = counts.next()
        {
            counted.push_str(SUITE);
            counted.push_str("skipped=\"");
            counted.push_str(&count.to_string());
            counted.push_str("\" ");
            let end = markup.find('>').map_or(markup.len(), |end| end + 1);
            counted.push_str(&markup[SUITE.len()..end]);
            if !markup[..end].ends_with("/>") {
                counted.push_str(properties);
            }
            end
        } else {
            counted.push('<');
            1
        };
        rest = &markup[taken..];
    }
    counted + rest
}

#[cfg(test)]
mod tests;
