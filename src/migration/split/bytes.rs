//! Byte classes and quick searches. All that matters to the splitter is ASCII, so it never decodes characters.

/// Whether more input can follow the bytes at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// The script goes on after these bytes.
    Continues,
    /// These bytes reach to the end of the script.
    Complete,
}

/// What a byte means outside quotes and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Part of an operator, a number, or something else that the splitter need not know.
    Plain,
    Blank,
    /// Begins an identifier or key word: a letter, `_`, or any byte of a non-ASCII character.
    Word,
    /// May open or close something, or end the statement.
    Special,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Plain; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => Class::Blank,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xff => Class::Word,
            b'\'' | b'"' | b'$' | b'-' | b'/' | b'(' | b')' | b';' | b'\\' => Class::Special,
            _ => Class::Plain,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

const CONTINUES_WORD: [bool; 256] = continues_word();

const fn continues_word() -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < table.len() {
        table[index] = matches!(CLASSES[index], Class::Word) || matches!(index, 0x24 | 0x30..=0x39);
        index += 1;
    }
    table
}

pub(super) fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

pub(super) fn is_blank(byte: u8) -> bool {
    class(byte) == Class::Blank
}

/// The end of the identifier that begins at `start`. `$` and digits may follow its first character.
pub(super) fn word_end(bytes: &[u8], start: usize) -> usize {
    let ends = |&byte: &u8| !CONTINUES_WORD[usize::from(byte)];
    bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length)
}

const STRIDE: usize = 32;

/// The first of the `wanted` bytes at or after `from`. Whole strides are compared at once, which the compiler turns into
/// vector instructions.
pub(super) fn find<const N: usize>(bytes: &[u8], from: usize, wanted: [u8; N]) -> Option<usize> {
    let (strides, rest) = bytes.get(from..)?.as_chunks::<STRIDE>();
    let is_wanted = |byte: &u8| wanted.contains(byte);
    for (index, stride) in strides.iter().enumerate() {
        if stride.iter().fold(false, |hit, byte| hit | is_wanted(byte)) {
            let within = stride.iter().position(is_wanted)?;
            return Some(from + index * STRIDE + within);
        }
    }
    let within = rest.iter().position(is_wanted)?;
    Some(from + strides.len() * STRIDE + within)
}

/// Counts lines on the way through a text.
#[derive(Debug)]
pub(super) struct Lines {
    /// The place up to which newlines have been counted.
    at: usize,
    line: usize,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self { at: 0, line: 1 }
    }

    /// The 1-based line of `place`. Cheap when places come roughly in order.
    pub(super) fn line_of(&mut self, bytes: &[u8], place: usize) -> usize {
        if place >= self.at {
            self.line += newlines(&bytes[self.at..place]);
        } else {
            self.line -= newlines(&bytes[place..self.at]);
        }
        self.at = place;
        self.line
    }

    /// Says that the first `count` bytes are about to be dropped, so that places move down by as much.
    pub(super) fn forget(&mut self, bytes: &[u8], count: usize) {
        self.line_of(bytes, count);
        self.at = 0;
    }
}

fn newlines(bytes: &[u8]) -> usize {
    // Small counters in small blocks: the sum of a block fits a byte, and bytes are what vector instructions add fast.
    let in_block =
        |block: &[u8]| block.iter().fold(0_u8, |count, &byte| count + u8::from(byte == b'\n'));
    bytes.chunks(192).map(|block| usize::from(in_block(block))).sum()
}
