//! What the server reports from inside a function: a statement, or an expression of PL/pgSQL.

use crate::sql::{self, Reading};

/// What was read of the text, and what was put before it to have a statement.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    cut: usize,
    put: usize,
}

impl Part {
    /// A byte of the whole text as a byte of what was read.
    pub(super) fn at(self, byte: usize) -> Option<usize> {
        byte.checked_sub(self.cut).map(|byte| byte + self.put)
    }
}

const SELECT: &str = "SELECT ";

/// Reads it. `IF EXISTS (SELECT …)`, `RETURN …` and `x := …` are reported as their expression, the last with its target.
pub(super) fn part(inside: &str) -> (Reading, Part) {
    let reading = sql::read(inside);
    if !reading.acts.is_empty() || !reading.uses.is_empty() {
        return (reading, Part::default());
    }
    let cut = target(inside);
    let expression = inside.get(cut..).unwrap_or_default();
    (sql::read(&format!("{SELECT}{expression}")), Part { cut, put: SELECT.len() })
}

/// The bytes of `x.y[1] :=`.
fn target(text: &str) -> usize {
    let Some((target, _)) = text.split_once(":=") else { return 0 };
    let is_name = |letter: char| letter.is_alphanumeric() || " _.$\"[]\n\t".contains(letter);
    if target.chars().all(is_name) { target.len() + 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::part;

    fn uses(inside: &str) -> Vec<String> {
        let (reading, _) = part(inside);
        let uses =
            reading.uses.iter().map(|it| it.object.member.as_ref().unwrap_or(&it.object.name));
        uses.cloned().collect()
    }

    #[test]
    fn reads_a_statement_as_it_is() {
        assert!(uses("SELECT total FROM lines").contains(&"total".to_owned()));
        assert_eq!(part("SELECT total FROM lines").1.at(7), Some(7));
    }

    #[test]
    fn reads_a_condition() {
        assert!(
            uses("EXISTS (SELECT 1 FROM lines l WHERE l.total < 0)").contains(&"total".to_owned())
        );
        assert_eq!(part("EXISTS (SELECT 1 FROM lines)").1.at(0), Some(7));
    }

    #[test]
    fn reads_what_is_assigned() {
        let text = "sum := (SELECT total FROM lines)";
        assert!(uses(text).contains(&"total".to_owned()));
        let at = text.find("total").unwrap();
        assert_eq!(part(text).1.at(at), Some(at + 1));
        assert_eq!(part(text).1.at(0), None);
    }
}
