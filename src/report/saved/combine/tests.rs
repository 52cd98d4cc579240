use std::time::Duration;

use super::*;

fn about(file: &str, second: u64, shard: Option<(usize, usize)>, cases: &[&str]) -> About {
    About {
        file: file.into(),
        started_at: SystemTime::UNIX_EPOCH + Duration::from_secs(second),
        shard: shard.map(|(number, of)| ShardPart {
            shard: Shard::new(number, of).unwrap(),
            all_cases: 3,
            division: "0a".into(),
            run: "f1".into(),
        }),
        cases: cases.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[test]
fn shards_come_in_their_order_and_nothing_is_missing() {
    let reports = [
        about("2.json", 1, Some((2, 3)), &["b", "c"]),
        about("3.json", 1, Some((3, 3)), &[]),
        about("1.json", 1, Some((1, 3)), &["a"]),
    ];
    let keep = vec![(2, vec![0]), (0, vec![0, 1]), (1, vec![])];
    assert_eq!(combine(&reports, Some(3)), Combined { keep, ..Combined::default() });
}

#[test]
fn a_shard_that_never_reported_is_told() {
    let reports = [about("1.json", 1, Some((1, 3)), &["a"]), about("3", 1, Some((3, 3)), &["b"])];
    assert_eq!(combine(&reports, None).problems, ["shard 2/3 never reported"]);
    let plain = [about("1.json", 1, None, &["a"]), about("2.json", 1, None, &["b"])];
    assert_eq!(combine(&plain, None).problems, Vec::<String>::new());
    assert_eq!(combine(&plain, Some(4)).problems, ["2 reports of 4 never came"]);
    let more = combine(&reports, Some(4)).problems;
    assert_eq!(more, ["shard 2/4 never reported", "shard 4/4 never reported"]);
}

#[test]
fn shards_of_different_divisions_are_no_whole() {
    let mut reports =
        [about("1.json", 1, Some((1, 2)), &["a"]), about("2.json", 1, Some((2, 2)), &["b", "c"])];
    assert_eq!(combine(&reports, None).problems, Vec::<String>::new());
    reports[1].shard.as_mut().unwrap().division = "0b".into();
    let problems = combine(&reports, None).problems;
    assert!(problems[0].contains("1/2 (1.json) and shard 2/2 (2.json) are of different divisions"));
    reports[1].shard.as_mut().unwrap().division = "0a".into();
    reports[1].cases.pop();
    assert_eq!(combine(&reports, None).problems, ["of 3 cases only 2 were reported"]);
}

#[test]
fn a_report_of_an_earlier_run_does_not_stand_for_a_shard_that_never_reported() {
    let new = about("1.json", 9, Some((1, 2)), &["a"]);
    let mut old = about("2.json", 1, Some((2, 2)), &["b", "c"]);
    old.shard.as_mut().unwrap().run = "f0".into();
    let told = "2.json does not count: it is of another run than 1.json, which began later";
    let combined = combine(&[new.clone(), old.clone()], None);
    assert_eq!(combined.problems, ["shard 2/2 never reported", told]);
    assert_eq!(combined.keep, [(0, vec![0])]);
    let combined = combine(&[old, new, about("3.json", 8, Some((2, 2)), &["b", "c"])], None);
    assert_eq!((combined.problems, combined.warnings), (Vec::new(), vec![told.to_owned()]));
    assert_eq!(combined.keep, [(1, vec![0]), (2, vec![0, 1])]);
}

#[test]
fn of_a_shard_that_reported_twice_the_later_report_counts() {
    let retry = about("a-retry.json", 9, Some((1, 1)), &["a", "b", "c"]);
    let first = about("b-first.json", 1, Some((1, 1)), &["a", "b", "c"]);
    for (reports, kept) in [([retry.clone(), first.clone()], 0), ([first, retry], 1)] {
        let combined = combine(&reports, None);
        assert_eq!(combined.keep, [(kept, vec![0, 1, 2])]);
        let warning =
            "shard 1/1 reported twice: a-retry.json counts, which began later than b-first.json";
        assert_eq!(combined.warnings, [warning]);
    }
}

#[test]
fn of_a_case_that_was_reported_twice_the_later_one_counts() {
    let reports = [about("new.json", 9, None, &["a"]), about("old.json", 1, None, &["a", "b"])];
    let combined = combine(&reports, None);
    assert_eq!(combined.keep, [(0, vec![0]), (1, vec![1])]);
    let warning = "a was reported twice: new.json counts, which began later than old.json";
    assert_eq!(combined.warnings, [warning]);
    let replaced = [about("new.json", 9, None, &["a"]), about("old.json", 1, None, &["a"])];
    assert_eq!(combine(&replaced, None).keep, [(0, vec![0])], "nothing is left of the other");
}
