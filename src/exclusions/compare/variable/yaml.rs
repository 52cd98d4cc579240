use std::ops::Range;

use super::Mention;
use super::lines::{Line, closing_quote};

impl Mention<'_, '_> {
    /// The value of a YAML (or JSON) key, from a position after its colon on.
    pub(super) fn yaml(&self, position: usize) -> Vec<Range<usize>> {
        let begin = self.after_anchor(position);
        let rest = &self.line.text[begin..];
        let first = rest.chars().next();
        match first {
            None | Some('#') => self.below(),
            Some('|' | '>') => self.block(),
            Some(quote @ ('"' | '\'')) => self.quoted(begin + 1, quote),
            Some('[') => self.flow_list(begin),
            Some(_) => self.plain(begin),
        }
    }

    /// The value of `- name: NAME` and `value: …`, or of the same in one pair of braces.
    pub(super) fn value_of_pair(&self, before: &str, after: &str) -> Option<Vec<Range<usize>>> {
        let head = before.trim_end_matches(['"', '\'', ' ']);
        let key = head.strip_suffix(':')?.trim_end_matches(['"', '\'']);
        if !(key.ends_with("name") || key.ends_with("key")) {
            return None;
        }
        let here = after.find("value").map(|at| (self.number, self.end + at));
        let is_near = |line: &&Line<'_>| !line.text.trim_start().starts_with("- ");
        let below = self.lines[self.number + 1..].iter().take(2).take_while(is_near).enumerate();
        let mut below = below.filter_map(|(offset, line)| {
            let text = line.text.trim_start().trim_start_matches(['"', '\'']);
            text.starts_with("value")
                .then(|| (self.number + 1 + offset, line.text.len() - text.len()))
        });
        let (number, at) = here.or_else(|| below.next())?;
        let line = self.lines.get(number)?;
        let colon = at + line.text.get(at..)?.find(':')?;
        let place = Mention { lines: self.lines, number, line, begin: at, end: at + "value".len() };
        Some(place.yaml(colon + 1))
    }

    /// The position of the value itself, after blanks and an anchor (`&skip`).
    fn after_anchor(&self, position: usize) -> usize {
        let skip = |position: usize| {
            let rest = self.line.text.get(position..).unwrap_or_default();
            self.line.text.len() - rest.trim_start().len()
        };
        let begin = skip(position);
        let rest = &self.line.text[begin..];
        if rest.starts_with('&') {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            return skip(begin + end);
        }
        begin
    }

    /// The lines below that are further in than the key, up to the first that is not.
    fn inner_lines(&self) -> impl Iterator<Item = &Line<'_>> {
        let key = self.line.text[..self.begin].trim_end_matches(['"', '\'']).len();
        let below = self.lines[self.number + 1..].iter();
        below.take_while(move |line| line.is_empty() || line.indent() > key)
    }

    /// The lines of a block scalar.
    fn block(&self) -> Vec<Range<usize>> {
        let spans = self.inner_lines().map(|line| line.span(0..line.text.len()));
        spans.filter(|span| !span.is_empty()).collect()
    }

    /// What stands below a key without a value on its line: a list, `value:` of GitLab, or the value.
    fn below(&self) -> Vec<Range<usize>> {
        let lines: Vec<_> = self.inner_lines().filter(|line| !line.is_empty()).collect();
        let is_item = |line: &&&Line<'_>| line.text.trim_start().starts_with("- ");
        let items: Vec<_> = lines.iter().filter(is_item).collect();
        if !items.is_empty() {
            return items.iter().map(|line| without_remark(line, line.indent() + 2)).collect();
        }
        let number = self.lines[self.number + 1..]
            .iter()
            .position(|line| !line.is_empty() && line.text.trim_start().starts_with("value:"));
        match (number, lines.is_empty()) {
            (Some(offset), false) if offset < 4 => {
                let number = self.number + 1 + offset;
                let line = &self.lines[number];
                let begin = line.indent();
                let end = begin + "value".len();
                Mention { lines: self.lines, number, line, begin, end }.yaml(end + 1)
            }
            _ if lines.iter().any(|line| line.text.contains(": ")) => Vec::new(),
            _ => lines.iter().map(|line| without_remark(line, 0)).collect(),
        }
    }

    /// A list in brackets, perhaps over several lines.
    fn flow_list(&self, begin: usize) -> Vec<Range<usize>> {
        if let Some(end) = self.line.text[begin..].find(']') {
            return vec![self.line.span(begin + 1..begin + end)];
        }
        let mut spans = vec![self.line.span(begin + 1..self.line.text.len())];
        for line in &self.lines[self.number + 1..] {
            match line.text.find(']') {
                Some(end) => {
                    spans.push(line.span(0..end));
                    return spans;
                }
                None => spans.push(without_remark(line, 0)),
            }
        }
        spans.truncate(1);
        spans
    }

    /// A value without quotes: to the end of the line, or of its braces; lines that are further in go on with it.
    fn plain(&self, begin: usize) -> Vec<Range<usize>> {
        let rest = &self.line.text[begin..];
        let is_in_braces = open_braces(&self.line.text[..self.begin]);
        if is_in_braces && !rest.starts_with("${{") {
            let end = rest.find([',', '}']).unwrap_or(rest.len());
            return vec![self.line.span(begin..begin + end)];
        }
        let mut spans = vec![without_remark(self.line, begin)];
        let below = self.inner_lines().filter(|line| !line.is_empty() && !line.is_remark());
        spans.extend(below.map(|line| without_remark(line, 0)));
        spans
    }
}

/// Whether a `{` is open at the end of the text, outside of quotes and expressions.
fn open_braces(text: &str) -> bool {
    let mut rest = text;
    let mut depth = 0_usize;
    while let Some(at) = rest.find(['{', '}', '"', '\'']) {
        let (mark, after) = rest[at..].split_at(1);
        rest = after;
        match mark {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            quote => {
                let quote = quote.chars().next().unwrap_or('"');
                rest = closing_quote(after, quote).map_or("", |end| &after[end + 1..]);
            }
        }
    }
    depth > 0
}

/// A line from a position on, up to a remark.
fn without_remark(line: &Line<'_>, begin: usize) -> Range<usize> {
    let text = line.text.get(begin..).unwrap_or_default();
    let end =
        if text.trim_start().starts_with('#') { 0 } else { text.find(" #").unwrap_or(text.len()) };
    line.span(begin..begin + end)
}
