//! Where Atlas cuts a file into statements: its scanner with the options of its Postgres driver.
//! (`sql/migrate/lex.go`, `sql/postgres/driver.go`)
//!
//! It differs from SQL in that a backslash never escapes, comments do not nest, a comment that the
//! file ends in belongs to a statement, and `BEGIN …` up to `END;` is one statement.

use std::ops::Range;

use super::directives::Directive;

/// What the scanner does not take, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) at: usize,
    pub(super) message: &'static str,
}

/// The statements of a stretch of the text, without the delimiters.
pub(super) fn statements(text: &str, body: Range<usize>) -> Result<Vec<Range<usize>>, Unreadable> {
    let mut scanner = Scanner::new(&text[..body.end], body.start);
    if let Some(directive) = Directive::first(&text[body.clone()])
        && directive.name == "delimiter"
        && directive.prefix == "-- "
    {
        scanner.set_delimiter(directive.value)?;
    }
    let mut found = Vec::new();
    while let Some(statement) = scanner.statement()? {
        let span = scanner.without_delimiter(statement);
        if !span.is_empty() {
            found.push(span);
        }
    }
    Ok(found)
}

const SEMICOLON: &str = ";";

struct Scanner<'t> {
    text: &'t str,
    /// Where the statement begins.
    start: usize,
    place: usize,
    delimiter: String,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, start: usize) -> Self {
        Self { text, start, place: start, delimiter: SEMICOLON.into() }
    }

    /// The first line gave a delimiter; what follows is read with it.
    fn set_delimiter(&mut self, value: &str) -> Result<(), Unreadable> {
        let at = self.start;
        let Some(line) = self.text[at..].find('\n') else {
            return Err(Unreadable { at, message: "nothing follows this delimiter" });
        };
        if value.is_empty() {
            return Err(Unreadable { at, message: "this delimiter is empty" });
        }
        self.delimiter = value.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
        self.start += line + 1;
        self.place = self.start;
        Ok(())
    }

    /// The next statement with its delimiter.
    fn statement(&mut self) -> Result<Option<Range<usize>>, Unreadable> {
        self.skip_blanks();
        let mut open = Vec::new();
        loop {
            let at = self.place;
            let Some(c) = self.rest().chars().next() else {
                return match open.first() {
                    Some(&at) => {
                        Err(Unreadable { at, message: "this parenthesis is never closed" })
                    }
                    None => Ok((self.place > self.start).then(|| self.finish())),
                };
            };
            self.place += c.len_utf8();
            match c {
                '(' => open.push(at),
                ')' if open.pop().is_none() => {
                    return Err(Unreadable { at, message: "this parenthesis closes nothing" });
                }
                ')' => {}
                '\'' | '"' | '`' => self.pass_quote(at, c)?,
                _ if open.is_empty() && self.text[at..].starts_with(&self.delimiter) => {
                    self.place = at + self.delimiter.len();
                    return Ok(Some(self.finish()));
                }
                _ if self.pass_other(at, c) => return Ok(Some(self.finish())),
                _ => {}
            }
        }
    }

    /// Passes a dollar quote, comment or block; `true` when a block ended and the statement with it.
    fn pass_other(&mut self, at: usize, c: char) -> bool {
        match c {
            '$' => self.pass_dollar_quote(at),
            '-' if self.rest().starts_with('-') => self.pass_comment("\n"),
            '/' if self.rest().starts_with('*') => self.pass_comment("*/"),
            _ if self.delimiter == SEMICOLON => return self.pass_block(at),
            _ => {}
        }
        false
    }

    fn rest(&self) -> &'t str {
        &self.text[self.place..]
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.start..];
        self.start += rest.len() - rest.trim_start().len();
        self.place = self.start;
    }

    fn finish(&mut self) -> Range<usize> {
        let span = self.start..self.place;
        self.start = self.place;
        let length = self.text[span.clone()].trim_end().len();
        span.start..span.start + length
    }

    fn without_delimiter(&self, span: Range<usize>) -> Range<usize> {
        let text = &self.text[span.clone()];
        let kept = text.strip_suffix(self.delimiter.trim_end()).unwrap_or(text);
        span.start..span.start + kept.trim_end().len()
    }

    fn pass_quote(&mut self, at: usize, quote: char) -> Result<(), Unreadable> {
        let length = self.rest().find(quote);
        let length = length.ok_or(Unreadable { at, message: "this quote is never closed" })?;
        self.place += length + 1;
        Ok(())
    }

    fn pass_dollar_quote(&mut self, at: usize) {
        let after = self.rest();
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_' || matches!(c, 'È'..='ÿ');
        let length = after.find(|c| !is_letter(c) && !char::is_ascii_digit(&c)).unwrap_or(0);
        let begins_well = length == 0 || after.starts_with(is_letter);
        if !begins_well || !after[length..].starts_with('$') {
            return;
        }
        let tag = &self.text[at..=self.place + length];
        self.place += length + 1;
        self.place =
            self.rest().find(tag).map_or(self.text.len(), |found| self.place + found + tag.len());
    }

    /// Passes a comment; before the statement it is none of it. Without its end it is none at all.
    fn pass_comment(&mut self, end: &str) {
        self.place += 1;
        let is_before = self.place == self.start + 2;
        let Some(length) = self.rest().find(end) else { return };
        self.place += length + end.len();
        if is_before {
            self.start = self.place;
            self.skip_blanks();
        }
    }

    fn pass_block(&mut self, at: usize) -> bool {
        if let Some(length) = begin_atomic(&self.text[at..]) {
            self.place = at + length;
            return self.pass_to_end(|text| after_end(text).is_some());
        }
        let begins = begin(&self.text[at..]).filter(|_| {
            let before = &self.text[self.start..at];
            before.is_empty() || before.ends_with(|c: char| c.is_ascii_whitespace())
        });
        let Some(length) = begins else { return false };
        self.place = at + length;
        self.pass_to_end(|text| matches!(after_end(text), Some("" | SEMICOLON)))
    }

    /// Passes statements up to one that ends the block; `false` where there is none.
    fn pass_to_end(&mut self, is_end: impl Fn(&str) -> bool) -> bool {
        let mut inner = Scanner::new(self.text, self.place);
        while let Ok(Some(statement)) = inner.statement() {
            if is_end(&self.text[statement]) {
                self.place = inner.place;
                return true;
            }
        }
        false
    }
}

