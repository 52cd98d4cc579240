use super::{Script, Statement};

impl Script {
    /// The statement that begins the transaction block which is still open after so many statements.
    #[must_use]
    pub fn block_open_after(&self, count: usize) -> Option<&Statement> {
        let mut open = None;
        for statement in self.statements().iter().take(count) {
            match control(&self.text_of(statement)) {
                Some(Control::Begins) if open.is_none() => open = Some(statement),
                Some(Control::Ends) => open = None,
                Some(Control::Begins) | None => {}
            }
        }
        open
    }
}

enum Control {
    Begins,
    Ends,
}

/// What a statement does to the transaction block (documentation, `BEGIN`, `COMMIT`, `ROLLBACK`, `PREPARE TRANSACTION`).
fn control(text: &str) -> Option<Control> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let words: Vec<_> = words.take(4).map(str::to_ascii_lowercase).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["begin", ..] | ["start", "transaction", ..] => Some(Control::Begins),
        ["rollback" | "commit", "prepared", ..]
        | ["rollback", "to", ..]
        | ["rollback", "work" | "transaction", "to", ..]
        // `COMMIT AND CHAIN` begins another at once.
        | ["commit" | "rollback" | "end" | "abort", "and", "chain", ..]
        | ["commit" | "rollback" | "end" | "abort", "work" | "transaction", "and", "chain"] => None,
        ["commit" | "rollback" | "end" | "abort", ..] | ["prepare", "transaction", ..] => {
            Some(Control::Ends)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::place::SourceText;

    #[rstest]
    #[case::none("select 1; select 2;", 2, false)]
    #[case::open("select 1; BEGIN; select 2;", 2, true)]
    #[case::before_it("select 1; begin; select 2;", 1, false)]
    #[case::ended("start transaction; select 1; commit;", 3, false)]
    #[case::to_a_savepoint("begin; savepoint a; rollback to a;", 3, true)]
    #[case::chained("begin; commit and chain; select 1;", 3, true)]
    #[case::words_of_a_body(
        "create function f() returns int begin atomic select 1; end;",
        1,
        false
    )]
    fn a_block_is_open_until_it_is_ended(
        #[case] sql: &str,
        #[case] count: usize,
        #[case] is_open: bool,
    ) {
        let script = Script::new(SourceText::new("a.sql", sql));
        assert_eq!(script.block_open_after(count).is_some(), is_open);
    }
}
