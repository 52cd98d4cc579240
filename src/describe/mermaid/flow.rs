use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::sequence::{Sequence, State, Station};
use super::escape::quoted;

/// The migrations in their order as a flowchart: what the seed state holds is framed, what is left out is
/// dashed.
///
/// A node is named after its file and not after its position, so that a new migration changes only the
/// lines around it.
#[must_use]
pub fn flowchart(sequence: &Sequence, seed: Option<&str>) -> String {
    let names = node_names(sequence);
    let (before, replayed) = names.split_at(sequence.before.len().min(names.len()));
    let mut text = "flowchart TD\n".to_owned();
    if !before.is_empty() {
        let title = format!("before the replay: {}", seed.unwrap_or("setup"));
        let _ = writeln!(text, "    subgraph before_the_replay [{}]", quoted(&title));
        for (name, station) in before.iter().zip(&sequence.before) {
            draw_node(name, station, "        ", &mut text);
        }
        text.push_str("    end\n");
    }
    for (name, station) in replayed.iter().zip(&sequence.replayed) {
        draw_node(name, station, "    ", &mut text);
    }
    let stations: Vec<_> = sequence.before.iter().chain(&sequence.replayed).collect();
    for (pair, ends) in names.windows(2).zip(stations.windows(2)) {
        if let ([from, to], [first, second]) = (pair, ends) {
            let arrow = if runs(first) && runs(second) { "-->" } else { "-.->" };
            let _ = writeln!(text, "    {from} {arrow} {to}");
        }
    }
    for (state, style) in STYLES {
        if stations.iter().any(|station| station.state == *state) {
            let _ = writeln!(text, "    classDef {} {style}", class(*state));
        }
    }
    text
}

/// How files look that are not simply run.
const STYLES: &[(State, &str)] = &[
    (State::Excluded, "fill:none,stroke-dasharray:4 4"),
    (State::Superseded, "fill:none,stroke-dasharray:4 4"),
    (State::Failed, "stroke:#c00,stroke-width:3px"),
    (State::NotReached, "fill:none,stroke:#999"),
];

fn runs(station: &Station) -> bool {
    matches!(station.state, State::Setup | State::Seeded | State::Dump | State::Applied)
}

fn draw_node(name: &str, station: &Station, indent: &str, text: &mut String) {
    let word = match station.state {
        State::Applied | State::Seeded | State::Setup | State::Dump => None,
        State::NotReached => Some("not reached".to_owned()),
        state => Some(match &station.reason {
            Some(reason) => format!("{state}: {}", reason.trim()),
            None => state.to_string(),
        }),
    };
    let label = match word {
        Some(word) => format!("{} ({word})", station.file),
        None => station.file.clone(),
    };
    let label = quoted(&label);
    let shape = match station.state {
        State::Dump => format!("[({label})]"),
        State::Setup => format!("([{label}])"),
        _ if station.migration.is_none() => format!("([{label}])"),
        _ => format!("[{label}]"),
    };
    let is_styled = STYLES.iter().any(|(state, _)| *state == station.state);
    let style = if is_styled { format!(":::{}", class(station.state)) } else { String::new() };
    let _ = writeln!(text, "{indent}{name}{shape}{style}");
}

fn class(state: State) -> String {
    state.name().replace('-', "_")
}

/// A name for each file, in order: `m_` and what of its identity is a letter or a digit. Files that would
/// have one name are numbered.
fn node_names(sequence: &Sequence) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let stations = sequence.before.iter().chain(&sequence.replayed);
    let names = stations.map(|station| {
        let identity = station.migration.as_ref().map_or(station.file.as_str(), |id| id.as_str());
        let is_plain = |it: char| it.is_ascii_alphanumeric();
        let plain: String =
            identity.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
        let name = format!("m_{plain}");
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name}__{count}") }
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::cases;
    use super::*;
    use crate::migration::MigrationId;

    #[test]
    fn seed_and_exclusions_are_marked() {
        let case = &cases(
            &["001_a.sql", "002_b.sql", "003_c.sql", "004_d.sql"],
            "exclude = [{ migration = '003', reason = 'needs \"vector\"' }]\n\
             [[seed]]\nname = 'old'\nthrough = '001'\nsql = 'rows.sql'",
        )[0];
        let sequence = Sequence::of(case, Some(&MigrationId::new("004_d.sql")));
        insta::assert_snapshot!(flowchart(&sequence, Some("old")), @r##"
        flowchart TD
            subgraph before_the_replay ["before the replay: old"]
                m_001_a_sql["001_a.sql"]
                m_rows_sql(["rows.sql"])
            end
            m_002_b_sql["002_b.sql"]
            m_003_c_sql["003_c.sql (excluded: needs #34;vector#34;)"]:::excluded
            m_004_d_sql["004_d.sql (failed)"]:::failed
            m_001_a_sql --> m_rows_sql
            m_rows_sql --> m_002_b_sql
            m_002_b_sql -.-> m_003_c_sql
            m_003_c_sql -.-> m_004_d_sql
            classDef excluded fill:none,stroke-dasharray:4 4
            classDef failed stroke:#c00,stroke-width:3px
        "##);
    }

    #[test]
    fn a_new_migration_changes_only_the_lines_around_it() {
        let lines = |files: &[&str]| {
            let text = flowchart(&Sequence::of(&cases(files, "")[0], None), None);
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let before = lines(&["001_a.sql", "002_b.sql", "004_d.sql"]);
        let after = lines(&["001_a.sql", "002_b.sql", "003_c.sql", "004_d.sql"]);
        let added: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
        assert_eq!(added.len(), 3, "{added:?}");
    }

    #[test]
    fn files_of_nearly_one_name_are_nodes_of_their_own() {
        let case = &cases(&["001_a-b.sql", "002_c.sql"], "[setup]\nsql = ['001_a_b.sql']")[0];
        let text = flowchart(&Sequence::of(case, None), None);
        assert!(text.contains("m_001_a_b_sql__2[\"001_a-b.sql\"]"), "{text}");
    }
}
