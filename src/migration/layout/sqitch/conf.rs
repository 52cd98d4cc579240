use std::collections::BTreeMap;

use crate::migration::Variables;

/// The settings of a `sqitch.conf`, which is written as those of git are.
#[derive(Debug, Default)]
pub(super) struct Conf {
    /// By section, such as `engine.pg`, and key.
    values: BTreeMap<(String, String), String>,
}

impl Conf {
    pub(super) fn parse(text: &str) -> Self {
        let mut conf = Self::default();
        let mut section = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[') {
                let header = header.split(']').next().unwrap_or_default();
                section = section_of(header);
            } else if !line.is_empty() && !line.starts_with(['#', ';']) {
                let (key, value) = line.split_once('=').unwrap_or((line, "true"));
                let entry = (section.clone(), key.trim().to_owned());
                conf.values.insert(entry, value_of(value.trim()));
            }
        }
        conf
    }

    /// The engine: that of the target, or the one that is named; `pg` where none is.
    pub(super) fn engine(&self) -> String {
        let of_uri = |uri: &str| uri.strip_prefix("db:")?.split(':').next().map(str::to_owned);
        let target = self.at("core", "target");
        let uri = target.and_then(|target| {
            if target.contains(':') {
                Some(target)
            } else {
                self.at(&format!("target.{target}"), "uri")
            }
        });
        match uri.and_then(of_uri).as_deref().or_else(|| self.at("core", "engine").map(str::trim)) {
            None | Some("pg" | "postgres" | "postgresql" | "pgsql") => "pg".into(),
            Some(other) => other.into(),
        }
    }

    /// A setting of the target, else of its engine, else of all.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let sections =
            [self.target_section().unwrap_or_default(), "engine.pg".into(), "core".into()];
        let values = sections.iter().filter_map(|section| self.at(section, key));
        values.into_iter().find(|value| !value.is_empty())
    }

    /// Variables for scripts; those of the target come last.
    pub(super) fn variables(&self) -> Variables {
        let sections = ["core", "deploy", "engine.pg"].map(str::to_owned);
        let mut variables = Variables::default();
        for section in sections.into_iter().chain(self.target_section()) {
            let section = format!("{section}.variables");
            let own = self.values.iter().filter(|((of, _), _)| *of == section);
            variables.0.extend(own.map(|((_, name), value)| (name.clone(), value.clone())));
        }
        variables
    }

    fn target_section(&self) -> Option<String> {
        let target = self.at("core", "target").or_else(|| self.at("engine.pg", "target"))?;
        Some(format!("target.{target}"))
    }

    fn at(&self, section: &str, key: &str) -> Option<&str> {
        let found = self
            .values
            .iter()
            .rfind(|((of, name), _)| of == section && name.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value.as_str())
    }
}

/// `engine "pg"` as `engine.pg`. The first part is of any case, the second as it is written.
fn section_of(header: &str) -> String {
    match header.split_once('"') {
        Some((section, rest)) => {
            let name = rest.trim_end().trim_end_matches('"');
            format!("{}.{name}", section.trim().to_ascii_lowercase())
        }
        None => header.trim().to_ascii_lowercase(),
    }
}

/// A value without quotes and without the comment that follows it.
fn value_of(written: &str) -> String {
    let mut value = String::new();
    let mut is_quoted = false;
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => is_quoted = !is_quoted,
            '#' | ';' if !is_quoted => break,
            '\\' => value.extend(rest.next().map(|c| match c {
                'n' => '\n',
                't' => '\t',
                other => other,
            })),
            other => value.push(other),
        }
    }
    if written.starts_with('"') { value } else { value.trim_end().to_owned() }
}
