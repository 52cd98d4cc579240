use std::collections::BTreeSet;

use super::*;

/// A table with columns given as `name type`, `name type not null`.
fn table(oid: u32, name: &str, columns: &[&str]) -> Table {
    let column = |(at, words): (usize, &&str)| {
        let mut parts = words.split(' ');
        let name = parts.next().unwrap().to_owned();
        let type_ = TypeName { oid: 0, name: parts.next().unwrap().to_owned(), builtin: true };
        let number = i16::try_from(at + 1).unwrap();
        Column {
            number,
            name,
            type_,
            modifier: -1,
            not_null: words.ends_with("not null"),
            ..Column::default()
        }
    };
    Table {
        oid,
        schema: "public".into(),
        name: name.into(),
        columns: columns.iter().enumerate().map(column).collect(),
        ..Table::default()
    }
}

fn key(columns: &[i16]) -> Key {
    Key { name: "k".into(), primary: true, columns: columns.to_vec(), ..Key::default() }
}

fn reference(columns: &[i16], to: u32) -> Reference {
    let to_columns = (1..).take(columns.len()).collect();
    Reference { columns: columns.to_vec(), to, to_columns, ..Reference::default() }
}

fn check(expression: &str) -> Check {
    Check { name: "c".into(), expression: expression.into(), ..Check::default() }
}

fn facts(tables: Vec<Table>) -> Facts {
    Facts { tables, ..Facts::default() }
}

fn fifty(facts: &Facts, at: usize, parents: &Parents) -> Made {
    let wanted = Wanted { rows: 50, offset: 0, style: Style::Awkward };
    make(facts, &facts.tables[at], parents, wanted)
}

/// The values of a column, by its position.
fn column(made: &Made, at: usize) -> Vec<Option<&str>> {
    made.rows.iter().map(|row| row[at].as_deref()).collect()
}

#[test]
fn nullable_columns_have_nulls_and_others_come_twice() {
    let mut users =
        table(1, "users", &["id int4 not null", "name text", "age int2 not null", "on date"]);
    users.keys.push(key(&[1]));
    let facts = facts(vec![users]);
    let made = fifty(&facts, 0, &Parents::new());
    assert_eq!((made.rows.len(), made.short.clone()), (50, None));
    let different = |at: usize| column(&made, at).into_iter().collect::<BTreeSet<_>>().len();
    assert_eq!(different(0), 50);
    for at in 1..4 {
        assert!(different(at) < 12, "{:?}", column(&made, at));
        assert_eq!(column(&made, at).contains(&None), at != 2);
    }
    assert!(column(&made, 1).contains(&Some("")));
    assert_eq!(fifty(&facts, 0, &Parents::new()), made);
}

#[test]
fn checks_over_several_columns_hold() {
    let mut orders =
        table(1, "orders", &["starts date not null", "ends date not null", "a text", "b text"]);
    orders.checks = vec![check("(ends > starts)"), check("(num_nonnulls(a, b) = 1)")];
    let made = fifty(&facts(vec![orders]), 0, &Parents::new());
    assert_eq!(made.rows.len(), 50);
    for row in &made.rows {
        assert!(row[1] > row[0], "{row:?}");
        assert_ne!(row[2].is_some(), row[3].is_some(), "{row:?}");
    }
}

#[test]
fn keys_of_several_columns_differ_though_each_comes_again() {
    let mut members = table(3, "members", &["a int4 not null", "b int4 not null"]);
    members.keys.push(key(&[1, 2]));
    members.references = vec![reference(&[1], 1), reference(&[2], 2)];
    let id = |id: i32| [(1, id.to_string())].into();
    let parents = Parents::from([(1, (0..10).map(id).collect()), (2, (0..10).map(id).collect())]);
    let facts = facts(vec![members]);
    let made = fifty(&facts, 0, &parents);
    let different: BTreeSet<_> = made.rows.iter().collect();
    assert_eq!((made.rows.len(), different.len()), (50, 50));
}

