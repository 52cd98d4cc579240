//! Reads a folder made of the fuzzer's bytes by every layout, and splits what comes out of it. Nothing
//! may panic, hang, or lose a byte.
//!
//! An input is files: a path, a zero byte, the content, and a byte 0xff before the next path.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use migration_replay::migration::layout::{self, Folder, FolderFile, Known};
use migration_replay::migration::split::{Dialect, split_as};
use migration_replay::migration::{Script, Variables};
use migration_replay::place::Located;

fuzz_target!(|input: &[u8]| {
    let folder = folder_of(input);
    for file in &folder.files {
        if let Ok(text) = std::str::from_utf8(&file.bytes) {
            for dialect in [Dialect::Psql, Dialect::Server, Dialect::ServerAndCopy] {
                check_pieces(text, dialect);
            }
        }
    }
    let none = Variables::default();
    let values = BTreeMap::from([("a".to_owned(), "b".to_owned()), ("A".to_owned(), ";".to_owned())]);
    for name in layout::names() {
        let name = Located::unplaced(name.to_owned());
        for variables in [&none, &Variables(values.clone())] {
            if let Ok(set) = layout::read(&folder, Some(&name), None, variables, Known::default()) {
                for migration in set.migrations() {
                    check_script(&migration.up);
                    migration.down.iter().chain(&migration.verify).for_each(check_script);
                    if let Some(ledger) = &set.ledger {
                        std::hint::black_box((ledger.record)(migration));
                    }
                }
            }
        }
    }
});

fn folder_of(input: &[u8]) -> Folder {
    let files = input.split(|byte| *byte == 0xff).filter_map(|file| {
        let zero = file.iter().position(|byte| *byte == 0)?;
        let path = std::str::from_utf8(&file[..zero]).ok()?;
        let is_plain = !path.is_empty() && !path.contains("..") && !path.starts_with('/');
        is_plain.then(|| FolderFile::new(path, &file[zero + 1..]))
    });
    let mut files: Vec<_> = files.take(20).collect();
    files.sort_by(|left, right| left.relative.cmp(&right.relative));
    Folder { path: "migrations".into(), files, beside: Vec::new() }
}

fn check_pieces(text: &str, dialect: Dialect) {
    for piece in split_as(text, dialect).pieces {
        assert!(piece.span.start < piece.span.end && piece.span.end <= text.len());
        std::hint::black_box(piece.text(text));
    }
}

/// Every statement has a text, and a place in the file.
fn check_script(script: &Script) {
    for statement in script.statements() {
        std::hint::black_box(script.text_of(statement));
        std::hint::black_box(script.place_of(statement).line_column());
        std::hint::black_box(script.place_of_error(statement.span.start, 3).line_column());
    }
    script.server_object();
    script.marks_session();
}
