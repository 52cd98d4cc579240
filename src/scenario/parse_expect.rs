use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::fields::{Fields, expected_value};
use super::parse::choose_pass;
use super::parse_setup::read_settings;
use super::{
    Accept, Cause, CommandExpectation, Expect, ExpectedChange, ExpectedFailure, Pass,
    QueryExpectation, Rule, Seed, SqlState,
};
use crate::place::{Located, Problem};
use crate::schema::contract::{Contract, TableContract};

/// Reads `[expect]`; seeds and images are given to check the names in `[[expect.failure]]`.
pub(super) fn read_expect(
    mut fields: Fields<'_>,
    seeds: &[Seed],
    images: &[Located<String>],
) -> Expect {
    let failures = fields
        .tables("failure", "[[expect.failure]]")
        .into_iter()
        .filter_map(|table| read_failure(table, seeds, images))
        .collect();
    let changes =
        fields.tables("change", "[[expect.change]]").into_iter().filter_map(read_change).collect();
    let check = fields
        .texts("check", "check = [\"duplicate-version\"]")
        .into_iter()
        .filter_map(|text| fields.choose("check", text, Rule::ALL, Rule::name))
        .collect();
    let schema = fields.table("schema", "[expect.schema]");
    let schema_place = schema.as_ref().map(Fields::place);
    let schema = schema.map(read_contract).unwrap_or_default();
    let at = fields.table("at", "[expect.at.\"012\".schema]").map(read_at).unwrap_or_default();
    let queries =
        fields.tables("query", "[[expect.query]]").into_iter().filter_map(read_query).collect();
    let commands = fields
        .tables("command", "[[expect.command]]")
        .into_iter()
        .filter_map(read_command)
        .collect();
    fields.finish();
    let accepts = Vec::new();
    Expect { failures, check, schema, schema_place, at, accepts, changes, queries, commands }
}

fn read_failure(
    mut fields: Fields<'_>,
    seeds: &[Seed],
    images: &[Located<String>],
) -> Option<ExpectedFailure> {
    let place = fields.place();
    let pass = fields.required("pass", "pass = \"apply\"");
    let pass = pass.and_then(|text| choose_pass(&fields, text));
    let migration = fields.text("migration", "migration = \"011\"");
    let sqlstate = fields.text("sqlstate", "sqlstate = \"42703\"");
    let sqlstate = sqlstate.and_then(|text| read_sqlstate(&fields, &text));
    let cause = fields.one_of("cause", Cause::ALL, Cause::name);
    let culprit = fields.text("culprit", "culprit = \"010\"");
    let seed = fields.text("seed", "seed = \"previous-release\"");
    let image = fields.text("image", "image = \"postgres:17\"");
    let differences = fields
        .holds("differences")
        .then(|| fields.texts("differences", "differences = [\"column public.agents.tier\"]"));
    // The names of releases are known when their tags are read.
    if seeds.iter().all(|seed| seed.releases.is_none()) {
        check_known(&fields, "seed", seed.as_ref(), seeds.iter().map(|seed| seed.name.as_str()));
    }
    check_known(&fields, "image", image.as_ref(), images.iter().map(|image| image.value.as_str()));
    if pass.is_some_and(|pass| pass == Pass::Apply) && migration.is_none() {
        fields.missing("migration", "migration = \"011\"");
    }
    fields.finish();
    Some(ExpectedFailure {
        pass: pass?,
        migration,
        sqlstate,
        cause: cause.map(|cause| cause.value),
        culprit,
        seed,
        image,
        differences: differences.map(|names| names.into_iter().map(|name| name.value).collect()),
        place: Some(place),
    })
}

/// Reads one `[[accept]]`.
pub(super) fn read_accept(mut fields: Fields<'_>) -> Option<Accept> {
    let place = fields.place();
    let pass = fields.required("pass", "pass = \"reexecute\"");
    let pass = pass.and_then(|text| choose_pass(&fields, text));
    let migration = fields.text("migration", "migration = \"0007\"");
    let object = fields.text("object", "object = \"table public.users\"");
    let reason = fields.required("reason", "reason = \"seed data, applied once\"");
    if migration.is_none() && object.is_none() {
        fields.missing("migration", "migration = \"0007\"");
    }
    fields.finish();
    Some(Accept { pass: pass?, migration, object, reason: reason?.value, place: Some(place) })
}

fn read_change(mut fields: Fields<'_>) -> Option<ExpectedChange> {
    let place = fields.place();
    let table = fields.required("table", "table = \"agents\"");
    let columns = fields.texts("columns", "columns = [\"tier\"]");
    let migration = fields.text("migration", "migration = \"0020\"");
    let reason = fields.required("reason", "reason = \"0020 maps old tiers\"");
    let sql = fields.text("sql", "sql = \"tier + 1\"");
    if let Some(sql) = sql.as_ref().filter(|_| columns.len() != 1) {
        let problem = Problem::error("`sql` says the new value of one column")
            .at_some(sql.place.clone())
            .help("name that column: columns = [\"tier\"]; give others an [[expect.change]] of their own");
        fields.report(problem);
    }
    fields.finish();
    let columns = columns.into_iter().map(|column| column.value).collect();
    let reason = reason?.value;
    Some(ExpectedChange { table: table?, columns, migration, reason, sql, place: Some(place) })
}