#[test]
fn a_key_over_few_rows_leaves_fewer_and_says_so() {
    let mut one = table(2, "one", &["a int4 not null"]);
    one.keys.push(key(&[1]));
    one.references.push(reference(&[1], 1));
    let parents =
        Parents::from([(1, (0..3).map(|id: i32| [(1, id.to_string())].into()).collect())]);
    let made = fifty(&facts(vec![one]), 0, &parents);
    assert_eq!(made.rows.len(), 3);
    assert_eq!(made.short.as_deref(), Some("k leaves no more different rows"));
}

#[test]
fn what_must_refer_to_nothing_is_told() {
    let mut child = table(2, "child", &["a int4 not null"]);
    child.references.push(reference(&[1], 1));
    let facts = facts(vec![table(1, "parent", &["id int4 not null"]), child]);
    let made = fifty(&facts, 1, &Parents::new());
    assert_eq!(made.rows.len(), 0);
    let why = "it must refer to rows of public.parent, which has none";
    assert_eq!(made.short.as_deref(), Some(why));
}

#[test]
fn rows_go_where_a_partition_takes_them() {
    let mut logs = table(1, "logs", &["at date not null"]);
    logs.partitioned = true;
    let bound = "((at IS NOT NULL) AND (at >= '2024-01-01'::date) AND (at < '2024-02-01'::date))";
    logs.partitions.push(Some(bound.into()));
    let made = fifty(&facts(vec![logs.clone()]), 0, &Parents::new());
    assert_eq!(made.rows.len(), 50);
    assert!(column(&made, 0).iter().all(|at| at.unwrap().starts_with("2024-01-")));
    logs.partitions.clear();
    let made = fifty(&facts(vec![logs]), 0, &Parents::new());
    assert_eq!(made.short.as_deref(), Some("it has no partition"));
}

#[test]
fn circles_begin_where_a_key_may_be_null() {
    let mut a = table(1, "a", &["id int4 not null", "b int4 not null"]);
    a.references.push(reference(&[2], 2));
    let mut b = table(2, "b", &["id int4 not null", "a int4"]);
    b.references.push(reference(&[2], 1));
    let mut tree = table(3, "tree", &["id int4 not null", "up int4"]);
    tree.references.push(reference(&[2], 3));
    let facts = facts(vec![a, b, tree]);
    let order: Vec<_> =
        order(&facts, &(0..3).collect()).into_iter().map(|it| (it.table, it.part)).collect();
    let expected =
        [(2, Part::First), (2, Part::Rest), (1, Part::First), (0, Part::Whole), (1, Part::Rest)];
    assert_eq!(order, expected);
}

#[test]
fn new_columns_and_those_that_may_be_null_now_are_topped_up() {
    let filled = |columns: &[&str], known: &[i16]| Table {
        filled: Some(known.to_vec()),
        ..table(1, "a", columns)
    };
    let facts = facts(vec![
        filled(&["id int4 not null", "name text"], &[-1]),
        filled(&["id int4"], &[1]),
        table(3, "c", &["id int4"]),
        filled(&["id int4 not null"], &[-1]),
        filled(&["id int4 not null"], &[1]),
        filled(&["id int4"], &[-1]),
    ]);
    assert_eq!(due(&facts), [(0, Due::TopUp), (2, Due::Fill), (5, Due::TopUp)]);
    let top_ups = [50, 20, 2].map(|rows| Due::TopUp.rows(rows));
    assert_eq!((top_ups, Due::Fill.rows(50)), ([20, 20, 2], 50));
}

#[test]
fn a_table_is_held_up_by_those_that_its_unique_keys_refer_to() {
    let users = table(1, "users", &["id int4 not null"]);
    let mut settings = table(2, "settings", &["user int4 not null", "plan int4"]);
    settings.keys.push(key(&[1]));
    settings.references = vec![reference(&[1], 1), reference(&[2], 4)];
    let mut themes = table(3, "themes", &["settings int4 not null"]);
    themes.keys.push(key(&[1]));
    themes.references.push(reference(&[1], 2));
    let facts = facts(vec![users, settings, themes, table(4, "plans", &["id int4 not null"])]);
    let holders = [0, 1, 2, 3].map(|at| holders(&facts, at).into_iter().collect::<Vec<_>>());
    assert_eq!(holders, [vec![], vec![0], vec![0, 1], vec![]]);
}

