use time::Date;
use time::macros::format_description;

use super::{Definition, Look};
use crate::check::{Calendar, Finding, Subject};
use crate::scenario::{Exclusion, Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::ExclusionExpired,
    level: Level::Error,
    title: "an exclusion was meant to end before today",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for exclusion in &subject.scenario.exclude {
        let Some(until) = &exclusion.until else { continue };
        let Some(why) = is_over(&until.value, &subject.calendar) else { continue };
        let message =
            format!("the exclusion of {} was meant to end: {why}", exclusion.migration.value);
        let finding = Finding::new(Rule::ExclusionExpired, message);
        let finding = Finding { place: until.place.clone(), ..finding };
        found.push(finding.label(exclusion.reason.clone()).help(advice(exclusion)));
    }
}

fn advice(exclusion: &Exclusion) -> String {
    let issue = exclusion.issue.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
    format!("remove it and replay, or give it a new date{issue}")
}

/// Why an exclusion is over. What is no date is the name of a tag: of the release that is to do without it.
fn is_over(until: &str, calendar: &Calendar) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]");
    match Date::parse(until, format) {
        Ok(last) => (last < calendar.today).then(|| format!("{until} is over")),
        Err(_) => calendar.tags.contains(until).then(|| format!("the tag {until} is there")),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[rstest::rstest]
    #[case::yesterday("2026-11-27", Some("2026-11-27 is over"))]
    #[case::its_last_day("2026-11-28", None)]
    #[case::released("v1.2", Some("the tag v1.2 is there"))]
    #[case::not_released("v1.3", None)]
    fn a_day_that_is_over_or_a_release_that_is_out_ends_an_exclusion(
        #[case] until: &str,
        #[case] why: Option<&str>,
    ) {
        let calendar = Calendar { today: date!(2026 - 11 - 28), tags: ["v1.2".to_owned()].into() };
        assert_eq!(is_over(until, &calendar).as_deref(), why);
    }
}
