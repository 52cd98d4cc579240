use std::ops::Range;

use super::arguments::{Unknown, arguments};
use super::commands::{parts, refusal};
use super::conditions::{Conditions, truth};
use super::references::{Reference, is_of_a_name, references};
use super::values::{OnlyAtRunTime, Values};
use crate::migration::split::{PieceKind, split};
use crate::migration::{Rewritten, Variables};
use crate::place::{Problem, Problems, SourceText};

const GIVE_VALUE: &str = "give the value under [setup]: variables = { name = \"value\" }";

/// Obeys what is known beforehand: gives the text without it, where it changed, and what is refused.
pub(super) fn obey(source: &SourceText, variables: &Variables) -> (Option<Rewritten>, Problems) {
    let text = source.text();
    let mut events: Vec<_> = references(text).into_iter().map(Event::Reference).collect();
    let mut sent_until = 0;
    for piece in split(text).pieces {
        if piece.kind == PieceKind::Meta {
            let repeats = is_repetition(text, sent_until, &piece.span);
            events.push(Event::Command { span: piece.span, repeats });
        } else {
            sent_until = piece.span.end;
        }
    }
    events.sort_by_key(Event::start);
    let mut script = Script {
        source,
        values: Values::new(variables),
        conditions: Conditions::default(),
        rewritten: Rewritten::new(),
        at: 0,
        is_changed: false,
        has_ended: false,
        refused: Problems::default(),
    };
    for event in events {
        match event {
            _ if script.has_ended => break,
            Event::Reference(reference) => script.fill_in(&reference),
            Event::Command { span, repeats } => script.command(span, repeats),
        }
    }
    script.finish()
}

enum Event<'text> {
    Reference(Reference<'text>),
    Command { span: Range<usize>, repeats: bool },
}

impl Event<'_> {
    fn start(&self) -> usize {
        match self {
            Self::Reference(reference) => reference.span.start,
            Self::Command { span, .. } => span.start,
        }
    }
}

/// Whether `\g` has no statement of its own to send, and so sends the one before it again.
fn is_repetition(text: &str, sent_until: usize, command: &Range<usize>) -> bool {
    let (name, _) = parts(&text[command.clone()]);
    let sends = matches!(name, "g" | "gx" | "crosstabview");
    sends && text.get(sent_until..command.start).is_some_and(|between| between.contains(';'))
}

/// A script on the way through it.
struct Script<'a> {
    source: &'a SourceText,
    values: Values,
    conditions: Conditions,
    rewritten: Rewritten,
    /// Up to where the text is dealt with.
    at: usize,
    is_changed: bool,
    /// By `\q`.
    has_ended: bool,
    refused: Problems,
}

