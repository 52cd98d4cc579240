use std::sync::Arc;

use crate::lineage::{Author, Opening, Readings, Twofold};
use crate::migration::{Migration, MigrationId, Script, Version};
use crate::place::SourceText;
use crate::report::{ReadFrom, Style};

use super::{
    Asked, GraphView, dot, graph_json, graph_markdown, graph_table, history, history_json, mermaid,
};

const FILES: &[(&str, &str)] = &[
    (
        "001_agents.sql",
        "CREATE EXTENSION vector;\nCREATE TABLE agents (\n  id int PRIMARY KEY,\n  metadata text\n);\n",
    ),
    ("002_skills.sql", "CREATE TABLE skills (agent int REFERENCES agents (id), level int);\n"),
    (
        "003_rebuild.sql",
        "CREATE TABLE agents_new (id int PRIMARY KEY);\nINSERT INTO agents_new SELECT id FROM agents;\n\
         DROP TABLE agents CASCADE;\nALTER TABLE agents_new RENAME TO agents;\n",
    ),
    ("004_metadata.sql", "ALTER TABLE agents ADD COLUMN metadata text;\n"),
    (
        "005_skills_again.sql",
        "-- DEPENDS: 002, 009\nCREATE TABLE IF NOT EXISTS skills (agent int, name text);\n",
    ),
    ("006_\"odd\"|name.sql", "INSERT INTO skills VALUES (1);\nINSERT INTO skills VALUES (2);\n"),
];

fn told(left_out: &[&str]) -> Twofold {
    let authors = FILES.iter().map(|(name, sql)| {
        let script = Script::new(SourceText::new(*name, *sql));
        let version = Version::new(&name[..3]);
        let migration = Migration::new(MigrationId::new(*name), version, script);
        let reason = left_out.contains(&&name[..3]).then(|| "not yet".to_owned());
        (Author::Migration(Arc::new(migration)), reason)
    });
    let authors: Vec<_> = authors.collect();
    Twofold::of(&authors, &Opening::default(), &Readings::new())
}

fn asked(told: &Twofold, text: &str) -> String {
    history(&[Asked::of(text, told)], told, Style::Plain)
}

