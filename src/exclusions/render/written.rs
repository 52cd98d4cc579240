//! What was written, as text for people.

use std::fmt::Write;

use super::words::{counted, in_short, listed, why_it_falls};
use crate::exclusions::{Proof, WrittenFolder, WrittenStubs, are_proven};
use crate::place::Problems;
use crate::report::{Style, Tone, render_found, render_problems};

/// The folder without what is left out.
pub(super) fn folder(written: &Result<WrittenFolder, Problems>, style: Style) -> String {
    let written = match written {
        Ok(written) => written,
        Err(problems) => return render_problems(problems, style) + "\n",
    };
    let migrations = counted(written.migrations, "migration", "migrations");
    let heading = format!("{}: {migrations}, {}", written.path.display(), verdict(&written.proofs));
    let without = format!("  without {}\n", listed(&written.without));
    heading_of(&written.proofs, &heading, style) + &without + &failures(&written.proofs, style)
}

/// The stubs, and how to use them.
pub(super) fn stubs(written: &Result<WrittenStubs, Problems>, style: Style) -> String {
    let written = match written {
        Ok(written) => written,
        Err(problems) => return render_problems(problems, style) + "\n",
    };
    if written.lacking.is_empty() {
        let why = "no stubs: the server offers every extension that the files create";
        return style.paint(Tone::Doubtful, why) + "\n";
    }
    let mut text = heading_of(&written.proofs, &about_stubs(written), style);
    for file in &written.files {
        let _ = writeln!(text, "  {}", file.path.display());
        for without in &file.without {
            let line = format!("    without {}", crate::report::first_line(without));
            let _ = writeln!(text, "{}", style.paint(Tone::Dim, &line));
        }
    }
    for fall in &written.kept {
        let why = crate::report::first_line(&why_it_falls(fall));
        let _ = writeln!(text, "  left out all the same: {}, which {why}", fall.migration);
    }
    text.push_str(&failures(&written.proofs, style));
    if !written.files.is_empty() {
        text.push_str("  to use them, in the scenario, instead of `migrations = …`:\n\n");
        text.push_str(&provide(written));
    }
    text
}

/// `stubs: 6 stubs for servers without vector, which pass (proven by a replay)`
pub(super) fn about_stubs(written: &WrittenStubs) -> String {
    let lacking = written.lacking.join(", ");
    if written.files.is_empty() {
        return format!("no stubs: no file can do without {lacking}");
    }
    let files = counted(written.files.len(), "stub", "stubs");
    let path = written.path.display();
    format!("{path}: {files} for servers without {lacking}, {}", verdict(&written.proofs))
}

/// The table of the scenario that takes them.
pub(super) fn provide(written: &WrittenStubs) -> String {
    let quoted = |path: &std::path::Path| super::list::quoted(&path.to_string_lossy());
    let mut table =
        format!("[migrations]\npath = {}\n\n[migrations.provide]\n", quoted(&written.source));
    for file in &written.files {
        let _ = writeln!(table, "{} = {}", quoted(&file.stands_for), quoted(&file.named));
    }
    table
}

pub(super) fn verdict(proofs: &[Proof]) -> String {
    match proofs.iter().find_map(|proof| Some((proof, proof.failure.as_ref()?))) {
        None if are_proven(proofs) => "which pass (proven by a replay)".to_owned(),
        None => "not proven".to_owned(),
        Some((proof, found)) => format!("which do not pass {}: {}", proof.case, in_short(found)),
    }
}

fn heading_of(proofs: &[Proof], heading: &str, style: Style) -> String {
    let tone = if are_proven(proofs) { Tone::Good } else { Tone::Bad };
    style.paint(tone, heading) + "\n"
}

fn failures(proofs: &[Proof], style: Style) -> String {
    let mut text = String::new();
    for proof in proofs {
        if let Some(found) = &proof.failure {
            let _ = write!(text, "\n{}\n", render_found(found, &found.error.message, style));
        }
    }
    text
}
