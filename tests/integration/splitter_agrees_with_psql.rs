//! psql as the judge of the splitter: both cut the same scripts, and what psql wrote into its log (`-L`) must be what
//! the splitter gives.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use migration_replay::migration::split::{PieceKind, split, tokens};

/// Scripts in which a statement's end, or COPY's data, is easy to get wrong. They may fail on the server; what counts is
/// what psql sends.
const SCRIPTS: &[&str] = &[
    "select 1; select 2\n;\n\n;; select 3",
    "\u{feff}select 1;\r\nselect\r\n2;\r\n",
    "-- a;\n/* b; /* c; */ d; */ select 1 -- e;\n+ 2; -- f",
    "select ';', 'it''s;', E'\\';', e'\\\\', U&';', n';', b'0', \"a;\"\"b\"; select 2;",
    "select '\\'; select E'a'\n'\\';b'; select E'a' -- c\n '\\';b'; select E'a' '\\'; select 2;",
    "select E'a' /* c\n */ '\\'; select 1;",
    "set standard_conforming_strings = off;\nselect '\\';'; select b'\\'; reset standard_conforming_strings;\nselect '\\'; a",
    "set standard_conforming_strings to 'off';\nselect U&'\\'; select n'\\';'; select 2;",
    "do $$ begin; $x$; end $$; do $a$ $$; $b$; $a$; do $a$;$$a$; do $\u{e9}1$;$\u{e9}1$; select 2;",
    "select $1; select $2$; select a$b$; select 1$c$; $c$; select 3;",
    "select (1; 2); select 3); select 4; select a[1; 2];",
    "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 2;",
    "create or replace procedure p() language sql begin atomic select 1; end; select 2;",
    "create function g(a int default (case 1 when 1 then 2 end)) returns int return a; select 2;",
    "create function \"begin\"() returns int as 'select 1; select 2;' language sql; select 2;",
    "create or replace view v as select 1 as begin; select 2;",
    "create temp rule r as on insert to t do (select 1; select 2); select 3;",
    "select 1\\; select 2\\; select ';'; select 3; select 1\\:\\:int;",
    "select 1\n\\echo hello\n+ 2; \\set a 'b;c' \\\\ select 3;\n\\pset null x \\pset null y\nselect 4 \\g\nselect 5\n\\g\n",
    "select (1 \\r\nselect 2; \\echo ; 'a\\'b' ;\nselect 3;",
    "select 1 as a \\gset\nselect 2 \\gdesc\nselect 'select 3' where false \\gexec\nselect 4;",
    "create temp table t (a text);\ncopy t from stdin;\n1;\n'2\n\\.x\n\\\\.\n \\.\n\\.\nselect 1;",
    "create temp table t (a text, \"from;\" text);\nCOPY t (a, \"from;\") FROM STDIN WITH (FORMAT csv); -- c\na,\"b;\n\\.\nselect 1;",
    "create temp table t (a text);\r\ncopy t from stdin;\r\n1;\r\n\\.\r\nselect 1;\r\n",
    "create temp table t (a text);\ncopy t from stdin;\n\\.\ncopy t to stdout;\ncopy (select 1) to stdout;\nselect 1;",
    "create temp table t (a text);\n\\copy t from stdin\n1;\n2;\n\\.\nselect 1;\ncopy t from stdin \\g\n3;\n\\.\nselect 2;",
    "create temp table t (a text);\nselect 1\\; copy t from stdin;\n1;\n\\.\nselect 2;",
    "select 1; select 'never closed;\nselect 2;",
    "select 1; /* never closed;\nselect 2;",
    "select 1; do $a$ never; $b$ closed;",
    "select 1; select (2;\nselect 3;",
];

