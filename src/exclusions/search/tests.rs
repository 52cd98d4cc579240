use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::migration::MigrationId;
use crate::outcome::{Blame, Culprit, Found, Phase};

/// What a made-up migration is like.
#[derive(Debug, Clone, Default)]
struct Made {
    /// It fails where one of these has not run.
    needs: Vec<usize>,
    /// It fails where one of these has run.
    clashes: Vec<usize>,
    /// It fails always.
    is_broken: bool,
}

/// Migrations that pass or fail without a server.
#[derive(Debug, Clone, Default)]
struct World {
    made: Vec<Made>,
    /// Whether failures say who is to blame.
    has_diagnosis: bool,
    /// Whether it foresees what falls, and then also this, which does not.
    foresees: Option<usize>,
    replays: usize,
}

fn id(number: usize) -> MigrationId {
    MigrationId::new(format!("{number:03}"))
}

fn list(numbers: &[usize]) -> List {
    numbers.iter().map(|number| id(*number)).collect()
}

impl World {
    /// Who makes a migration fail; nobody where it fails by itself.
    fn failure(&self, number: usize, left_out: &List) -> Option<Vec<usize>> {
        let made = &self.made[number];
        let is_out = |other: &&usize| left_out.contains(&id(**other));
        let missing = made.needs.iter().filter(is_out);
        let clashing = made.clashes.iter().filter(|other| !is_out(other));
        let blamed: Vec<usize> = missing.chain(clashing).copied().collect();
        (made.is_broken || !blamed.is_empty()).then_some(blamed)
    }

    fn passes(&self, left_out: &List) -> bool {
        (0..self.made.len())
            .filter(|number| !left_out.contains(&id(*number)))
            .all(|number| self.failure(number, left_out).is_none())
    }

    fn question(&self, given: &[usize]) -> Question {
        Question {
            order: (0..self.made.len()).map(id).collect(),
            given: list(given),
            idle: List::new(),
            is_sequential: true,
        }
    }
}

impl Trials for World {
    async fn replay(&mut self, left_out: &List, _purpose: &str) -> Result<Answer, Halted> {
        self.replays += 1;
        for number in (0..self.made.len()).filter(|number| !left_out.contains(&id(*number))) {
            let Some(blamed) = self.failure(number, left_out) else { continue };
            let mut found = Found::new(Phase::Apply, Blame::Migration, "fails");
            found.migration = Some(id(number));
            let blamed = blamed.into_iter().filter(|_| self.has_diagnosis);
            found.culprits = blamed
                .map(|other| Culprit {
                    migration: Some(id(other)),
                    place: None,
                    object: None,
                    deed: "is to blame".into(),
                })
                .collect();
            return Ok(Answer::Failed(Box::new(found)));
        }
        Ok(Answer::Passed)
    }

    async fn foresee(&mut self, left_out: &List) -> Vec<Found> {
        let Some(wrong) = self.foresees else { return Vec::new() };
        let mut list = left_out.clone();
        for number in 0..self.made.len() {
            if !list.contains(&id(number)) && self.failure(number, &list).is_some() {
                list.insert(id(number));
            }
        }
        let all = list.difference(left_out).cloned().chain([id(wrong)]);
        all.map(|migration| Found {
            migration: Some(migration),
            ..Found::new(Phase::Apply, Blame::Migration, "fails")
        })
        .collect()
    }
}

/// `3 needs 1`, `4 clashes 2`, `5 broken`, one a line.
fn world(count: usize, rules: &str) -> World {
    let mut made = vec![Made::default(); count];
    for rule in rules.split(',').map(str::trim).filter(|rule| !rule.is_empty()) {
        let words: Vec<_> = rule.split(' ').collect();
        let number: usize = words[0].parse().unwrap();
        match words[1] {
            "needs" => made[number].needs.push(words[2].parse().unwrap()),
            "clashes" => made[number].clashes.push(words[2].parse().unwrap()),
            _ => made[number].is_broken = true,
        }
    }
    World { made, has_diagnosis: true, foresees: None, replays: 0 }
}

