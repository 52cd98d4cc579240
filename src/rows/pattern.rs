//! Texts that satisfy a regular expression of the simple kind.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The text at `at` among those that a pattern matches, as long as they are different; `None` where the pattern is not
/// understood.
pub(super) fn sample(pattern: &str, at: usize) -> Option<String> {
    let hir = regex_syntax::Parser::new().parse(pattern).ok()?;
    let mut text = String::new();
    let mut choice = at;
    write(&hir, &mut choice, &mut text)?;
    Some(text)
}

/// Writes a text of it; what is chosen uses up a part of `choice`.
fn write(hir: &Hir, choice: &mut usize, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(character(class, choice)?),
        HirKind::Repetition(repetition) => {
            // Long enough that there are many, where it may be.
            let least = usize::try_from(repetition.min).ok()?;
            let most = repetition.max.map_or(least.max(4), |max| usize::try_from(max).unwrap_or(4));
            for _ in 0..least.max(most.min(4)) {
                write(&repetition.sub, choice, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, choice, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, choice, text))?,
        HirKind::Alternation(parts) => {
            let part = parts.get(*choice % parts.len())?;
            *choice /= parts.len();
            write(part, choice, text)?;
        }
    }
    Some(())
}

/// A character of a class: letters and digits rather than others.
fn character(class: &Class, choice: &mut usize) -> Option<char> {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ";
    let Class::Unicode(class) = class else { return None };
    let is_in =
        |c: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c));
    let plain: Vec<_> = PLAIN.chars().filter(|c| is_in(*c)).collect();
    if plain.is_empty() {
        return class.ranges().first().map(regex_syntax::hir::ClassUnicodeRange::start);
    }
    let character = plain.get(*choice % plain.len()).copied();
    *choice /= plain.len();
    character
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("^[a-z0-9-]+$")]
    #[case("^#[0-9a-fA-F]{6}$")]
    #[case(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$")]
    #[case(r"^\+?[1-9]\d{1,14}$")]
    #[case("^(ab|cd)[0-9]{3}$")]
    fn samples_match_and_differ(#[case] pattern: &str) {
        let regex = regex::Regex::new(pattern).unwrap();
        let samples: BTreeSet<_> = (0..50).filter_map(|at| sample(pattern, at)).collect();
        assert_eq!(samples.len(), 50, "{samples:?}");
        assert!(samples.iter().all(|sample| regex.is_match(sample)), "{samples:?}");
    }
}
