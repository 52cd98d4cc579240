//! Backslash commands: where they end, and what they do to the statement before them.

use std::ops::Range;

use super::bytes::{Input, find, is_blank};

/// A backslash command in the buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meta {
    /// From the backslash to the last argument.
    pub(super) span: Range<usize>,
    /// Where the script goes on.
    pub(super) resume: usize,
    pub(super) effect: Effect,
}

/// What a backslash command does to the statement in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing: the statement goes on after it.
    None,
    /// Sends it, as a semicolon would.
    Send,
    /// Throws it away.
    Discard,
}

/// Reads the command at `at`; none when the rest of its line is not at hand.
pub(super) fn read(bytes: &[u8], at: usize, input: Input) -> Option<Meta> {
    let line_end = match find(bytes, at, [b'\n']) {
        Some(newline) => newline,
        None if input == Input::Complete => bytes.len(),
        None => return None,
    };
    let line = &bytes[at + 1..line_end];
    let ends_name = |&byte: &u8| is_blank(byte) || byte == b'\\';
    let (name, arguments) = line.split_at(line.iter().position(ends_name).unwrap_or(line.len()));
    let stop =
        if takes_whole_line(name, arguments) { arguments.len() } else { arguments_end(arguments) };
    let command = &line[..name.len() + stop];
    let separator = if arguments[stop..].starts_with(br"\\") { 2 } else { 0 };
    Some(Meta {
        span: at..at + 1 + command.trim_ascii_end().len(),
        resume: at + 1 + command.len() + separator,
        effect: effect(name),
    })
}

/// Whether the command reads to the end of the line, backslashes and all. (psql manual, at each of them) psql also throws
/// away the rest of the line after a command it does not know, which here are those that begin with no letter.
fn takes_whole_line(name: &[u8], arguments: &[u8]) -> bool {
    match name {
        b"copy" | b"h" | b"help" | b"ef" | b"ev" | b"sf" | b"sf+" | b"sv" | b"sv+" => true,
        b"g" | b"gx" | b"o" | b"out" | b"w" | b"write" => {
            arguments.trim_ascii_start().starts_with(b"|")
        }
        _ => !name.first().is_some_and(u8::is_ascii_alphabetic),
    }
}

fn effect(name: &[u8]) -> Effect {
    match name {
        b"g" | b"gx" | b"gdesc" | b"gexec" | b"gset" | b"crosstabview" | b"watch" => Effect::Send,
        b"r" | b"reset" => Effect::Discard,
        _ => Effect::None,
    }
}

/// Arguments end at a backslash that is not in quotes: the next command, or `\\`, which leads back to SQL.
fn arguments_end(arguments: &[u8]) -> usize {
    let mut quote = None;
    let mut place = 0;
    while let Some(&byte) = arguments.get(place) {
        match quote {
            None if byte == b'\\' => return place,
            None if matches!(byte, b'\'' | b'"' | b'`') => quote = Some(byte),
            Some(b'\'') if byte == b'\\' => place += 1,
            Some(open) if byte == open => quote = None,
            _ => {}
        }
        place += 1;
    }
    arguments.len()
}
