//! What the row of a history tells of the text that ran.

use super::fold::{Recorded, Recording};
use crate::migration::split::tokens;
use crate::migration::{Migration, layout};

/// How the text that ran can be known again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Proof {
    /// By a checksum: what may stand in the row for a file.
    Sum(fn(&Migration) -> Vec<String>),
    /// By a checksum over the file and all files before it, as Atlas keeps it (`NewHashFile` in `sql/migrate/dir.go`).
    Chain,
    /// By its statements, an array of texts, as Supabase keeps them (`pkg/migration/file.go`).
    Statements,
}

/// What a row says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    Same,
    Other,
    /// Nothing: no row of the tool does, or this one is empty, or what it says depends on another file that has changed.
    Untold,
}

/// What the recordings say of the files that they are about; both are in the order of the folder, with all files of it.
pub(super) fn sums(recorded: &Recorded, files: &[(&Migration, Option<usize>)]) -> Vec<Sum> {
    let recording = |at: &Option<usize>| at.and_then(|at| recorded.recordings.get(at));
    match recorded.tool.sums {
        None => vec![Sum::Untold; files.len()],
        Some((_, Proof::Chain)) => chain(recorded, files),
        Some((_, proof)) => {
            let sum = |(file, at): &(&Migration, Option<usize>)| {
                recording(at).map_or(Sum::Untold, |recording| sum_of(proof, recording, file))
            };
            files.iter().map(sum).collect()
        }
    }
}

fn sum_of(proof: Proof, recording: &Recording, migration: &Migration) -> Sum {
    let Some(told) = &recording.sum else { return Sum::Untold };
    let is_same = match proof {
        Proof::Sum(sums) => {
            let known = sums(migration);
            let is_same = known.iter().any(|it| it.eq_ignore_ascii_case(told));
            (!known.is_empty()).then_some(is_same)
        }
        Proof::Statements => has_statements(told, migration.up.source().text()),
        Proof::Chain => None,
    };
    match is_same {
        Some(true) => Sum::Same,
        Some(false) => Sum::Other,
        None => Sum::Untold,
    }
}

/// The sum of a file depends on those before it: either all that are there now, or, where one has come in between since, those that
/// had run by then. After the first that fits neither nothing is known of the others.
fn chain(recorded: &Recorded, files: &[(&Migration, Option<usize>)]) -> Vec<Sum> {
    let mut is_broken = false;
    let all: Vec<_> = files.iter().map(|(file, _)| *file).collect();
    let all = layout::chained_sums(&all);
    let mut sums = Vec::new();
    for (number, (file, at)) in files.iter().enumerate() {
        let told = at.and_then(|at| Some((at, recorded.recordings.get(at)?.sum.as_ref()?)));
        let Some((at, told)) = told.filter(|(_, told)| !is_broken && !told.is_empty()) else {
            sums.push(Sum::Untold);
            continue;
        };
        let had_run = || {
            let by_then =
                files[..=number].iter().filter(|(_, other)| *other <= Some(at) && other.is_some());
            let by_then: Vec<_> = by_then.map(|(file, _)| *file).collect();
            layout::chained_sums(&by_then).pop().flatten()
        };
        // A database that was kept here has the sum of the file alone.
        let is_ours = || file.up.checksum().to_string() == *told;
        let is_chained = all[number].as_ref() == Some(told) || had_run().as_ref() == Some(told);
        let is_same = is_chained || is_ours();
        is_broken = !is_same;
        sums.push(if is_same { Sum::Same } else { Sum::Other });
    }
    sums
}

/// Whether an array of statements is what a text says, but for blanks, comments and semicolons; `None` where it has none.
fn has_statements(array: &str, text: &str) -> Option<bool> {
    let statements = elements(array)?;
    let meant = |sql| tokens(sql).filter(|it| !it.is_symbol(';')).map(|it| (it.kind, it.text));
    let ran: Vec<_> = statements.iter().flat_map(|sql| meant(sql)).collect();
    (!ran.is_empty()).then(|| meant(text).eq(ran))
}

/// The elements of an array of texts as the server prints it (documentation, "Array Input and Output Syntax"); null ones are
/// left out.
fn elements(array: &str) -> Option<Vec<String>> {
    let mut rest = array.strip_prefix('{')?.strip_suffix('}')?.chars();
    let mut all = Vec::new();
    let (mut element, mut is_quoted, mut is_open) = (String::new(), false, false);
    while let Some(next) = rest.next() {
        match next {
            '\\' => element.extend(rest.next()),
            '"' => {
                is_open = !is_open;
                is_quoted = true;
            }
            ',' if !is_open => {
                let whole = std::mem::take(&mut element);
                all.extend((is_quoted || whole != "NULL").then_some(whole));
                is_quoted = false;
            }
            _ => element.push(next),
        }
    }
    all.extend((is_quoted || (element != "NULL" && !element.is_empty())).then_some(element));
    (!is_open).then_some(all)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing("{}", &[])]
    #[case::plain("{a,NULL,\"NULL\"}", &["a", "NULL"])]
    #[case::quoted(r#"{"create table \"T\" (a int, b text)","select 'a\\b'"}"#, &[r#"create table "T" (a int, b text)"#, r"select 'a\b'"])]
    fn an_array_is_taken_apart(#[case] array: &str, #[case] expected: &[&str]) {
        assert_eq!(elements(array).unwrap(), expected);
    }

    #[rstest]
    #[case::comments_and_blanks("create table t(a int);\n-- done\nselect 1;", Some(true))]
    #[case::another_type("create table t (a text); select 1;", Some(false))]
    #[case::one_less("create table t (a int);", Some(false))]
    fn a_text_is_held_against_its_statements(#[case] text: &str, #[case] same: Option<bool>) {
        let array = r#"{"-- the table\ncreate table t (a int)","select 1"}"#.replace("\\n", "\n");
        assert_eq!(has_statements(&array, text), same);
    }

    #[test]
    fn a_row_without_statements_says_nothing() {
        assert_eq!(has_statements("{}", "select 1"), None);
        assert_eq!(has_statements("baseline", "select 1"), None);
    }
}
