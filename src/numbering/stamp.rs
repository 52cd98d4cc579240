use time::{Date, Duration, Month, PrimitiveDateTime, Time};

/// How a version is written that is a moment, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// `20260207080000`.
    Seconds,
    /// `202602070800`.
    Minutes,
    /// `20260207080000123`.
    Milliseconds,
    /// `2026-02-07-080000`, as Diesel writes it.
    Dashed,
    /// `2026-02-07-080000-0000`, as newer Diesel writes it.
    DashedZone,
    /// `1770451200`.
    Unix,
    /// `1770451200000`.
    UnixMilliseconds,
}

impl Stamp {
    /// The form that a version has, if it is a moment.
    #[must_use]
    pub fn of(version: &str) -> Option<Self> {
        let digits = version.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = digits == version.len();
        let form = match (is_plain, version.len()) {
            (true, 14) => Self::Seconds,
            (true, 12) => Self::Minutes,
            (true, 17) => Self::Milliseconds,
            (true, 10) if version.starts_with('1') => Self::Unix,
            (true, 13) if version.starts_with('1') => Self::UnixMilliseconds,
            (false, 17) => Self::Dashed,
            (false, 22) => Self::DashedZone,
            _ => return None,
        };
        let moment = form.read(version)?;
        (form.write(moment) == version).then_some(form)
    }

    /// The moment that a version of this form means.
    #[must_use]
    pub fn read(self, version: &str) -> Option<PrimitiveDateTime> {
        let epoch = PrimitiveDateTime::new(
            Date::from_calendar_date(1970, Month::January, 1).ok()?,
            Time::MIDNIGHT,
        );
        match self {
            Self::Unix => return epoch.checked_add(Duration::seconds(version.parse().ok()?)),
            Self::UnixMilliseconds => {
                return epoch.checked_add(Duration::milliseconds(version.parse().ok()?));
            }
            _ => {}
        }
        let digits: String = version.chars().filter(char::is_ascii_digit).collect();
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u16>().ok();
        let small = |from: usize, to: usize| u8::try_from(part(from, to)?).ok();
        let date = Date::from_calendar_date(
            i32::from(part(0, 4)?),
            Month::try_from(small(4, 6)?).ok()?,
            small(6, 8)?,
        );
        let seconds = if self == Self::Minutes { 0 } else { small(12, 14)? };
        let milliseconds = if self == Self::Milliseconds { part(14, 17)? } else { 0 };
        let time = Time::from_hms_milli(small(8, 10)?, small(10, 12)?, seconds, milliseconds);
        Some(PrimitiveDateTime::new(date.ok()?, time.ok()?))
    }

    /// A moment in this form.
    #[must_use]
    pub fn write(self, moment: PrimitiveDateTime) -> String {
        let (year, month, day) = (moment.year(), u8::from(moment.month()), moment.day());
        let (hour, minute, second) = moment.as_hms();
        let unix = moment.assume_utc();
        match self {
            Self::Seconds => format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}"),
            Self::Minutes => format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}"),
            Self::Milliseconds => {
                let milli = moment.millisecond();
                format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{milli:03}")
            }
            Self::Dashed => {
                format!("{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}")
            }
            Self::DashedZone => {
                format!("{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}-0000")
            }
            Self::Unix => unix.unix_timestamp().to_string(),
            Self::UnixMilliseconds => (unix.unix_timestamp_nanos() / 1_000_000).to_string(),
        }
    }

    /// The least time between two versions of this form.
    #[must_use]
    pub const fn tick(self) -> Duration {
        match self {
            Self::Minutes => Duration::MINUTE,
            _ => Duration::SECOND,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::seconds("20260207080000", Stamp::Seconds, "20260207080100")]
    #[case::minutes("202602070800", Stamp::Minutes, "202602070801")]
    #[case::milliseconds("20260207080000123", Stamp::Milliseconds, "20260207080100123")]
    #[case::diesel("2026-02-07-235930", Stamp::Dashed, "2026-02-08-000030")]
    #[case::newer_diesel("2026-02-07-080000-0000", Stamp::DashedZone, "2026-02-07-080100-0000")]
    #[case::unix("1770451200", Stamp::Unix, "1770451260")]
    #[case::unix_milliseconds("1770451200123", Stamp::UnixMilliseconds, "1770451260123")]
    fn moments_are_read_and_written(#[case] text: &str, #[case] form: Stamp, #[case] later: &str) {
        assert_eq!(Stamp::of(text), Some(form));
        let moment = form.read(text).unwrap();
        assert_eq!(form.write(moment), text);
        assert_eq!(form.write(moment + Duration::MINUTE), later);
    }

    #[rstest::rstest]
    #[case::a_number("0042")]
    #[case::no_month("20261307080000")]
    #[case::no_minute("20260207086100")]
    #[case::words("2026-02-07-abcdef")]
    fn other_versions_are_no_moments(#[case] version: &str) {
        assert_eq!(Stamp::of(version), None);
    }
}
