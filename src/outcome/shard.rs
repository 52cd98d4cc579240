use std::fmt;
use std::str::FromStr;

/// One of several parts that the cases of a run are divided into, for as many machines: `2/4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    /// The shard of this number, from 1; `None` if there is no such among so many.
    #[must_use]
    pub fn new(number: usize, of: usize) -> Option<Self> {
        (1..=of).contains(&number).then_some(Self { number, of })
    }

    /// Which one, from 1.
    #[must_use]
    pub const fn number(self) -> usize {
        self.number
    }

    /// How many there are.
    #[must_use]
    pub const fn of(self) -> usize {
        self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// A text that is no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoShard {
    /// It is not two numbers with a slash.
    #[error("it is the number of the shard and how many there are, such as 2/4")]
    Form,
    /// There is no shard of that number.
    #[error("shards are counted from 1: of {of} they are 1/{of} to {of}/{of}")]
    Number {
        /// How many there are.
        of: usize,
    },
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit()).then(|| it.parse());
        let (number, of) = text.split_once('/').ok_or(NoShard::Form)?;
        let (Some(Ok(number)), Some(Ok(of))) = (digits(number), digits(of)) else {
            return Err(NoShard::Form);
        };
        if of == 0 {
            Err(NoShard::Form)
        } else {
            Self::new(number, of).ok_or(NoShard::Number { of })
        }
    }
}

/// What a report tells of the shard that it is the report of, so that the reports of all can be put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardPart {
    /// Which one.
    pub shard: Shard,
    /// How many cases all shards have together.
    pub all_cases: usize,
    /// Identifies the division: two machines that name another one have not divided the same cases in the same way.
    pub division: String,
    /// Identifies what was to be run in all, and from which files: reports of two runs do not make one.
    pub run: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("1/1", Some((1, 1)))]
    #[case("2/4", Some((2, 4)))]
    #[case("0/4", None)]
    #[case("5/4", None)]
    #[case("1/0", None)]
    #[case("0/0", None)]
    #[case("", None)]
    #[case("2", None)]
    #[case("2/", None)]
    #[case("/", None)]
    #[case("+1/4", None)]
    #[case("-1/4", None)]
    #[case("1/4/4", None)]
    #[case("1 / 4", None)]
    #[case("1/99999999999999999999999", None)]
    fn shards_are_numbers_from_one(#[case] text: &str, #[case] expected: Option<(usize, usize)>) {
        let shard = text.parse::<Shard>();
        assert_eq!(shard.as_ref().ok().map(|it| (it.number, it.of)), expected, "{shard:?}");
        if let Ok(shard) = shard {
            assert_eq!(shard.to_string(), text);
        }
    }
}