#[test]
fn an_insert_notes_what_it_made() {
    let mut users = table(7, "users", &["id int4 not null", "name text"]);
    users.keys.push(key(&[1]));
    let facts = facts(vec![users]);
    let made = Made {
        columns: vec![1, 2],
        rows: vec![vec![Some("1".into()), Some("it's".into())], vec![Some("2".into()), None]],
        short: None,
    };
    insta::assert_snapshot!(insert(&facts, &facts.tables[0], &made, &made.rows), @r#"
    WITH made AS (INSERT INTO "public"."users" ("id", "name") VALUES
    ('1', 'it''s'),
    ('2', NULL)
    RETURNING ROW("id")::text AS key, pg_catalog.json_build_array() AS pointed_to),
    noted AS (INSERT INTO migration_replay.generated (relation, key) SELECT 7, key FROM made)
    SELECT pointed_to FROM made
    "#);
}

#[test]
fn two_rows_that_were_not_deleted_are_alike() {
    let mut teams =
        table(1, "teams", &["id int4 not null", "slug text not null", "deleted_at timestamptz"]);
    teams.keys.push(key(&[1]));
    let facts = facts(vec![teams]);
    for rows in [10, 11, 20, 50] {
        let wanted = Wanted { rows, offset: 0, style: Style::Awkward };
        let made = make(&facts, &facts.tables[0], &Parents::new(), wanted);
        let living: Vec<_> = made.rows.iter().filter(|row| row[2].is_none()).collect();
        let slugs: BTreeSet<_> = living.iter().map(|row| &row[1]).collect();
        assert!(slugs.len() < living.len(), "{rows} rows: {living:?}");
    }
}

#[test]
fn a_uuid_that_is_no_key_may_point_to_nothing() {
    let mut teams = table(1, "teams", &["id uuid not null"]);
    teams.keys.push(key(&[1]));
    let facts = facts(vec![teams, table(2, "members", &["team_id uuid"])]);
    let teams = fifty(&facts, 0, &Parents::new());
    let known = column(&teams, 0);
    let members = fifty(&facts, 1, &Parents::new());
    assert!(column(&members, 0).iter().any(|team| team.is_some() && !known.contains(team)));
}

#[test]
fn json_holds_what_neither_its_default_nor_a_check_speaks_against() {
    let mut docs = table(1, "docs", &["a jsonb", "b jsonb", "c jsonb", "d json"]);
    docs.columns[1].default = Some("'{}'::jsonb".into());
    docs.checks = vec![check("(jsonb_typeof(c) = 'object'::text)")];
    let facts = facts(vec![docs]);
    let made = fifty(&facts, 0, &Parents::new());
    let kinds = |at: usize| {
        let first = |text: &str| text.chars().next();
        column(&made, at).into_iter().flatten().filter_map(first).collect::<String>()
    };
    for at in [0, 3] {
        assert!("{[n".chars().all(|kind| kinds(at).contains(kind)), "{:?}", column(&made, at));
    }
    for at in [1, 2] {
        assert!(kinds(at).chars().all(|kind| kind == '{'), "{:?}", column(&made, at));
    }
    let tame = Wanted { rows: 50, offset: 0, style: Style::Tame };
    let tame = make(&facts, &facts.tables[0], &Parents::new(), tame);
    assert!(column(&tame, 0).into_iter().flatten().all(|text| text.starts_with('{')));
}

#[test]
fn some_texts_of_two_tables_agree_and_some_do_not() {
    let texts = |name: &str| {
        let mut of = table(1, name, &["name text not null"]);
        of.keys.push(key(&[1]));
        let made = fifty(&facts(vec![of]), 0, &Parents::new());
        column(&made, 0).into_iter().flatten().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (users, banned) = (texts("users"), texts("banned"));
    assert_eq!((users.len(), banned.len()), (50, 50));
    assert_eq!(users.intersection(&banned).count(), 25);
}
