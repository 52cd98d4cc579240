//! Integration tests: one binary. Servers are real; without Docker the tests that need it say so, and
//! fail where `CI=true`.
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failing test may say so bluntly"
)]

mod support;

mod architecture;
mod awkward_rows;
mod backends;
mod base;
mod base_and_rows;
mod baseline;
mod catalog_and_dump;
mod catalog_notices;
mod catalog_read_again;
mod cause_pages;
mod causes;
mod check;
mod ci_reports;
mod describe;
mod exclusion_lists;
mod exclusions;
mod expectations;
mod explain;
mod first_scenarios;
mod generated_rows;
mod git_ref;
mod guards;
mod history;
mod history_and_graph;
mod hooks_and_workflows;
mod input;
mod input_of_seeds;
mod isolation;
mod junit_is_strict;
mod keeping;
mod layouts;
mod leftovers;
mod lineage_agrees_with_the_server;
mod listed;
mod lock;
mod locks_agree_with_the_server;
mod numbering;
mod old_databases;
mod old_passes;
mod orders;
mod preflight;
mod qualify;
mod repro;
mod retire;
mod rows_accounted_for;
mod rows_by_cascade;
mod rows_by_file;
mod rows_of_one_release;
mod rule_pages;
mod runner;
mod scenarios;
mod seeds;
mod setting_up;
mod shards;
mod splitter_agrees_with_psql;
mod status;
mod table_locks;
mod tls;
mod variables_agree_with_psql;
mod verify;
mod ways_down;
mod with_a_server;
