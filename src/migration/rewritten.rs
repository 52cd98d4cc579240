use std::ops::Range;

/// A text in which placeholders were replaced, and where each byte of it comes from.
///
/// What a tool sends is not what stands in the file once it fills in variables; messages must still
/// point into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// Where it begins in the rewritten text.
    at: usize,
    /// What it stands for in the original.
    from: Range<usize>,
    is_verbatim: bool,
}

impl Rewritten {
    /// A rewritten text to which nothing was added yet.
    #[must_use]
    pub fn new() -> Self {
        Self { text: String::new(), parts: Vec::new() }
    }

    /// Adds a stretch of the original as it is.
    pub fn keep(&mut self, original: &str, from: Range<usize>) {
        if from.is_empty() {
            return;
        }
        let at = self.text.len();
        self.text.push_str(&original[from.clone()]);
        self.parts.push(Part { at, from, is_verbatim: true });
    }

    /// Adds a text in place of a stretch of the original.
    pub fn replace(&mut self, from: Range<usize>, by: &str) {
        let at = self.text.len();
        self.text.push_str(by);
        self.parts.push(Part { at, from, is_verbatim: false });
    }

    /// Puts a blank in the place of each byte of a stretch of the rewritten text.
    pub(super) fn blank(&mut self, span: Range<usize>) {
        let blanks = " ".repeat(span.len());
        self.text.replace_range(span, &blanks);
    }

    /// A text with everything between two marks replaced, marks included; nothing where there is none.
    /// `value` is told where and what stands between them, which is `None` where the second is missing.
    ///
    /// # Errors
    ///
    /// The first that `value` gives.
    pub fn between<E>(
        original: &str,
        marks: (&str, &str),
        mut value: impl FnMut(Range<usize>, Option<&str>) -> Result<String, E>,
    ) -> Result<Option<Self>, E> {
        let mut rewritten = Self::new();
        let mut done = 0;
        while let Some(start) = original[done..].find(marks.0).map(|at| done + at) {
            let inside = start + marks.0.len();
            let length = original[inside..].find(marks.1);
            let between = length.map(|length| &original[inside..inside + length]);
            let end = inside + length.map_or(0, |length| length + marks.1.len());
            let by = value(start..end, between)?;
            rewritten.keep(original, done..start);
            rewritten.replace(start..end, &by);
            done = end;
        }
        if done == 0 {
            return Ok(None);
        }
        rewritten.keep(original, done..original.len());
        Ok(Some(rewritten))
    }

    /// The rewritten text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a stretch of the rewritten text comes from. A stretch inside a replacement is the whole
    /// placeholder.
    #[must_use]
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        let start = self.origin(span.start).start;
        if span.is_empty() {
            return start..start;
        }
        let last = self.origin(span.end - 1);
        start..last.end.max(start)
    }

    /// The original of one byte.
    fn origin(&self, at: usize) -> Range<usize> {
        let next = self.parts.partition_point(|part| part.at <= at);
        let Some(part) = next.checked_sub(1).and_then(|index| self.parts.get(index)) else {
            return 0..0;
        };
        if !part.is_verbatim {
            return part.from.clone();
        }
        let start = (part.from.start + (at - part.at)).min(part.from.end);
        start..(start + 1).min(part.from.end).max(start)
    }
}

impl Default for Rewritten {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_original() {
        let original = "select ${a}, zap";
        let mut rewritten = Rewritten::new();
        rewritten.keep(original, 0..7);
        rewritten.replace(7..11, "'a long value'");
        rewritten.keep(original, 11..original.len());
        assert_eq!(rewritten.text(), "select 'a long value', zap");
        let zap = rewritten.text().find("zap").map(|at| at..at + 3);
        assert_eq!(zap.map(|span| &original[rewritten.original(span)]), Some("zap"));
        assert_eq!(&original[rewritten.original(9..12)], "${a}");
        assert_eq!(&original[rewritten.original(0..rewritten.text().len())], original);
    }

    #[test]
    fn what_stands_between_marks_is_replaced_with_them() {
        let fill = |_, name: Option<&str>| name.map(str::to_uppercase).ok_or("open");
        let filled = |text| {
            let filled = Rewritten::between(text, ("${", "}"), fill);
            filled.map(|filled| filled.map(|it| it.text().to_owned()))
        };
        assert_eq!(filled("a ${b}${c} d"), Ok(Some("a BC d".to_owned())));
        assert_eq!(filled("a { b }"), Ok(None));
        assert_eq!(filled("a ${b"), Err("open"));
    }
}
