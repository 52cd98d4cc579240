use std::fmt::Write as _;

use super::super::contents::{Contents, Entry, Relation};
use super::super::names::{plain, split_schema};
use super::escape::{quoted, word};
use crate::schema::Catalog;

/// Which columns a diagram shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Keys,
}

/// The tables and their foreign keys as an ER diagram. Partitions are not shown: their table is.
///
/// A name that the language cannot take is written as near to it as can be, with the true one beside it.
#[must_use]
pub fn er_diagram(catalog: &Catalog) -> String {
    draw(catalog, Shown::All)
}

/// The same with only those columns that are part of a key.
pub(in super::super) fn keys_diagram(catalog: &Catalog) -> String {
    draw(catalog, Shown::Keys)
}

fn draw(catalog: &Catalog, shown: Shown) -> String {
    let contents = Contents::of(catalog);
    let mut text = "erDiagram\n".to_owned();
    for table in contents.whole_tables() {
        draw_entity(&contents, table, shown, &mut text);
    }
    for relation in &contents.relations {
        draw_relation(relation, &mut text);
    }
    text
}

fn draw_entity(contents: &Contents<'_>, (id, _): Entry<'_>, shown: Shown, text: &mut String) {
    let keys = contents.keys(id);
    let columns = contents.columns(id).into_iter().map(|(name, column)| {
        let marks = keys.marks(name);
        (plain(name), short_type(column.property("type").unwrap_or("unknown")), marks)
    });
    let columns: Vec<_> =
        columns.filter(|(.., marks)| shown == Shown::All || !marks.is_empty()).collect();
    let entity = quoted(&entity(&id.name));
    if columns.is_empty() {
        // Braces with nothing between them are an error in older versions of Mermaid.
        let _ = writeln!(text, "    {entity}");
        return;
    }
    let _ = writeln!(text, "    {entity} {{");
    for (name, type_name, marks) in columns {
        let mut line = format!("{} {}", word(&type_name), word(&name));
        if !marks.is_empty() {
            line = format!("{line} {}", marks.join(", "));
        }
        if word(&name) != name {
            line = format!("{line} {}", quoted(&name));
        }
        let _ = writeln!(text, "        {line}");
    }
    text.push_str("    }\n");
}

/// `"users" |o..o{ "orders" : "buyer"`. The line is solid where the child is identified by its parent.
fn draw_relation(relation: &Relation, text: &mut String) {
    let parent = if relation.is_optional { "|o" } else { "||" };
    let child = if relation.is_single { "o|" } else { "o{" };
    let line = if relation.is_identifying { "--" } else { ".." };
    let columns: Vec<_> = relation.columns.iter().map(|name| plain(name)).collect();
    let _ = writeln!(
        text,
        "    {} {parent}{line}{child} {} : {}",
        quoted(&entity(&relation.parent)),
        quoted(&entity(&relation.child)),
        quoted(&columns.join(", "))
    );
}

/// A table's name; one in another schema than `public` with its schema.
fn entity(name: &str) -> String {
    match split_schema(name) {
        (Some("public") | None, table) => plain(table),
        (Some(schema), table) => format!("{}.{}", plain(schema), plain(table)),
    }
}

/// The common short name of a type, without its schema. Diagrams have little room, and a type is one word.
fn short_type(printed: &str) -> String {
    let (_, name) = split_schema(printed);
    let element = name.trim_end_matches("[]");
    let array = &name[element.len()..];
    let (base, length, after) = match element.split_once('(') {
        Some((base, rest)) => {
            let (length, after) = rest.split_once(')').unwrap_or((rest, ""));
            (base.trim(), format!("({length})"), after.trim())
        }
        None => (element, String::new(), ""),
    };
    let short = match (base, after) {
        ("character varying", "") => "varchar".to_owned(),
        ("character", "") => "char".to_owned(),
        ("timestamp with time zone", "") | ("timestamp", "with time zone") => "timestamptz".into(),
        ("timestamp without time zone", "") | ("timestamp", "without time zone") => {
            "timestamp".into()
        }
        ("time with time zone", "") | ("time", "with time zone") => "timetz".into(),
        ("time without time zone", "") | ("time", "without time zone") => "time".into(),
        (base, _) => plain(base),
    };
    format!("{short}{length}{array}")
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::catalog;
    use super::*;

    #[test]
    fn tables_are_entities_and_foreign_keys_are_relations() {
        let catalog = catalog(
            "table public.users
            column public.users.id < table public.users | type=uuid | nullable=no
            column public.users.email < table public.users | type=character varying(80) | nullable=no
            column public.users.tags < table public.users | type=text[] | nullable=yes
            constraint public.users.users_pkey < table public.users | definition=PRIMARY KEY (id)
            constraint public.users.users_email < table public.users | definition=UNIQUE (email)
            table shop.orders
            column shop.orders.\"boughtAt\" < table shop.orders | type=timestamp with time zone | nullable=no
            column shop.orders.buyer < table shop.orders | type=uuid | nullable=yes
            column shop.orders.price < table shop.orders | type=numeric(10,2) | nullable=no
            constraint shop.orders.orders_buyer < table shop.orders | definition=FOREIGN KEY (buyer) REFERENCES public.users(id) ON DELETE SET NULL
            table public.empty",
        );
        insta::assert_snapshot!(er_diagram(&catalog), @r#"
        erDiagram
            "empty"
            "users" {
                uuid id PK
                varchar(80) email UK
                text[] tags
            }
            "shop.orders" {
                timestamptz boughtAt
                uuid buyer FK
                numeric(10_2) price
            }
            "users" |o..o{ "shop.orders" : "buyer"
        "#);
        insta::assert_snapshot!(keys_diagram(&catalog), @r#"
        erDiagram
            "empty"
            "users" {
                uuid id PK
                varchar(80) email UK
            }
            "shop.orders" {
                uuid buyer FK
            }
            "users" |o..o{ "shop.orders" : "buyer"
        "#);
    }

    #[test]
    fn names_that_mermaid_cannot_take_stand_beside_their_nearest() {
        let catalog = catalog(
            "table public.\"Order \"\"lines\"\"\"
            column public.\"Order \"\"lines\"\"\".pk < table public.\"Order \"\"lines\"\"\" | type=app.\"Odd type\"
            column public.\"Order \"\"lines\"\"\".\"first name\" < table public.\"Order \"\"lines\"\"\" | type=double precision",
        );
        insta::assert_snapshot!(er_diagram(&catalog), @r##"
        erDiagram
            "Order #34;lines#34;" {
                Odd_type _pk "pk"
                double_precision first_name "first name"
            }
        "##);
    }

    #[rstest::rstest]
    #[case("character varying(255)[]", "varchar(255)[]")]
    #[case("timestamp(3) with time zone", "timestamptz(3)")]
    #[case("timestamp without time zone", "timestamp")]
    #[case("time(0) without time zone", "time(0)")]
    #[case("public.mood", "mood")]
    #[case("public.vector(384)", "vector(384)")]
    #[case("character(2)", "char(2)")]
    #[case("interval day to second(2)", "interval day to second(2)")]
    fn types_have_their_common_short_name(#[case] printed: &str, #[case] short: &str) {
        assert_eq!(short_type(printed), short);
    }
}
