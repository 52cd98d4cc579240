use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::check::read_check;
use super::expect::Pass;
use super::fields::{Fields, File};
use super::parse_expect::{read_accept, read_expect};
use super::parse_migrations::read_migrations;
use super::parse_seed::{read_history, read_interrupted, read_releases, refuse_clashes};
use super::parse_setup::read_setup;
use super::runner::read_runner;
use super::{
    Defaults, Exclusion, Judged, Limits, Reexecute, Replay, Rewrite, Scenario, Seed, SeedSql,
};
use crate::migration::{Order, Transaction};
use crate::place::{Located, Problem, Problems, SourceText};

/// Reads a scenario file.
///
/// Beside what could be made of it stands everything that is wrong with the file, each with its place
/// and an example of what is right. A scenario with errors is only good for finding more of them.
#[must_use]
pub fn parse(source: &SourceText, defaults: &Defaults) -> (Option<Scenario>, Problems) {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    if !errors.is_empty() {
        let problems = errors.iter().map(|error| syntax_problem(source, error));
        return (None, Problems(problems.collect()));
    }
    let file = File { source, problems: RefCell::default() };
    let span = 0..source.text().find('\n').unwrap_or(source.text().len());
    let fields = Fields::new(&file, "a scenario", table.into_inner(), span);
    let scenario = read(fields, defaults);
    let mut problems = file.problems.into_inner();
    problems.sort();
    (scenario, problems)
}

pub(super) fn syntax_problem(source: &SourceText, error: &toml::de::Error) -> Problem {
    let message = error.message().replace('\n', "; ");
    Problem::error(format!("this is not valid TOML: {message}"))
        .at(source.place(error.span().unwrap_or(0..0)))
        .help("quote texts, and write lists as [\"a\", \"b\"]")
}

fn read(mut fields: Fields<'_>, defaults: &Defaults) -> Option<Scenario> {
    let fields_source = fields.place().source().clone();
    let path = fields_source.path().to_owned();
    let description = fields.text("description", "description = \"V1.0 ships without pgvector\"");
    let migrations = read_migrations(&mut fields);
    let images = read_images(&mut fields).unwrap_or_else(|| defaults.images.clone());
    let exclude_from_env =
        fields.text("exclude_from_env", "exclude_from_env = \"MIGRATION_EXCLUDE\"");
    let exclude = fields
        .tables("exclude", "[[exclude]]")
        .into_iter()
        .filter_map(|table| read_exclusion(table, &images))
        .collect();
    let setup = fields.table("setup", "[setup]").map(read_setup).unwrap_or_default();
    let seeds = read_seeds(&mut fields);
    let replay = read_replay(&mut fields, &defaults.replay);
    let limits = read_limits(&mut fields, defaults.limits);
    let check = read_check(&mut fields, &defaults.check);
    let mut expect = fields
        .table("expect", "[expect]")
        .map(|table| read_expect(table, &seeds, &images))
        .unwrap_or_default();
    let accepts = fields.tables("accept", "[[accept]]").into_iter().filter_map(read_accept);
    expect.accepts = accepts.collect();
    fields.finish();
    Some(Scenario {
        name: path.file_stem().map(|stem| stem.to_string_lossy().into_owned())?,
        folder: path.parent().map(Path::to_owned).unwrap_or_default(),
        description: description.map(|text| text.value),
        migrations: migrations?,
        images,
        exclude_from_env,
        exclude,
        setup,
        seeds,
        replay,
        limits,
        check,
        expect,
        through: None,
        shared: defaults.text.clone(),
        source: Some(fields_source),
    })
}

/// Reads `image`: one, or a list without repetitions. `None` where the key is not there.
pub(super) fn read_images(fields: &mut Fields<'_>) -> Option<Vec<Located<String>>> {
    let is_given = fields.holds("image");
    let images = fields.texts("image", "image = [\"postgres:15\", \"postgres:17\"]");
    for (position, image) in images.iter().enumerate() {
        if images[..position].iter().any(|earlier| earlier.value == image.value) {
            let message = format!("the image {:?} is listed twice", image.value);
            fields.report(Problem::error(message).at_some(image.place.clone()));
        }
    }
    is_given.then_some(images)
}