/// How long `BEGIN` and the blanks around it are, where a text begins so.
fn begin(text: &str) -> Option<usize> {
    let rest = after_word(text.trim_ascii_start(), "BEGIN")?;
    let after = rest.trim_ascii_start();
    (after.len() < rest.len()).then(|| text.len() - after.len())
}

fn begin_atomic(text: &str) -> Option<usize> {
    let length = begin(text)?;
    let rest = after_word(&text[length..], "ATOMIC")?;
    let after = rest.trim_ascii_start();
    (after.len() < rest.len()).then(|| text.len() - after.len())
}

/// What follows an `END` at the beginning.
fn after_end(text: &str) -> Option<&str> {
    after_word(text.trim_ascii_start(), "END").map(str::trim_ascii_start)
}

fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let begins = text.get(..word.len())?.eq_ignore_ascii_case(word);
    begins.then(|| &text[word.len()..])
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn cut(text: &str) -> Result<Vec<&str>, &'static str> {
        let spans = statements(text, 0..text.len()).map_err(|it| it.message)?;
        Ok(spans.into_iter().map(|span| &text[span]).collect())
    }

    #[rstest]
    #[case::semicolons("a; b;\n;c", &["a", "b", "c"])]
    #[case::hidden("a ';' \";\" (;) $$;$$ $x$;$$;$x$ -- ;\n /* ; */ b; c", &["a ';' \";\" (;) $$;$$ $x$;$$;$x$ -- ;\n /* ; */ b", "c"])]
    #[case::comments_before("-- a;\n/* b; */ c;", &["c"])]
    #[case::no_escapes(r"select E'\'; b", &[r"select E'\'", "b"])]
    #[case::no_nesting("/* /* */ a; */ b", &["a", "*/ b"])]
    #[case::comment_at_the_end("a;\n-- b", &["a", "-- b"])]
    #[case::atomic("create f() begin atomic select 1; select case when 1 then 2 end; end; b", &["create f() begin atomic select 1; select case when 1 then 2 end; end", "b"])]
    #[case::block("begin\n a; b; end;\nc", &["begin\n a; b; end", "c"])]
    #[case::transaction("begin; a; commit;", &["begin", "a", "commit"])]
    #[case::transaction_words("begin transaction; a; commit;", &["begin transaction", "a", "commit"])]
    #[case::delimiter("-- atlas:delimiter -- end\na; b;\n-- end\nc", &["a; b;", "c"])]
    #[case::blank_lines("-- atlas:delimiter \\n\\n\na; b;\n\nc;", &["a; b;", "c;"])]
    #[case::empty(" \n-- nothing\n", &[])]
    fn statements_end_where_atlas_ends_them(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(cut(text).as_deref(), Ok(expected));
    }

    #[rstest]
    #[case::quote("select 'a", "this quote is never closed")]
    #[case::quote_in_a_last_comment("a;\n-- don't", "this quote is never closed")]
    #[case::parenthesis("select (a;", "this parenthesis is never closed")]
    #[case::other_parenthesis("select a)", "this parenthesis closes nothing")]
    #[case::delimiter("-- atlas:delimiter x", "nothing follows this delimiter")]
    fn what_atlas_cannot_read_is_told(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(cut(text), Err(expected));
    }
}
