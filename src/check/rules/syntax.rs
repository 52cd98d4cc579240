use super::{Definition, FileView, Look};
use crate::check::{Finding, Related, Subject};
use crate::lineage::ScriptReading;
use crate::migration::Script;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::Syntax,
    level: Level::Error,
    title: "the server will not understand a statement",
    look: Look::File(look),
};

/// What comes after a mistake in one statement is most often its consequence, so only the first is told.
fn look(view: &FileView<'_>, found: &mut Vec<Finding>) {
    of_script(view, &view.migration.up, view.up, found);
    if let Some(down) = &view.migration.down {
        of_script(view, down, &ScriptReading::of(down), found);
    }
}

/// From this share of files on it is not the files that are wrong: every second one.
const MOST: usize = 2;

/// A folder for another database has a fault in most files: it is told once.
pub(in crate::check) fn sum(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let is_syntax = |finding: &Finding| finding.rule == Rule::Syntax;
    let mut files: Vec<_> =
        found.iter().filter(|it| is_syntax(it)).flat_map(|it| &it.about).collect();
    files.dedup();
    let (wrong, all) = (files.len(), subject.set.migrations().len());
    if wrong < FEW || wrong * MOST < all {
        return;
    }
    let about: Vec<_> = files.into_iter().cloned().collect();
    let message = format!("{wrong} of {all} files are no SQL that Postgres understands");
    let help = "is this the folder of another database? name the one for Postgres";
    let first = found.iter().find(|it| is_syntax(it)).cloned();
    found.retain(|finding| !is_syntax(finding));
    let finding = Finding::new(Rule::Syntax, message).path(&subject.set.root).help(help);
    let place = first.and_then(|first| Some((first.place?, first.message)));
    let finding = match &place {
        Some((place, message)) => finding.with(Related::place(place, message.clone())),
        None => finding,
    };
    found.push(Finding { about, ..finding });
}

/// Fewer files than these say nothing about a folder.
const FEW: usize = 4;

fn of_script(
    view: &FileView<'_>,
    script: &Script,
    reading: &ScriptReading,
    found: &mut Vec<Finding>,
) {
    for (statement, reading) in script.statements().iter().zip(reading.statements()) {
        let Some(fault) = reading.faults.first() else { continue };
        let start = statement.span.start + fault.span.start;
        let end = (statement.span.start + fault.span.end).max(start + 1);
        found.push(
            Finding::new(Rule::Syntax, format!("syntax error: {}", in_words(&fault.message)))
                .at(script.place(start..end))
                .help("mend the statement; the mistake is here or right before")
                .about(view.migration),
        );
    }
}

/// What the grammar calls tokens, as people write them.
const TOKENS: &[(&str, &str)] = &[
    ("COMMA", ","),
    ("DOT", "."),
    ("EOF", "the end"),
    ("IDENT", "a name"),
    ("INT_NUMBER", "a number"),
    ("L_PAREN", "("),
    ("R_PAREN", ")"),
    ("SEMICOLON", ";"),
    ("STRING", "a string"),
];

fn in_words(message: &str) -> String {
    let plain = |word: &str| {
        let token = TOKENS.iter().find(|(token, _)| *token == word);
        match (token, word.strip_suffix("_KW")) {
            (Some((_, plain)), _) => (*plain).to_owned(),
            (None, Some(key_word)) => key_word.to_owned(),
            (None, None) => word.to_owned(),
        }
    };
    message.split(' ').map(plain).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[rstest::rstest]
    #[case("expected COMMA", "expected ,")]
    #[case("expected command, found ON_KW", "expected command, found ON")]
    #[case("missing comma", "missing comma")]
    fn tokens_are_told_as_they_are_written(#[case] message: &str, #[case] words: &str) {
        assert_eq!(in_words(message), words);
    }
}
