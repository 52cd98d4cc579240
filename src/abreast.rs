//! Work over many values on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Of fewer values than these one thread is done sooner.
const MANY: usize = 64;

/// Does something with each value; what comes of it stands in the order of the values. A panic in it is one here.
pub(crate) fn map<T: Sync, R: Send>(values: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if values.len() < MANY || threads() == 1 {
        return values.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        while let Some((number, value)) = {
            let number = next.fetch_add(1, Ordering::Relaxed);
            values.get(number).map(|value| (number, value))
        } {
            done.push((number, work(value)));
        }
        done
    };
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..threads()).map(|_| scope.spawn(some)).collect();
        let mut all = some();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    all.sort_unstable_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, result)| result).collect()
}

/// Frees values. Where they are made of many small pieces, that takes a good part of the time in which they were made.
pub(crate) fn free<T: Send>(mut values: Vec<T>) {
    if values.len() < MANY {
        return;
    }
    let part = values.len().div_ceil(threads());
    thread::scope(|scope| {
        while values.len() > part {
            let some = values.split_off(values.len() - part);
            scope.spawn(move || drop(some));
        }
        drop(values);
    });
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_values() {
        let values: Vec<_> = (0..1_000).collect();
        let doubled: Vec<_> = values.iter().map(|value| value * 2).collect();
        assert_eq!(map(&values, |value| value * 2), doubled);
        assert_eq!(map(&values[..3], |value| value * 2), doubled[..3]);
    }

    #[test]
    #[should_panic(expected = "number 700")]
    fn a_panic_is_not_lost() {
        let values: Vec<_> = (0..1_000).collect();
        map(&values, |value| assert_ne!(*value, 700, "number 700"));
    }

    #[test]
    fn every_value_is_freed() {
        let one = std::sync::Arc::new(());
        free(vec![one.clone(); 1_001]);
        assert_eq!(std::sync::Arc::strong_count(&one), 1);
    }
}
