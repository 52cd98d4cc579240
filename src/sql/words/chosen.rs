use std::collections::BTreeSet;

use super::names::cut;

/// The longest name that Postgres keeps.
const LONGEST: usize = 63;

/// The names that a statement has given so far, so that the next one that Postgres has to choose differs from them.
///
/// A clash with what the database holds already cannot be seen from here.
#[derive(Debug, Default)]
pub(in crate::sql) struct Given {
    names: BTreeSet<String>,
}

impl Given {
    /// A name that the statement says itself.
    pub(in crate::sql) fn give(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// A name for a thing of `table`, from the words that tell it apart: `t_email_key`, `t_email_key1` if that is taken
    /// (`ChooseConstraintName` and `ChooseRelationName` of Postgres).
    pub(in crate::sql) fn choose(&mut self, table: &str, addition: &str, label: &str) -> String {
        let mut numbered = label.to_owned();
        let mut pass = 0_usize;
        loop {
            let name = object_name(table, addition, &numbered);
            if self.names.insert(name.clone()) {
                return name;
            }
            pass += 1;
            numbered = format!("{label}{pass}");
        }
    }
}

/// `table_addition_label`, where the longer of the first two is shortened until all fits (`makeObjectName` of Postgres).
pub(crate) fn object_name(table: &str, addition: &str, label: &str) -> String {
    let parts = usize::from(!addition.is_empty()) + 1;
    let room = LONGEST.saturating_sub(label.len() + parts);
    let (mut first, mut second) = (table.len(), addition.len());
    while first + second > room {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let start = |text: &str, length| text[..text.floor_char_boundary(length)].to_owned();
    let shortened = [start(table, first), start(addition, second), label.to_owned()];
    let said: Vec<_> = shortened.into_iter().filter(|part| !part.is_empty()).collect();
    said.join("_")
}

/// What the columns of an index add to its name (`ChooseIndexColumnNames`, `ChooseIndexNameAddition`): a column that is
/// there already gets a number.
pub(crate) fn index_columns(columns: &[String]) -> String {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let mut name = column.clone();
        let mut number = 1_usize;
        while names.contains(&name) {
            let digits = number.to_string();
            let kept = column.floor_char_boundary(LONGEST - digits.len());
            name = format!("{}{digits}", &column[..kept]);
            number += 1;
        }
        names.push(name);
    }
    cut_late(&names)
}

/// Joined with `_` until the sum is long enough to be cut anyway.
fn cut_late(names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(&cut(name.clone()));
        if text.len() > LONGEST {
            break;
        }
    }
    text
}