fn read_exclusion(mut fields: Fields<'_>, images: &[Located<String>]) -> Option<Exclusion> {
    let migration = fields.required("migration", "migration = \"005\"");
    let reason = fields.required("reason", "reason = \"needs the vector extension\"");
    let issue = fields.text("issue", "issue = \"#123\"");
    let until = fields.text("until", "until = \"2027-03-01\"");
    let only = fields.texts("images", "images = [\"postgres:17\"]");
    for image in &only {
        if !images.iter().any(|known| known.value == image.value) {
            let message = format!("image {:?} is not one of this scenario's images", image.value);
            fields.report(
                Problem::error(message)
                    .at_some(image.place.clone())
                    .help("list it under `image` too"),
            );
        }
    }
    fields.finish();
    Some(Exclusion {
        migration: migration?,
        reason: reason?.value,
        issue: issue.map(|text| text.value),
        until,
        images: only.into_iter().map(|image| image.value).collect(),
    })
}

fn read_seeds(fields: &mut Fields<'_>) -> Vec<Seed> {
    let mut names = BTreeSet::new();
    let mut seeds = Vec::new();
    for mut table in fields.tables("seed", "[[seed]]") {
        let place = table.place();
        let name = table.text("name", "name = \"previous-release\"");
        let seed = read_seed(&mut table, name.as_ref());
        table.finish();
        let place = name.and_then(|name| name.place).unwrap_or(place);
        if seed.name.contains('/') {
            let message = format!("the seed name {:?} contains a slash", seed.name);
            fields.report(
                Problem::error(message)
                    .at(place.clone())
                    .help(format!("name = {:?}", seed.name.replace('/', "-"))),
            );
        }
        if !names.insert(seed.name.clone()) {
            let message = format!("two seeds are named {:?}", seed.name);
            fields.report(Problem::error(message).at(place).help("give each a `name` of its own"));
        }
        seeds.push(seed);
    }
    if seeds.is_empty() { vec![Seed::fresh()] } else { seeds }
}

/// More rows for each table make a replay slow and find nothing more.
const MOST_ROWS: usize = 10_000;

fn read_seed(table: &mut Fields<'_>, name: Option<&Located<String>>) -> Seed {
    let through = table.text("through", "through = \"045\"");
    let exclude_given = table.holds("exclude");
    let exclude = exclude_given.then(|| table.texts("exclude", "exclude = [\"008\"]"));
    let dump = table.text("dump", "dump = \"prod.dump\"");
    let sql = read_seed_sql(table);
    let git_ref = table.text("ref", "ref = \"v1.2\"");
    let releases = read_releases(table);
    let history = read_history(table);
    let interrupted = read_interrupted(table);
    let rows = table.count("rows", "rows = 50", MOST_ROWS);
    let image = table.text("image", "image = \"postgres:15\"");
    let unnamed = || match (&git_ref, &through, &interrupted) {
        (_, _, Some(it)) => format!("interrupted-{}", it.migration.value),
        (Some(reference), None, _) => reference.value.replace('/', "-"),
        (Some(reference), Some(version), _) => {
            format!("{}-through-{}", reference.value.replace('/', "-"), version.value)
        }
        (None, Some(version), _) => format!("through-{}", version.value),
        (None, None, _) if dump.is_some() || !sql.is_empty() => "seeded".into(),
        (None, None, _) if history.records_what_was_not_run() => "seeded".into(),
        (None, None, _) if releases.is_some() => "releases".into(),
        (None, None, _) if rows.is_some() => "rows".into(),
        (None, None, _) => "fresh".into(),
    };
    let seed = Seed {
        name: name.map_or_else(unnamed, |name| name.value.clone()),
        exclude,
        dump: dump.map(|file| file.map(PathBuf::from)),
        sql,
        rows,
        through,
        git_ref,
        releases,
        history,
        interrupted,
        image,
    };
    refuse_clashes(table, name, &seed);
    seed
}

const SEED_SQL_EXAMPLE: &str =
    "sql = [\"seeds/tenants.sql\", { after = \"031\", file = \"seeds/agents.sql\" }]";

fn read_seed_sql(table: &mut Fields<'_>) -> Vec<SeedSql> {
    let Some(value) = table.take("sql") else { return Vec::new() };
    let span = value.span();
    let items = match value.into_inner() {
        DeValue::Array(items) => items.into_iter().collect(),
        other => vec![toml::Spanned::new(span, other)],
    };
    items.into_iter().filter_map(|item| read_one_seed_sql(table, item)).collect()
}

