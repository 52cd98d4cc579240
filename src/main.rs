//! The `migration-replay` program.
fn main() {}
