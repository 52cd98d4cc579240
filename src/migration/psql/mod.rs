//! psql's own language in scripts: variables (`:name`, `:'name'`, `:"name"`, `:{?name}`), `\set`, `\unset`,
//! `\if` and its branches, and `\q`. All of it is known before anything runs, so what is obeyed here becomes
//! plain SQL, and what cannot be is refused with its place.
//!
//! The rules are those of psql 15's manual page ("Meta-Commands", "SQL Interpolation"); where it is silent, psql
//! itself was asked, and `tests/integration/variables_agree_with_psql.rs` asks it again.
//! Start from [`read`].

mod arguments;
mod commands;
mod conditions;
mod obey;
mod references;
mod values;

#[cfg(test)]
mod tests;

pub use commands::{Refusal, refusal};

use super::{Script, Variables};
use crate::place::SourceText;

/// The script that psql would run, given the values that the user gives its variables. What stops it is
/// told by [`Script::refusals`].
#[must_use]
pub fn read(source: SourceText, variables: &Variables) -> Script {
    let has_commands = source.text().contains('\\');
    if !has_commands && !references::may_be_in(source.text(), variables) {
        return Script::new(source);
    }
    let (rewritten, refusals) = obey::obey(&source, variables);
    let script = Script::new(source).refusing(refusals);
    match rewritten {
        Some(rewritten) => script.rewritten(rewritten),
        None => script,
    }
}