impl Script<'_> {
    fn finish(mut self) -> (Option<Rewritten>, Problems) {
        let end = self.source.text().len();
        if self.has_ended {
            self.leave_out(end);
        } else {
            self.pass(end);
            if let Some(at) = self.conditions.open_at() {
                self.refuse(at..at + 3, "this \\if is never closed", "add \\endif");
            }
        }
        (self.is_changed.then_some(self.rewritten), self.refused)
    }

    /// Takes the text up to a byte over, if it runs.
    fn pass(&mut self, until: usize) {
        if self.conditions.is_active() {
            self.rewritten.keep(self.source.text(), self.at..until);
            self.at = until;
        } else {
            self.leave_out(until);
        }
    }

    fn leave_out(&mut self, until: usize) {
        self.is_changed |= until > self.at;
        self.at = until;
    }

    fn fill_in(&mut self, reference: &Reference<'_>) {
        if !self.conditions.is_active() {
            return;
        }
        match self.values.in_sql(reference) {
            Ok(None) => {}
            Ok(Some(value)) => {
                self.pass(reference.span.start);
                self.replace(reference.span.end, &value);
            }
            Err(OnlyAtRunTime(name)) => self.refuse_variable(&name, reference.span.clone()),
        }
    }

    fn replace(&mut self, until: usize, by: &str) {
        self.rewritten.replace(self.at..until, by);
        self.is_changed = true;
        self.at = until;
    }

    fn command(&mut self, span: Range<usize>, repeats: bool) {
        let source = self.source;
        let (name, rest) = parts(&source.text()[span.clone()]);
        let is_active = self.conditions.is_active();
        match name {
            "if" | "elif" | "else" | "endif" => {
                self.pass(span.start);
                self.turn(name, rest, &span);
            }
            _ if !is_active => return,
            "q" | "quit" => {
                self.pass(span.start);
                self.has_ended = true;
                return;
            }
            "set" | "unset" => {
                self.pass(span.start);
                self.assign(name, rest, &span);
            }
            _ => {
                let help = "write the statement again";
                if repeats {
                    self.refuse(span, "this sends the statement before it once more", help);
                } else if let Some(refusal) = refusal(&source.text()[span.clone()]) {
                    self.refuse(span, &refusal.message, refusal.help);
                }
                return;
            }
        }
        self.replace(end_of_command(source.text(), span.end), " ");
    }

    /// `\if` and its branches.
    fn turn(&mut self, name: &str, rest: &str, span: &Range<usize>) {
        let stands = match name {
            "if" if self.conditions.is_active() => {
                let holds = self.holds(rest, span);
                self.conditions.open(holds, span.start);
                true
            }
            "if" => {
                self.conditions.open_passed(span.start);
                true
            }
            "elif" => {
                let holds = self.conditions.is_waiting() && self.holds(rest, span);
                self.conditions.otherwise_if(holds)
            }
            "else" => self.conditions.otherwise(),
            _ => self.conditions.close(),
        };
        if !stands {
            let message = format!("there is no \\if that this \\{name} could belong to");
            self.refuse(
                span.clone(),
                &message,
                "write \\if …, \\elif …, \\else, \\endif in this order",
            );
        }
    }

    fn holds(&mut self, rest: &str, span: &Range<usize>) -> bool {
        let Some(words) = self.arguments(rest, span) else { return false };
        let text = words.join(" ");
        let truth = truth(&text);
        if truth.is_none() {
            let message = format!("{text:?} is no truth value, which psql takes for false");
            let help = "give the variable under [setup] variables, or ask whether it is set: \\if :{?name}";
            self.refuse(span.clone(), &message, help);
        }
        truth.unwrap_or(false)
    }

    fn assign(&mut self, command: &str, rest: &str, span: &Range<usize>) {
        let Some(words) = self.arguments(rest, span) else { return };
        let Some((name, values)) = words.split_first() else { return };
        if name.is_empty() || !name.chars().all(is_of_a_name) {
            let message = format!("psql has no variable {name:?}");
            let help = "names are made of letters, digits and underscores";
            return self.refuse(span.clone(), &message, help);
        }
        let value = (command == "set").then(|| values.concat());
        if let Some((message, help)) = changes_psql(name, value.as_deref()) {
            return self.refuse(span.clone(), message, help);
        }
        self.values.set(name, value);
    }

    fn arguments(&mut self, rest: &str, span: &Range<usize>) -> Option<Vec<String>> {
        let why = match arguments(rest, &self.values) {
            Ok(words) => return Some(words),
            Err(why) => why,
        };
        match why {
            Unknown::Variable(name) => self.refuse_variable(&name, span.clone()),
            Unknown::Program => {
                self.refuse(span.clone(), "the output of a program is not known here", GIVE_VALUE);
            }
            Unknown::OpenQuote => {
                self.refuse(span.clone(), "a quote of this command is never closed", "close it");
            }
        }
        None
    }

    fn refuse_variable(&mut self, name: &str, span: Range<usize>) {
        let message = format!("the variable {name} is known to psql alone, once it is connected");
        let help = format!("give it under [setup]: variables = {{ {name} = \"…\" }}");
        self.refuse(span, &message, &help);
    }

    fn refuse(&mut self, span: Range<usize>, message: &str, help: &str) {
        let place = self.source.place(span);
        self.refused.push(Problem::error(message).at(place).help(help));
    }
}

/// `\\` after a command leads back to SQL, and is part of neither.
fn end_of_command(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if rest[blanks..].starts_with(r"\\") { end + blanks + 2 } else { end }
}

/// Variables by which psql itself runs a script in another way.
fn changes_psql(name: &str, value: Option<&str>) -> Option<(&'static str, &'static str)> {
    let is = |truth_wanted: bool, value: &str| truth(value) == Some(truth_wanted);
    let value = value?;
    match name {
        "AUTOCOMMIT" if is(false, value) => Some((
            "without AUTOCOMMIT psql begins transactions by itself, which a replay does not",
            "write BEGIN and COMMIT",
        )),
        "ON_ERROR_ROLLBACK" if !is(false, value) => Some((
            "with ON_ERROR_ROLLBACK psql sets savepoints by itself, which a replay does not",
            "write SAVEPOINT where one is needed",
        )),
        "SINGLELINE" | "SINGLESTEP" if !is(false, value) => {
            Some(("this changes where statements end, or waits for somebody", "take it out"))
        }
        _ => None,
    }
}
