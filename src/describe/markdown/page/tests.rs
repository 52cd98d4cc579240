use super::super::super::testing::{cases, description};
use super::*;
use crate::describe::Sequence;
use crate::migration::MigrationId;

const SHOP: &str = "
    extension pg_trgm | schema=public
    schema public
    schema app | comment=the shop | grants to clerk=USAGE
    type app.mood | kind=enum | labels=sad\\nhappy | comment=How somebody feels. | grants to PUBLIC=USAGE
    table app.users | comment=who may | log in? | row security=on | row security for the owner=forced | grants to clerk=DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE | grants to guest=SELECT
    column app.users.id < table app.users | type=uuid | nullable=no | default=gen_random_uuid()
    column app.users.\"fullName\" < table app.users | type=text | nullable=yes | generated=(a || b) stored | comment=a|b
    column app.users.mood < table app.users | type=app.mood | nullable=yes | identity=always | collation=\"C\"
    constraint app.users.users_pkey < table app.users | definition=PRIMARY KEY (id) | validated=yes | deferrable=no
    constraint app.users.users_name < table app.users | definition=CHECK (true) | validated=no | deferrable=initially deferred
    index app.users_name < table app.users | unique=yes | valid=no | definition=CREATE UNIQUE INDEX users_name ON app.users USING btree (lower(\"fullName\"))
    trigger app.users.touch < table app.users | enabled=no | definition=CREATE TRIGGER touch BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch()
    policy app.users.own < table app.users | command=select | permissive=no | roles=public | using=(id = app.me()) | comment=only theirs
    table app.events | partitioned by=RANGE (at)
    column app.events.at < table app.events | type=date | nullable=no
    constraint app.events.events_at < table app.events | definition=CHECK (at IS NOT NULL)
    table app.events_2025 | partition of=app.events | partition bound=FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
    column app.events_2025.at < table app.events_2025 | type=date | nullable=no
    constraint app.events_2025.events_at < table app.events_2025 | definition=CHECK (at IS NOT NULL)
    view app.happy | definition= SELECT 1 AS one;
    column app.happy.one < view app.happy | type=integer
    function app.me() | definition=CREATE OR REPLACE FUNCTION app.me()\\n RETURNS uuid\\n LANGUAGE sql\\nAS $function$select 1$function$\\n | grants to PUBLIC=EXECUTE
    sequence app.ticket | type=bigint | start=100 | increment=1 | cycle=no
    sequence app.owned | owned by=app.users.id
    collation app.plain | definition=provider c
    publication changes | tables=all";

/// `SHOP` with its comment of two fields put together again.
fn shop() -> Description {
    description(&SHOP.replace("who may | log in?", "who may log in?"))
}

/// What comes after the diagram.
fn after_the_diagram(page: &str) -> &str {
    page.split_once("```\n\n").map_or("", |(_, rest)| rest)
}

#[test]
fn every_object_stands_in_its_schema() {
    insta::assert_snapshot!(after_the_diagram(&markdown(&shop(), false)), @r#"
    ## Extensions

    | extension | in schema |
    |---|---|
    | `pg_trgm` | `public` |

    ## Schema `app`

    the shop.

    Grants: USAGE to `clerk`.

    ### Types

    - `mood` (enum): `sad`, `happy`. How somebody feels.

    ### Tables

    #### `events`

    Partitioned by `RANGE (at)`.

    | column | type | null | default | key | comment |
    |---|---|---|---|---|---|
    | `at` | `date` | no | | | |

    Constraints:

    - `events_at`: `CHECK (at IS NOT NULL)`

    Partitions:

    - `events_2025`: `FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')`

    #### `users`

    who may log in?

    Grants: ALL to `clerk`; SELECT to `guest`.

    Row security is on, also for its owner.

    | column | type | null | default | key | comment |
    |---|---|---|---|---|---|
    | `id` | `uuid` | no | `gen_random_uuid()` | PK | |
    | `"fullName"` | `text` | yes | generated: `(a \|\| b) stored` | | a\|b |
    | `mood` | `app.mood` | yes | identity, always | | |

    Of single columns:

    - `mood`: collation `"C"`

    Constraints:

    - `users_name`: not validated, deferrable, initially deferred, `CHECK (true)`
    - `users_pkey`: `PRIMARY KEY (id)`

    Indexes:

    - `users_name`: unique, **not valid**, `btree (lower("fullName"))`

    Triggers:

    - `touch`: disabled, `BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch()`

    Policies:

    | policy | for | to | using | with check | comment |
    |---|---|---|---|---|---|
    | `own` | select, restrictive | `public` | `(id = app.me())` | | only theirs |

    ### Views

    #### `happy`

    | column | type | comment |
    |---|---|---|
    | `one` | `integer` | |

    ```sql
     SELECT 1 AS one;
    ```

    ### Functions

    - `me() → uuid` (sql).

    ### Sequences

    - `ticket`: start `100`.

    ### Others

    - `collation plain`: definition `provider c`.

    ## Of the whole database

    - `publication changes`: tables `all`.
    "#);
}

#[test]
fn a_page_begins_with_how_far_it_goes() {
    let case = &cases(
        &["001_a.sql", "002_b.sql", "003_c.sql"],
        "exclude = [{ migration = '001', reason = 'needs *vector*' }]\n[[seed]]\nsql = 'rows.sql'",
    )[0];
    let mut description = description("");
    description.sequence = Sequence::of(case, Some(&MigrationId::new("003_c.sql")));
    description.seed = Some("seeded".into());
    insta::assert_snapshot!(markdown(&description, false), @r#"
    # Schema of shop

    <!-- Made by `migration-replay describe`: change the migrations, not this page. -->

    After `002_b.sql`, beginning with the seed `seeded`.

    **Not complete**: `003_c.sql` failed.

    Left out:

    - `001_a.sql`: needs \*vector\*
    "#);
    assert!(markdown(&description, true).contains("\n## Migrations\n\n```mermaid\nflowchart TD\n"));
}

#[test]
fn a_diagram_that_is_too_large_is_drawn_with_keys_only_and_then_not_at_all() {
    let columns = |name: &str, count: usize| {
        let lines = (0..count)
            .map(|at| format!("column public.{name}.c{at} < table public.{name} | type=integer\n"));
        format!("table public.{name}\n{}", lines.collect::<String>())
    };
    let page = markdown(&description(&columns("wide", 3_000)), false);
    assert!(page.contains("```mermaid\nerDiagram\n    \"wide\"\n```"));
    let many: String = (0..3_000).map(|at| columns(&format!("a_table_{at}"), 0)).collect();
    assert!(markdown(&description(&many), false).contains("too large to be drawn"));
}

#[test]
fn the_same_schema_gives_the_same_page_and_one_change_changes_one_line() {
    assert_eq!(markdown(&shop(), false), markdown(&shop(), false));
    let before = markdown(&shop(), false);
    let mut changed = shop();
    let id = ObjectId::new(Kind::Column, "app.users.id");
    let column = changed.catalog.objects.get_mut(&id).map(std::sync::Arc::make_mut).unwrap();
    column.properties.insert("comment".into(), "the key".into());
    let after = markdown(&changed, false);
    let differing = before.lines().zip(after.lines()).filter(|(one, other)| one != other).count();
    assert_eq!((before.lines().count(), differing), (after.lines().count(), 1));
}

#[test]
fn a_sequence_with_more_arrows_than_mermaid_draws_is_not_drawn() {
    let names: Vec<_> = (1..=502).map(|number| format!("{number}_a.sql")).collect();
    let page = |count: usize| {
        let names: Vec<_> = names.iter().take(count).map(String::as_str).collect();
        let sequence = Sequence::of(&cases(&names, "")[0], None);
        markdown(&Description { sequence, ..description("") }, true)
    };
    assert!(page(501).contains("flowchart TD"));
    assert!(page(502).contains("too large to be drawn"));
}