fn read_one_seed_sql<'a>(table: &Fields<'a>, item: toml::Spanned<DeValue<'a>>) -> Option<SeedSql> {
    if let Some(text) = item.get_ref().as_str().filter(|text| !text.is_empty()) {
        let place = table.place().source().place(item.span());
        let file = Located { value: text.into(), place: Some(place) };
        return Some(SeedSql { file, after: None });
    }
    let mut fields = table.as_table("sql", item, SEED_SQL_EXAMPLE)?;
    let file = fields.required("file", "file = \"seeds/agents.sql\"");
    let after = fields.required("after", "after = \"031\"");
    fields.finish();
    Some(SeedSql { file: file?.map(PathBuf::from), after: Some(after?) })
}

/// Reads `[replay]`; what is not given is as in `base`.
pub(super) fn read_replay(parent: &mut Fields<'_>, base: &Replay) -> Replay {
    let mut replay = base.clone();
    let Some(mut fields) = parent.table("replay", "[replay]") else { return replay };
    let passes = fields.texts("passes", "passes = [\"apply\", \"rerun\", \"converge\"]");
    let passes: Vec<_> = passes.into_iter().filter_map(|text| choose_pass(&fields, text)).collect();
    if !passes.is_empty() {
        replay.passes = Pass::ALL.iter().copied().filter(|pass| passes.contains(pass)).collect();
    }
    if let Some(runner) = read_runner(&mut fields) {
        replay.runner = Some(runner);
    }
    let transaction = fields.text("transaction", "transaction = \"file\"");
    if let Some(text) = transaction {
        replay.transaction = choose_transaction(&fields, text, replay.runner.is_some());
    }
    if let Some(order) = fields.one_of("order", Order::ALL, Order::name) {
        replay.order = Some(order.value);
    }
    if let Some(reexecute) = fields.one_of("reexecute", Reexecute::ALL, Reexecute::name) {
        replay.reexecute = reexecute.value;
    }
    if let Some(version) = fields.text("down_to", "down_to = \"010\"") {
        replay.down_to = Some(version);
    }
    read_orders(&mut fields, &mut replay);
    fields.finish();
    replay
}

/// More orders than this are a night's work.
const MOST_ORDERS: usize = 1_000;

/// Reads `orders`: a number asks for the pass, and 0 for none of it.
fn read_orders(fields: &mut Fields<'_>, replay: &mut Replay) {
    let given = fields.within("orders", "orders = 10", 0..=MOST_ORDERS);
    replay.orders = given.or(replay.orders);
    let Some(orders) = replay.orders else { return };
    let asked = std::mem::take(&mut replay.passes);
    let is_run =
        |pass: &Pass| if *pass == Pass::Orders { orders > 0 } else { asked.contains(pass) };
    replay.passes = Pass::ALL.iter().copied().filter(is_run).collect();
}

pub(super) fn choose_pass(fields: &Fields<'_>, text: Located<String>) -> Option<Pass> {
    fields.choose("passes", text, Pass::ALL, Pass::name).map(|pass| pass.value)
}

fn choose_transaction(
    fields: &Fields<'_>,
    text: Located<String>,
    has_runner: bool,
) -> Option<Transaction> {
    if text.value == "runner" {
        if !has_runner {
            let message = "`transaction = \"runner\"` needs a `runner`";
            let help = "add runner = { command = \"npm run db:migrate\" }, or say statement, file, query or all";
            fields.report(Problem::error(message).at_some(text.place).help(help));
        }
        return None;
    }
    fields
        .choose("transaction", text, Transaction::ALL, Transaction::name)
        .map(|transaction| transaction.value)
}

/// Reads `[limits]`; what is not given is as in `base`.
pub(super) fn read_limits(parent: &mut Fields<'_>, base: Limits) -> Limits {
    let mut limits = base;
    let Some(mut fields) = parent.table("limits", "[limits]") else { return limits };
    if let Some(limit) = fields.duration("statement", "statement = \"60s\"") {
        limits.statement = limit;
    }
    if let Some(limit) = fields.duration("case", "case = \"20m\"") {
        limits.case = limit;
    }
    if let Some(judged) = fields.one_of("generated_rows", Judged::ALL, Judged::name) {
        limits.generated_rows = judged.value;
    }
    if let Some(judged) = fields.one_of("data", Judged::ALL, Judged::name) {
        limits.data = judged.value;
    }
    if let Some(limit) = fields.duration("lock", "lock = \"2s\"") {
        limits.lock = Some(limit);
    }
    if let Some(rewrite) = fields.one_of("rewrite", Rewrite::ALL, Rewrite::name) {
        limits.rewrite = rewrite.value;
    }
    fields.finish();
    limits
}
