/// Why a command stops a replay, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

/// Commands that only change what psql prints, or psql itself in a way that changes nothing here.
const WITHOUT_EFFECT: &[&str] = &[
    "?",
    "C",
    "H",
    "T",
    "a",
    "cd",
    "conninfo",
    "copyright",
    "crosstabview",
    "echo",
    "encoding",
    "errverbose",
    "f",
    "g",
    "gx",
    "h",
    "help",
    "html",
    "l",
    "l+",
    "list",
    "list+",
    "lo_list",
    "lo_list+",
    "p",
    "print",
    "pset",
    "qecho",
    "r",
    "reset",
    "restrict",
    "setenv",
    "sf",
    "sf+",
    "sv",
    "sv+",
    "t",
    "timing",
    "title",
    "unrestrict",
    "warn",
    "x",
    "z",
    "z+",
];

const PUT_IN_PLACE: &str = "put that file's content in place, or list the files in their order: \
                            migrations = { path = \"…\", files = [\"a.sql\", \"b.sql\"] }";
const ONE_DATABASE: &str = "each case has one database: give its name with `database` under [setup], and move what is for \
                            another database out of the folder";
const GIVE_VALUE: &str = "give the value under [setup]: variables = { name = \"value\" }";
const SQL_INSTEAD: &str = "write it as SQL, such as a DO block";
const NO_FILES: &str = "take it out: a replay writes no files and runs no programs";
const COPY_IN_PLACE: &str =
    "put the rows into the script: \\copy … from stdin, the rows, and a line \\.";

/// Commands that are known and refused: name, what it does, what to do instead.
const REFUSED: &[(&[&str], &str, &str)] = &[
    (&["i", "ir", "include", "include_relative"], "runs another file", PUT_IN_PLACE),
    (&["c", "connect"], "leaves for another database or role", ONE_DATABASE),
    (&["!"], "runs a program", NO_FILES),
    (&["o", "out", "w", "write", "s"], "writes a file", NO_FILES),
    (
        &["gset"],
        "sets variables to what a query gives, which is not known before it ran",
        GIVE_VALUE,
    ),
    (&["getenv"], "sets a variable to what the environment holds", GIVE_VALUE),
    (&["prompt"], "asks somebody for a value", GIVE_VALUE),
    (&["gexec"], "runs what a query gives", "write a DO block that executes it"),
    (&["gdesc"], "only describes the statement before it", "end the statement with a semicolon"),
    (&["watch"], "runs a statement again and again", "end the statement with a semicolon"),
    (&["password"], "asks somebody for a password", "write ALTER ROLE … PASSWORD"),
    (&["e", "edit", "ef", "ev"], "opens an editor", SQL_INSTEAD),
    (&["lo_import"], "reads a file", "write it as SQL: lo_from_bytea(…)"),
    (&["lo_export"], "writes a file", NO_FILES),
    (&["lo_unlink"], "removes a large object", "write it as SQL: lo_unlink(…)"),
    (
        &["set", "unset", "if", "elif", "else", "endif", "q", "quit"],
        "is obeyed in whole psql scripts only",
        SQL_INSTEAD,
    ),
];

/// What is wrong with a backslash command where it would be obeyed; `None` where it changes nothing.
#[must_use]
pub fn refusal(command: &str) -> Option<Refusal> {
    let (name, arguments) = parts(command);
    let refuse = |why: &str, help| {
        Some(Refusal { message: format!("the psql command \\{name} {why}"), help })
    };
    if arguments.contains('`') {
        return refuse("has the output of a program in it", GIVE_VALUE);
    }
    if name == "set" && arguments.split_whitespace().next() == Some("ON_ERROR_STOP") {
        return None;
    }
    let known = REFUSED.iter().find(|(names, ..)| names.contains(&name));
    if let Some((_, why, help)) = known {
        return refuse(why, help);
    }
    match name {
        "copy" => refuse("reads or writes a file", COPY_IN_PLACE),
        "g" | "gx" if !arguments.is_empty() && !arguments.starts_with('(') => {
            refuse("with a file writes to it", "end the statement with a semicolon")
        }
        _ if WITHOUT_EFFECT.contains(&name) || name.starts_with('d') => None,
        _ => refuse("is not supported", "write the script in SQL alone"),
    }
}

/// The name of a command, and what follows it.
pub(super) fn parts(command: &str) -> (&str, &str) {
    let command = command.strip_prefix('\\').unwrap_or(command);
    let end = command.find(|c: char| c.is_ascii_whitespace() || c == '\\');
    // `\!ls` and the like need no blank after their name.
    let end = if command.starts_with('!') { Some(1) } else { end };
    let (name, arguments) = command.split_at(end.unwrap_or(command.len()));
    (name, arguments.trim())
}