/// What the scripts that chance makes consist of.
const FRAGMENTS: &[&str] = &[
    "'",
    "''",
    "E'",
    " e'\\'",
    "\"",
    "$$",
    "$a$",
    "$a",
    "$1 ",
    "a$b$",
    "--",
    "-",
    "/*",
    "*/",
    "/",
    "*",
    "(",
    ")",
    ";",
    "; ",
    "\\;",
    "\n",
    "\r\n",
    " ",
    "select ",
    "x",
    "create function f() ",
    "create or replace procedure p ",
    "begin ",
    "case ",
    "end ",
    "U&'",
    "B'",
    "1 ",
    "\\echo y\n",
    "2 \\echo z \\\\",
    "\\g\n",
    "\\r\n",
    "+",
    "@",
    "\\'",
];

/// How many scripts chance makes.
pub(crate) const BY_CHANCE: u64 = 60;

/// Compares the splitter with psql, which connects to the server at `url`. Says what differs.
pub(crate) fn check(url: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let by_chance = (0..BY_CHANCE).map(|seed| script_by_chance(FRAGMENTS, seed));
    let mut differences = String::new();
    for script in SCRIPTS.iter().map(ToString::to_string).chain(by_chance) {
        let ours = sent_by_splitter(&script);
        let psql = sent_by_psql(url, &script, &[], folder.path())?;
        if ours != psql {
            let _ = writeln!(differences, "{script:?}\n  psql {psql:#?}\n  ours {ours:#?}");
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

/// A linear congruential generator will do: the scripts need to be odd, not random.
pub(crate) fn script_by_chance(from: &[&'static str], seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let fragments = u64::try_from(from.len()).unwrap_or(1);
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from((state >> 33) % fragments).unwrap_or(0);
        from[index]
    };
    (0..30).map(|_| next()).collect()
}

fn sent_by_splitter(script: &str) -> Vec<String> {
    let pieces = split(script).pieces.into_iter().filter(|piece| piece.kind != PieceKind::Meta);
    comparable(pieces.map(|piece| piece.text(script).into_owned()))
}

/// What psql sends of a script, given variables.
pub(crate) fn sent_by_psql(
    url: &str,
    script: &str,
    variables: &[(&str, &str)],
    folder: &Path,
) -> Result<Vec<String>, String> {
    let (file, log) = (folder.join("script.sql"), folder.join("queries.log"));
    fs::write(&file, script).map_err(|error| error.to_string())?;
    fs::write(&log, "").map_err(|error| error.to_string())?;
    let mut psql = Command::new("psql");
    psql.args(["--no-psqlrc", "--quiet", "--output", "/dev/null", "--file"])
        .arg(&file)
        .arg("--log-file")
        .arg(&log)
        .args(variables.iter().map(|(name, value)| format!("--set={name}={value}")));
    let output = psql
        .arg(url)
        .env("PGCLIENTENCODING", "UTF8")
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.code() == Some(2) {
        return Err(format!("psql could not connect: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let log = fs::read_to_string(&log).map_err(|error| error.to_string())?;
    Ok(comparable(queries(&log)))
}

/// The queries of a log, each between two lines of asterisks, which since psql 17 are comments.
fn queries(log: &str) -> impl Iterator<Item = String> {
    let opening = ["********* QUERY **********\n", "/******** QUERY *********/\n"];
    let closing = ["\n**************************\n", "\n/************************/\n"];
    let style = usize::from(log.contains(opening[1]));
    let blocks = log.split(opening[style]).skip(1);
    blocks.map(move |block| block.split(closing[style]).next().unwrap_or(block).to_owned())
}

/// Leaves out what is only a matter of writing: comments, blanks, the final semicolon, capital letters;
/// and repetitions, for `\g` after nothing sends the last query again.
pub(crate) fn comparable(queries: impl Iterator<Item = String>) -> Vec<String> {
    let shown = |query: String| {
        let tokens: Vec<_> = tokens(&query).map(|token| token.text.to_lowercase()).collect();
        let text = tokens.join(" ");
        text.trim_matches([';', ' ']).to_owned()
    };
    let mut queries: Vec<_> = queries.map(shown).filter(|query| !query.is_empty()).collect();
    queries.dedup();
    queries
}