#[test]
fn a_history_shows_places_and_source_lines() {
    insta::assert_snapshot!(asked(&told(&[]), "agents.metadata"), @"
    column public.agents.metadata, there at the end
      001_agents.sql:4:3: added
          metadata text
      003_rebuild.sql:3:12: dropped with table public.agents
          DROP TABLE agents CASCADE;
      003_rebuild.sql:4:13: its table was made again without it
          ALTER TABLE agents_new RENAME TO agents;
      004_metadata.sql:1:31: added
          ALTER TABLE agents ADD COLUMN metadata text;
    ");
}

#[test]
fn what_is_left_out_is_told_in_another_mood() {
    insta::assert_snapshot!(asked(&told(&["004"]), "agents.metadata"), @"
    column public.agents.metadata, not there at the end
      001_agents.sql:4:3: added
          metadata text
      003_rebuild.sql:3:12: dropped with table public.agents
          DROP TABLE agents CASCADE;
      003_rebuild.sql:4:13: its table was made again without it
          ALTER TABLE agents_new RENAME TO agents;
      004_metadata.sql:1:31: excluded (not yet): would add it
          ALTER TABLE agents ADD COLUMN metadata text;
    ");
}

#[test]
fn the_history_of_a_table_shows_what_came_to_its_parts() {
    insta::assert_snapshot!(asked(&told(&[]), "table skills"), @r#"
    table public.skills, there at the end
      002_skills.sql:1:14: made
          CREATE TABLE skills (agent int REFERENCES agents (id), level int);
      003_rebuild.sql:3:12: constraint public.skills.skills_agent_fkey: dropped with table public.agents
          DROP TABLE agents CASCADE;
      005_skills_again.sql:2:28: kept: IF NOT EXISTS, and it was there
          CREATE TABLE IF NOT EXISTS skills (agent int, name text);
      006_"odd"|name.sql:1:13: rows inserted, by 2 statements
          INSERT INTO skills VALUES (1);
    "#);
}

#[test]
fn a_column_that_was_swallowed_names_by_whom() {
    insta::assert_snapshot!(asked(&told(&[]), "skills.name"), @"
    column public.skills.name, not there at the end
      005_skills_again.sql:2:47: not made: IF NOT EXISTS kept what was there already, made at 002_skills.sql:1:14
          CREATE TABLE IF NOT EXISTS skills (agent int, name text);
    ");
}

#[test]
fn names_alike_are_offered() {
    insta::assert_snapshot!(asked(&told(&[]), "agnts"), @"
    agnts: no migration speaks of it
      did you mean table public.agents, or column public.skills.agent, or table public.agents_new?
    ");
}

#[test]
fn a_graph_is_a_table_and_notes() {
    let told = told(&["004"]);
    insta::assert_snapshot!(graph_table(&GraphView::of(&told), Style::Plain), @r#"
    file                                  requires          creates                         used by
    001_agents.sql                        extension vector  extension vector; table agents  002, 003
    002_skills.sql                        001 (agents)      table skills                    006
    003_rebuild.sql                       001 (agents)      table agents_new, agents        004
    004_metadata.sql (excluded: not yet)  003 (agents)      column metadata of agents
    005_skills_again.sql                  mentions 002
    006_"odd"|name.sql                    002 (skills)      changes table skills

    critical path: 001 → 003 → 004
    005_skills_again.sql:1:18: DEPENDS names 009, which is no migration here
    defined twice: table public.skills, there at 002_skills.sql:1:14, here at 005_skills_again.sql:2:28 (only there: level; only here: name; agent: integer references agents (id) there, integer here)
    "#);
}

#[test]
fn a_markdown_table_keeps_its_columns() {
    let told = told(&[]);
    insta::assert_snapshot!(graph_markdown(&GraphView::of(&told)), @r#"
    | file | requires | creates | used by |
    |---|---|---|---|
    | 001_agents.sql | extension vector | extension vector; table agents | 002, 003 |
    | 002_skills.sql | 001 (agents) | table skills | 006 |
    | 003_rebuild.sql | 001 (agents) | table agents_new, agents | 004 |
    | 004_metadata.sql | 003 (agents) | column metadata of agents |  |
    | 005_skills_again.sql | mentions 002 |  |  |
    | 006_"odd"\|name.sql | 002 (skills) | changes table skills |  |

    - critical path: 001 → 003 → 004
    - 005_skills_again.sql:1:18: DEPENDS names 009, which is no migration here
    - defined twice: table public.skills, there at 002_skills.sql:1:14, here at 005_skills_again.sql:2:28 (only there: level; only here: name; agent: integer references agents (id) there, integer here)
    "#);
}

#[test]
fn drawings_quote_what_has_to_be_quoted() {
    let told = told(&["004"]);
    let view = GraphView::of(&told);
    insta::assert_snapshot!(mermaid(&view), @r#"
    flowchart LR
        m0["001_agents.sql"]
        m1["002_skills.sql"]
        m2["003_rebuild.sql"]
        m3["004_metadata.sql"]:::excluded
        m4["005_skills_again.sql"]
        m5["006_#quot;odd#quot;|name.sql"]
        e0{{"extension vector"}}
        m0 --> m1
        m0 --> m2
        m2 --> m3
        m1 --> m5
        e0 -.-> m0
        classDef excluded stroke-dasharray: 5 5
    "#);
    insta::assert_snapshot!(dot(&view), @r#"
    digraph migrations {
        rankdir=LR;
        node [shape=box];
        m0 [label="001_agents.sql"];
        m1 [label="002_skills.sql"];
        m2 [label="003_rebuild.sql"];
        m3 [label="004_metadata.sql", style=dashed];
        m4 [label="005_skills_again.sql"];
        m5 [label="006_\"odd\"|name.sql"];
        e0 [label="extension vector", shape=hexagon];
        m0 -> m1;
        m0 -> m2;
        m2 -> m3;
        m1 -> m5;
        e0 -> m0 [style=dashed];
    }
    "#);
}

#[test]
fn json_has_stable_names() {
    let told = told(&["004"]);
    let cases = ["case".to_owned()];
    let asked = [Asked::of("skills.name", &told)];
    insta::assert_snapshot!(history_json(&[(&cases, &asked, &told)], ReadFrom::Files), @r#"
    {
      "version": 1,
      "read_from": "files",
      "histories": [
        {
          "cases": [
            "case"
          ],
          "asked": [
            {
              "text": "skills.name",
              "objects": [
                {
                  "object": "column public.skills.name",
                  "there_at_end": false,
                  "happenings": [
                    {
                      "object": "column public.skills.name",
                      "effect": "swallowed",
                      "by": "002_skills.sql:1:14",
                      "words": "not made: IF NOT EXISTS kept what was there already",
                      "inside": "statement",
                      "known_from": "files",
                      "migration": "005_skills_again.sql",
                      "file": "005_skills_again.sql",
                      "line": 2,
                      "column": 47,
                      "source": "CREATE TABLE IF NOT EXISTS skills (agent int, name text);",
                      "definition": "text"
                    }
                  ]
                }
              ],
              "did_you_mean": []
            }
          ]
        }
      ]
    }
    "#);
    let text = graph_json(&[(&cases, &GraphView::of(&told))], ReadFrom::Files);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let graph = &value["graphs"][0];
    assert_eq!(graph["critical_path"].as_array().unwrap().len(), 3);
    insta::assert_snapshot!(serde_json::to_string_pretty(&graph["migrations"][3]).unwrap(), @r#"
    {
      "changes": [],
      "creates": [
        "column public.agents.metadata"
      ],
      "excluded": "not yet",
      "file": "004_metadata.sql",
      "mentions": [],
      "migration": "004_metadata.sql",
      "outside": [],
      "requires": [
        {
          "migration": "003_rebuild.sql",
          "through": [
            {
              "made_at": {
                "column": 13,
                "file": "003_rebuild.sql",
                "line": 4
              },
              "needed_at": {
                "column": 31,
                "file": "004_metadata.sql",
                "line": 1
              },
              "object": "table public.agents"
            },
            {
              "made_at": {
                "column": 12,
                "file": "003_rebuild.sql",
                "line": 3
              },
              "needed_at": {
                "column": 31,
                "file": "004_metadata.sql",
                "line": 1
              },
              "object": "column public.agents.metadata"
            }
          ]
        }
      ],
      "used_by": []
    }
    "#);
    insta::assert_snapshot!(serde_json::to_string(&graph["depends"]).unwrap(), @r#"[{"at":{"column":18,"file":"005_skills_again.sql","line":1},"finding":"missing","migration":"005_skills_again.sql","on":"009"}]"#);
    insta::assert_snapshot!(serde_json::to_string(&graph["defined_twice"]).unwrap(), @r#"[{"differences":["column public.skills.agent: integer references agents (id) in the first, integer in the second","column public.skills.name: only in the second","column public.skills.level: only in the first"],"first":{"column":14,"file":"002_skills.sql","line":1},"object":"table public.skills","second":{"column":28,"file":"005_skills_again.sql","line":2}}]"#);
}
