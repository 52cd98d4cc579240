//! psql as the judge of its own language: variables, `\set`, `\if` and `\q`, as `psql::read` obeys them before anything runs,
//! must give what psql sends.

use std::fmt::Write as _;

use migration_replay::migration::{StatementKind, Variables, psql};
use migration_replay::place::SourceText;

use crate::splitter_agrees_with_psql::{BY_CHANCE, comparable, script_by_chance, sent_by_psql};

const GIVEN: &[(&str, &str)] = &[
    ("s", "app"),
    ("n", "3"),
    ("q", "it's"),
    ("b", "a\\b"),
    ("d", "say \"hi\""),
    ("deep", ":n + :n"),
    ("two", "1; select 2"),
    ("t", "on"),
    ("empty", ""),
];

const SCRIPTS: &[&str] = &[
    "select :n, :'q', :'b', :\"s\", :\"d\", :{?n}, :{?none}, :none, :'none', :\"none\", :deep;",
    "select ':n', \":n\", $$:n$$, $a$ :n $$ $a$, E'\\':n' -- :n\n, /* :n /* :n */ */ 1; select b':n', U&':n', n':n';",
    "select 1::n, 1:::n, 1::::n, a:=:n, a[1:n], a[:n:none], a[1:none], :n:n, :n:'q', : n, :, :-n, x:n;",
    "select \\:n, \\::n, 1\\:\\:int, '{}' \\:n;",
    "select :two; select 3;",
    "\\set n 4 :n\nselect :n; \\set n :n\nselect :n; \\unset n\nselect :n, :{?n};",
    "\\set a x y  'z  z' \"u v\" u'v'w ''\nselect :'a'; \\set a\nselect :'a', :{?a}; \\set a ''\nselect :'a';",
    "\\set a 'x\\ty\\n\\\\z\\x41\\101\\7''\\q'\nselect :'a'; \\set a a::n :'q' :\"d\" :{?n} :none :'none' ':n' \":n\"\nselect :'a';",
    "\\set a 1; \nselect :'a'; \\set a 1 \\\\ select :a; \\set b 2\\set c 3\\\\select :b, :c;",
    "\\set a ':a'\nselect :a; \\set a ':c'\n\\set c ':a'\nselect :a;",
    "\\if :t\nselect 1;\n\\else\nselect 2;\n\\endif\nselect 3;",
    "\\if :{?none}\nselect 1;\n\\elif :{?n}\nselect 2;\n\\elif true\nselect 3;\n\\else\nselect 4;\n\\endif\nselect 5;",
    "\\if off\n\\if true\nselect 1;\n\\else\nselect 2;\n\\endif\n\\set n 9\n\\i nowhere.sql\n\\q\n\\else\nselect :n;\n\\endif",
    "select 1\n\\if t\n, 2\n\\else\n, 3\n\\endif\n, 4; select (5\n\\if f\n(6\n\\endif\n);",
    "\\if n\nselect ' \\endif ; ';\n-- \\endif\nselect $$ \\endif $$;\n\\endif\nselect 2;",
    "\\if 1 \\\\ select 1; \\else \\\\ select 2; \\endif \\\\ select 3;",
    "select 1; \\if 1\nselect 2 \\q\nselect 3;",
    "\\if y\nselect 1 \\g\n\\endif\nselect :n \\gx\nselect 2 \\r\nselect :n;",
    "create temp table t (a text);\ncopy t from stdin;\n:n\n\\.\nselect :n;\n\\copy t from stdin\n:q\n\\.\nselect :'q';",
    "\\set ON_ERROR_STOP 0\n\\set QUIET on\n\\echo :n\n\\dt :n\n\\pset pager off\nselect :n;",
    "select :n\n\\echo x\n+ :n; select :\u{e9}, :'\u{e9}';\n\\set \u{e9} 7\nselect :\u{e9}, :n\u{e9};",
];

/// What the scripts that chance makes consist of. Quotes come in pairs: what a value would open does not
/// reach beyond it.
const FRAGMENTS: &[&str] = &[
    ":n",
    ":'q'",
    ":\"d\"",
    ":{?n}",
    ":{?none}",
    ":none",
    ":",
    "::",
    ":=",
    ":deep",
    "n",
    "'n'",
    "\"n\"",
    "'",
    "\"",
    "$$",
    "[1:n]",
    "--",
    "\n",
    " ",
    "select ",
    ";",
    "\\:",
    "\\;",
    "(",
    ")",
    "\n\\set n 5\n",
    "\n\\set a :n x\n",
    ":a",
    "\n\\unset n\n",
    "1",
    "+ ",
    "\n\\if 1\n",
    "\n\\if 0\n",
    "\n\\else\n",
    "\n\\endif\n",
    "/* ",
    " */",
    "E'\\'",
    "\\echo x\n",
];

/// Compares with psql, which connects to the server at `url`. Says what differs.
pub(crate) fn check(url: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let by_chance = (0..BY_CHANCE).map(|seed| script_by_chance(FRAGMENTS, seed));
    let mut differences = String::new();
    let mut compared = 0;
    for script in SCRIPTS.iter().map(ToString::to_string).chain(by_chance) {
        let ours = match sent_by_us(&script) {
            Ok(ours) => ours,
            // Scripts of chance may close what was never open.
            Err(_) if !SCRIPTS.contains(&script.as_str()) => continue,
            Err(refused) => return Err(format!("{script:?} is refused: {refused}")),
        };
        let psql = sent_by_psql(url, &script, GIVEN, folder.path())?;
        compared += 1;
        if ours != psql {
            let _ = writeln!(differences, "{script:?}\n  psql {psql:#?}\n  ours {ours:#?}");
        }
    }
    assert!(compared > SCRIPTS.len(), "no script of chance was fit");
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

fn sent_by_us(script: &str) -> Result<Vec<String>, String> {
    let given = GIVEN.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let script = psql::read(SourceText::new("script.sql", script), &Variables(given.collect()));
    if script.refusals().has_errors() {
        return Err(script.refusals().to_string());
    }
    let sent = script.statements().iter().filter(|it| it.kind != StatementKind::Meta);
    Ok(comparable(sent.map(|statement| script.text_of(statement).into_owned())))
}
