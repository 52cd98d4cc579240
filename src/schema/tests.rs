use std::collections::BTreeMap;

use super::contract::{Contract, TableContract, check};
use super::*;

const SIDES: Sides<'_> = Sides { left: "here", right: "on the fresh replay" };

/// A catalog from lines such as `column public.users.email < table public.users | type=text | nullable=no`.
fn catalog(lines: &str) -> Catalog {
    let mut catalog = Catalog::default();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut fields = line.split(" | ");
        let mut identities = fields.next().unwrap().split(" < ").map(|text| text.parse().unwrap());
        let id = identities.next().unwrap();
        let parents = identities.collect();
        let properties = fields.map(|field| field.split_once('=').unwrap());
        let properties =
            properties.map(|(name, value)| (name.to_owned(), value.replace("\\n", "\n"))).collect();
        catalog.insert(id, Object { properties, parents });
    }
    catalog
}

fn described(left: &str, right: &str) -> String {
    compare(&catalog(left), &catalog(right)).describe(SIDES).join("\n")
}

#[test]
fn finds_no_difference_between_equals() {
    let one = catalog("table public.users | owner=joe");
    assert!(compare(&one, &one.clone()).is_same());
}

#[test]
fn tells_a_property_that_differs_on_one_line() {
    let text = described(
        "column public.agents.tier | default='free' | nullable=no",
        "column public.agents.tier | default='basic' | nullable=no | comment=It's the tier",
    );
    insta::assert_snapshot!(text, @r#"
    column public.agents.tier: comment none here, "It's the tier" on the fresh replay
    column public.agents.tier: default 'free' here, 'basic' on the fresh replay
    "#);
}

#[test]
fn tells_long_values_on_lines_of_their_own() {
    let text = described(
        "index public.agents_tier | definition=CREATE INDEX agents_tier ON public.agents USING btree (tier)",
        "index public.agents_tier | definition=CREATE UNIQUE INDEX agents_tier ON public.agents USING btree (tier)",
    );
    insta::assert_snapshot!(text, @r"
    index public.agents_tier: definition differs
      here:                CREATE INDEX agents_tier ON public.agents USING btree (tier)
      on the fresh replay: CREATE UNIQUE INDEX agents_tier ON public.agents USING btree (tier)
    ");
}

#[test]
fn tells_definitions_of_many_lines_as_a_diff() {
    let text = described(
        "function public.f() | definition=CREATE FUNCTION\\nBEGIN\\n  RETURN 1;\\nEND\\n",
        "function public.f() | definition=CREATE FUNCTION\\nBEGIN\\n  RETURN 2;\\nEND\\n",
    );
    insta::assert_snapshot!(text, @r"
    function public.f(): definition differs (- here, + on the fresh replay)
      @@ -1,4 +1,4 @@
       CREATE FUNCTION
       BEGIN
      -  RETURN 1;
      +  RETURN 2;
       END
    ");
}

const USERS: &str = "
    table public.users
    column public.users.id < table public.users | type=uuid
    column public.users.email < table public.users | type=text
    constraint public.users.users_pkey < table public.users | definition=PRIMARY KEY (id)
    index public.users_pkey < constraint public.users.users_pkey";

#[test]
fn tells_a_missing_table_once() {
    let comparison = compare(&catalog(""), &catalog(USERS));
    assert_eq!(comparison.identities().len(), 5);
    insta::assert_snapshot!(
        comparison.describe(SIDES).join("\n"),
        @"table public.users: only on the fresh replay, with 2 columns, 1 constraint and 1 index"
    );
}

#[test]
fn tells_what_an_extra_object_is() {
    let without =
        USERS.lines().filter(|line| !line.contains("users_pkey")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(described(USERS, &without), @r"
    constraint public.users.users_pkey: only here, with 1 index
      PRIMARY KEY (id)
    ");
}

#[test]
fn tells_a_change_of_a_partitioned_table_once() {
    let lines = |kind: &str| {
        format!(
            "column public.events.kind < table public.events | type={kind}
             column public.events_2020.kind < table public.events_2020 < column public.events.kind | type={kind}"
        )
    };
    insta::assert_snapshot!(
        described(&lines("text"), &lines("integer")),
        @"column public.events.kind: type text here, integer on the fresh replay"
    );
}

#[test]
fn keeps_members_of_one_name_apart() {
    let lines = "
        column public.users.tier < table public.users
        trigger public.users.tier < table public.users";
    let only_column = "column public.users.tier < table public.users";
    assert_eq!(described(lines, only_column), "trigger public.users.tier: only here");
}

#[test]
fn notes_another_order_of_common_columns() {
    let columns = |names: &str| {
        names.split(' ').fold("table public.t".to_owned(), |all, name| {
            format!("{all}\ncolumn public.t.{name} < table public.t")
        })
    };
    let comparison = compare(&catalog(&columns("id extra a b")), &catalog(&columns("id b a")));
    insta::assert_snapshot!(
        comparison.describe_notes(SIDES).join("\n"),
        @"table public.t: columns in another order from the 2nd on: a, b here, b, a on the fresh replay"
    );
    assert_eq!(comparison.identities().len(), 1);
    assert!(compare(&catalog(&columns("id extra a")), &catalog(&columns("id a"))).notes.is_empty());
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn told(ids: &[ObjectId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

const CONTRACTED: &str = "
    extension pg_trgm
    extension \"uuid-ossp\"
    table public.users
    column public.users.id < table public.users
    column public.users.\"createdAt\" < table public.users
    policy public.users.\"Users see. their own\" < table public.users
    table app.only
    table app.both
    table other.both
    view app.recent
    materialized view public.totals
    type public.mood
    function public.assess(uuid, uuid)
    function app.score(integer, timestamp with time zone)
    function app.score(text)";

#[test]
fn keeps_a_contract_however_its_names_are_written() {
    let users = TableContract {
        required: names(&["ID", "createdAt"]),
        policies: names(&["Users see. their own"]),
        ..TableContract::default()
    };
    let contract = Contract {
        owner: None,
        extensions: names(&["pg_trgm", "uuid-ossp"]),
        functions: names(&[
            "assess(uuid,UUID)",
            "score",
            "app.score(int4, timestamptz)",
            "public.assess",
        ]),
        views: names(&["recent", "totals"]),
        types: names(&["Mood"]),
        tables: BTreeMap::from([
            ("users".to_owned(), users),
            ("only".to_owned(), TableContract::default()),
            ("other.both".to_owned(), TableContract::default()),
        ]),
    };
    let outcome = check(&contract, &catalog(CONTRACTED));
    assert!(outcome.is_kept(), "{:?}", told(&outcome.missing));
}

#[test]
fn names_what_a_contract_misses() {
    let users = TableContract {
        required: names(&["email"]),
        optional: names(&["password_hash", "id"]),
        policies: names(&["users_tenant_admin"]),
    };
    let contract = Contract {
        owner: None,
        extensions: names(&["vector"]),
        functions: names(&["assess(uuid)", "score(date)"]),
        views: names(&["users"]),
        types: names(&["app.mood"]),
        tables: BTreeMap::from([
            ("users".to_owned(), users.clone()),
            ("both".to_owned(), TableContract::default()),
            ("gone".to_owned(), users),
        ]),
    };
    let outcome = check(&contract, &catalog(CONTRACTED));
    let missing = [
        "extension vector",
        "function public.assess(uuid)",
        "function public.score(date)",
        "view public.users",
        "type app.mood",
        "table public.both",
        "table public.gone",
        "column public.users.email",
        "policy public.users.users_tenant_admin",
    ];
    assert_eq!(told(&outcome.missing), missing);
    assert_eq!(told(&outcome.warnings), ["column public.users.password_hash"]);
}