fn read_sqlstate(fields: &Fields<'_>, text: &Located<String>) -> Option<SqlState> {
    let state = SqlState::parse(&text.value);
    if state.is_none() {
        let message = format!("{:?} is not an SQLSTATE", text.value);
        fields.report(
            Problem::error(message)
                .at_some(text.place.clone())
                .help("five digits or capital letters, such as sqlstate = \"42703\""),
        );
    }
    state
}

/// A name that must be one of the scenario's own.
fn check_known<'n>(
    fields: &Fields<'_>,
    what: &str,
    name: Option<&Located<String>>,
    known: impl Iterator<Item = &'n str> + Clone,
) {
    let Some(name) = name else { return };
    if known.clone().any(|known| known == name.value) {
        return;
    }
    let message = format!("no {what} of this scenario is named {:?}", name.value);
    let names = known.collect::<Vec<_>>().join(", ");
    let help = if names.is_empty() {
        format!("the scenario lists no `{what}`; leave the key out")
    } else {
        format!("the scenario has: {names}")
    };
    fields.report(Problem::error(message).at_some(name.place.clone()).help(help));
}

fn read_at(mut fields: Fields<'_>) -> Vec<(Located<String>, Contract)> {
    let example = "[expect.at.\"012\".schema]";
    fields
        .rest()
        .into_iter()
        .filter_map(|(version, value)| {
            let mut table = fields.as_table(&version.value, value, example)?;
            let contract = table.table("schema", example).map(read_contract);
            if contract.is_none() {
                table.missing("schema", example);
            }
            table.finish();
            Some((version, contract?))
        })
        .collect()
}

fn read_contract(mut fields: Fields<'_>) -> Contract {
    let plain = |texts: Vec<Located<String>>| texts.into_iter().map(|text| text.value).collect();
    let contract = Contract {
        extensions: plain(fields.texts("extensions", "extensions = [\"pg_trgm\"]")),
        functions: plain(fields.texts("functions", "functions = [\"score(uuid, uuid)\"]")),
        views: plain(fields.texts("views", "views = [\"active_users\"]")),
        types: plain(fields.texts("types", "types = [\"order_status\"]")),
        tables: read_tables(&mut fields),
        owner: fields.text("owner", "owner = \"app_owner\"").map(|owner| owner.value),
    };
    fields.finish();
    contract
}

const TABLES_EXAMPLE: &str = "tables = [\"users\"], or [expect.schema.tables.users]";

fn read_tables(fields: &mut Fields<'_>) -> BTreeMap<String, TableContract> {
    let Some(value) = fields.take("tables") else { return BTreeMap::new() };
    if let DeValue::Table(_) = value.get_ref() {
        let Some(mut tables) = fields.as_table("tables", value, TABLES_EXAMPLE) else {
            return BTreeMap::new();
        };
        return tables
            .rest()
            .into_iter()
            .filter_map(|(name, value)| Some((name.value, read_table(&tables, value)?)))
            .collect();
    }
    let Some(items) = value.get_ref().as_array() else {
        fields.wrong("tables", &value, TABLES_EXAMPLE);
        return BTreeMap::new();
    };
    let names = items.iter().filter_map(|item| {
        if item.get_ref().as_str().is_none() {
            fields.wrong("tables", item, TABLES_EXAMPLE);
        }
        item.get_ref().as_str()
    });
    names.map(|name| (name.to_owned(), TableContract::default())).collect()
}

fn read_table<'a>(tables: &Fields<'a>, value: Spanned<DeValue<'a>>) -> Option<TableContract> {
    let mut table = tables.as_table("table", value, "[expect.schema.tables.users]")?;
    let plain = |texts: Vec<Located<String>>| texts.into_iter().map(|text| text.value).collect();
    let contract = TableContract {
        required: plain(table.texts("required", "required = [\"id\", \"email\"]")),
        optional: plain(table.texts("optional", "optional = [\"password_hash\"]")),
        policies: plain(table.texts("policies", "policies = [\"users_tenant_admin\"]")),
    };
    table.finish();
    Some(contract)
}

fn read_query(mut fields: Fields<'_>) -> Option<QueryExpectation> {
    let sql = fields.required("sql", "sql = \"select count(*) from agents\"");
    let equals = fields.take("equals");
    let role = fields.text("role", "role = \"authenticated\"");
    let set = fields
        .table("set", "set = { \"request.jwt.claims\" = '{}' }")
        .map(read_settings)
        .unwrap_or_default();
    let example = "equals = 5, or a list of rows: equals = [[1, \"a\"]]";
    let value = if let Some(value) = &equals {
        let expected = expected_value(value.get_ref());
        if expected.is_none() {
            fields.wrong("equals", value, example);
        }
        expected
    } else {
        fields.missing("equals", example);
        None
    };
    fields.finish();
    Some(QueryExpectation { sql: sql?, equals: value?, role: role.map(|role| role.value), set })
}

fn read_command(mut fields: Fields<'_>) -> Option<CommandExpectation> {
    let run = fields.required("run", "run = \"./app status\"");
    fields.finish();
    Some(CommandExpectation { run: run? })
}
