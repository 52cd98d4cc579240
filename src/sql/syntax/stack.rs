use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

/// What a byte may cost of the stack, and an opening bracket besides. The grammar is a recursive descent; measured on chains of
/// `NOT`, signs, `CASE`, calls and parentheses.
const PER_BYTE: usize = if cfg!(debug_assertions) { 1_000 } else { 200 };
const PER_BRACKET: usize = if cfg!(debug_assertions) { 3_200 } else { 1_000 };

/// A thread has twice this, even where it is one of a pool.
const AT_HAND: usize = 1 << 20;

/// No stack is made larger.
const MOST: usize = 1 << 30;

/// Runs a parser on a text, on a stack that is large enough for it, however deep the text is nested.
///
/// Nothing where no such stack can be had, or where the parser panics.
pub(super) fn with_room<T: Send>(text: &str, parse: impl FnOnce() -> T + Send) -> Option<T> {
    let need = need(text);
    if need <= AT_HAND {
        return catch_unwind(AssertUnwindSafe(parse)).ok();
    }
    if need > MOST {
        return None;
    }
    let builder = thread::Builder::new().stack_size(need + AT_HAND);
    thread::scope(|scope| builder.spawn_scoped(scope, parse).ok()?.join().ok())
}

/// The stack that a text needs at the most.
///
/// Of a short text every byte is counted. A long one is a list of rows or a body: there it is what stands between two commas or
/// semicolons, and around them.
fn need(text: &str) -> usize {
    let brackets = text.bytes().filter(|byte| matches!(byte, b'(' | b'[')).count();
    let all = text.len() * PER_BYTE + brackets * PER_BRACKET;
    if all <= MOST { all } else { strain(text) }
}

/// The deepest place of a text: the bytes since the last separator, of each bracket that is open.
fn strain(text: &str) -> usize {
    let mut runs = vec![0_usize];
    let (mut sum, mut most) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' => {
                sum += PER_BRACKET;
                runs.push(PER_BRACKET);
            }
            b')' | b']' if runs.len() > 1 => sum -= runs.pop().unwrap_or_default(),
            b',' | b';' => sum -= runs.last_mut().map(std::mem::take).unwrap_or_default(),
            _ => {
                runs.last_mut().into_iter().for_each(|run| *run += PER_BYTE);
                sum += PER_BYTE;
            }
        }
        most = most.max(sum);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_needs_no_more_than_a_row_of_it() {
        let row = "(1, 'name', now())";
        let rows = format!("insert into t values {}", vec![row; 200_000].join(", "));
        assert!(need(&rows) < AT_HAND);
    }

    #[test]
    fn what_is_nested_needs_more_with_every_level() {
        let nested = "(".repeat(MOST / PER_BRACKET + 1);
        assert!(need(&nested[1..]) <= MOST && need(&nested) > MOST);
        assert_eq!(with_room(&nested, || ()), None);
    }

    #[test]
    fn a_parser_that_panics_gives_nothing() {
        let quiet = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let short = with_room("", || panic!("as a parser might"));
        let long = with_room(&" ".repeat(10_000), || panic!("as a parser might"));
        std::panic::set_hook(quiet);
        assert_eq!((short, long), (None, None));
    }
}
