use super::super::text::counted;

/// What a sentence about things left out may take.
const RESERVE: usize = 300;

/// A page that stays below a size.
pub(in crate::report) struct Page {
    text: String,
    most: usize,
    left_out: Vec<(&'static str, usize)>,
}

impl Page {
    /// A page of at most so many bytes.
    pub(in crate::report) fn new(most: usize) -> Self {
        Self { text: String::new(), most: most.saturating_sub(RESERVE), left_out: Vec::new() }
    }

    /// The bytes that are left.
    pub(in crate::report) fn room(&self) -> usize {
        self.most.saturating_sub(self.text.len())
    }

    /// Adds a part if it fits. If it does not, it is counted as one of these.
    pub(in crate::report) fn add(&mut self, part: &str, noun: &'static str) {
        if part.len() <= self.room() {
            self.text.push_str(part);
        } else {
            self.leave_out(noun, 1);
        }
    }

    /// Counts what is not even made.
    pub(in crate::report) fn leave_out(&mut self, noun: &'static str, count: usize) {
        match self.left_out.iter_mut().find(|(known, _)| *known == noun) {
            Some((_, all)) => *all += count,
            None if count > 0 => self.left_out.push((noun, count)),
            None => {}
        }
    }

    /// The text, with a sentence about what did not fit.
    pub(in crate::report) fn finish(self) -> String {
        let left_out = self.left_out.iter().map(|(noun, count)| counted(*count, noun));
        let left_out: Vec<_> = left_out.collect();
        match (left_out.as_slice(), self.most) {
            (_, 0) => String::new(),
            ([], _) => self.text,
            _ => format!(
                "{}\n**Left out, for GitHub takes no longer page:** {}. The JUnit and JSON reports have everything.\n",
                self.text,
                left_out.join(", ")
            ),
        }
    }
}