#[test]
fn what_is_foreseen_saves_replays_and_what_falls_besides_is_found_all_the_same() {
    let rules = "4 needs 2, 5 needs 4, 6 needs 5, 7 needs 6";
    let closed = |foresees| {
        let mut world = World { foresees, ..world(9, rules) };
        let start = list(&[2]);
        let search = closure(&mut world, &start, 9);
        let closed = futures_util::FutureExt::now_or_never(search).unwrap().unwrap();
        (closed.list, world.replays)
    };
    assert_eq!(closed(None), (list(&[2, 4, 5, 6, 7]), 5));
    // 7 is foreseen once more, and nothing is left out that does not fall.
    assert_eq!(closed(Some(7)), (list(&[2, 4, 5, 6, 7]), 2));
}

fn look(mut world: World, given: &[usize]) -> Findings {
    let question = world.question(given);
    futures_util::FutureExt::now_or_never(examine(&question, &mut world)).unwrap().unwrap()
}

/// The findings in one line: what falls, each entry, the smallest list.
fn told(findings: &Findings) -> String {
    let names = |list: &mut dyn Iterator<Item = &MigrationId>| {
        list.map(|id| id.as_str().parse::<usize>().unwrap().to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let falls = names(&mut findings.falls.iter().map(|fall| &fall.migration));
    let entries: Vec<_> = findings
        .entries
        .iter()
        .map(|(id, standing)| {
            let word = match standing {
                Standing::Needed(_) => "needed".to_owned(),
                Standing::Free => "free".to_owned(),
                Standing::FreeWith(with) => format!("free with {}", names(&mut with.iter())),
                Standing::Either => "either".to_owned(),
                Standing::Idle => "idle".to_owned(),
                Standing::Unknown => "unknown".to_owned(),
            };
            format!("{} {word}", names(&mut std::iter::once(id)))
        })
        .collect();
    let smallest = findings.smallest.as_ref();
    let smallest = smallest.map_or("none".to_owned(), |list| names(&mut list.iter()));
    format!("falls: {falls} | {} | smallest: {smallest}", entries.join(", "))
}

#[rstest]
// What needs an excluded file falls, and what needs that falls too.
#[case("5 broken, 7 needs 5, 8 needs 7", &[5], "falls: 7 8 | 5 needed | smallest: 5 7 8")]
// Nothing needs the entry, and it runs: it is stale.
#[case("", &[5], "falls:  | 5 free | smallest: ")]
// One that only runs with the other goes with it; and what fell with the list does not fall any more.
#[case("7 needs 5, 8 needs 7", &[5, 7], "falls: 8 | 5 free, 7 free with 5 | smallest: ")]
// A file of the rest fails with the entry, and not without: the entry stays.
#[case("8 clashes 5", &[5, 7], "falls:  | 5 needed, 7 free | smallest: 5")]
// Two that cannot both run: either can go.
#[case("7 clashes 5", &[5, 7], "falls:  | 5 free, 7 either | smallest: 7")]
// Without any list, what fails is the list.
#[case("3 broken, 4 needs 3", &[], "falls: 3 4 |  | smallest: 3 4")]
// Put back for another's sake although it came in first: the one that clashed with it runs after all.
#[case("3 clashes 1, 5 clashes 1", &[1, 3], "falls:  | 1 needed, 3 free | smallest: 1")]
fn a_list_is_examined(#[case] rules: &str, #[case] given: &[usize], #[case] wanted: &str) {
    let made = world(10, rules);
    assert_eq!(told(&look(made.clone(), given)), wanted);
    // Without a diagnosis it takes more replays, and comes to the same.
    assert_eq!(told(&look(World { has_diagnosis: false, ..made }, given)), wanted);
}

#[test]
fn where_nothing_would_be_left_nothing_is_claimed() {
    let findings = look(world(3, "0 broken, 1 broken, 2 broken"), &[1]);
    assert_eq!(told(&findings), "falls: 0 | 1 unknown | smallest: none");
    assert!(findings.stuck.is_some());
    assert!(!findings.is_closed());
}

#[test]
fn an_entry_that_the_seed_holds_already_is_not_tried() {
    let mut made = world(4, "2 broken");
    let question = Question { idle: list(&[1]), ..made.question(&[1, 2]) };
    let findings = futures_util::FutureExt::now_or_never(examine(&question, &mut made));
    assert_eq!(told(&findings.unwrap().unwrap()), "falls:  | 1 idle, 2 needed | smallest: 2");
}

#[test]
fn what_is_known_is_not_replayed_again() {
    let rules = "5 broken, 7 needs 5, 8 broken, 9 broken, 10 needs 9, 15 broken, 11 needs 10, \
                 17 needs 15, 18 needs 17, 19 needs 15, 16 needs 15";
    let mut made = world(21, rules);
    let question = made.question(&[5, 7, 8, 9, 10, 15, 16]);
    let findings = futures_util::FutureExt::now_or_never(examine(&question, &mut made));
    assert_eq!(findings.unwrap().unwrap().replays, made.replays);
    // Four to close the list, seven to build it up again, each with the failure that says why.
    assert!(made.replays <= 20, "{} replays", made.replays);
}

fn any_world() -> impl Strategy<Value = (World, Vec<usize>)> {
    let count = 8_usize;
    let rule = (0..count, 0..count, 0..4_u8);
    let rules = proptest::collection::vec(rule, 0..10);
    let given = proptest::collection::btree_set(0..count - 1, 0..5);
    (rules, given, any::<bool>()).prop_map(move |(rules, given, has_diagnosis)| {
        let mut made = vec![Made::default(); count];
        for (one, other, kind) in rules {
            let (first, second) = (one.min(other), one.max(other));
            match kind {
                _ if first == second => {}
                0 | 1 => made[second].needs.push(first),
                2 => made[second].clashes.push(first),
                _ => made[second].is_broken = true,
            }
        }
        (World { made, has_diagnosis, foresees: None, replays: 0 }, given.into_iter().collect())
    })
}

proptest! {
    #[test]
    fn lists_that_are_said_to_pass_do((made, given) in any_world()) {
        let findings = look(made.clone(), &given);
        let mut closed = list(&given);
        closed.extend(findings.falls.iter().map(|fall| fall.migration.clone()));
        prop_assert_eq!(findings.stuck.is_none(), made.passes(&closed) );
        let Some(smallest) = &findings.smallest else { return Ok(()) };
        prop_assert!(made.passes(smallest));
        for entry in smallest {
            let mut less = smallest.clone();
            less.remove(entry);
            prop_assert!(!made.passes(&less), "{entry} could go");
        }
        for (entry, standing) in &findings.entries {
            let without = |off: &List| closed.difference(off).cloned().collect::<List>();
            let own = List::from([entry.clone()]);
            match standing {
                Standing::Free | Standing::Either => prop_assert!(
                    made.passes(&without(&own)) || !findings.falls.is_empty()
                ),
                Standing::Needed(_) => prop_assert!(!made.passes(&without(&own))),
                Standing::FreeWith(with) => prop_assert!(with.is_subset(&list(&given))),
                Standing::Idle | Standing::Unknown => prop_assert!(false, "it is known"),
            }
        }
    }

    #[test]
    fn the_number_of_replays_grows_with_the_list((made, given) in any_world()) {
        let made = World { has_diagnosis: true, ..made };
        let findings = look(made, &given);
        let size = given.len() + findings.falls.len();
        prop_assert!(findings.replays <= 8 * size + 2, "{} for {size}", findings.replays);
    }
}
