"""Two branches of which one comes late: their migrations run the other way round."""

from .pairs import Pair
from .scripts import Script

# Tools that run a lower number late. The others skip it or refuse, which is a failure of its own.
RUNS_LATE = ("diesel", "sqlx", "numbered", "prisma", "dbmate")


def merged(subject):
    """Pairs of migrations of which the end depends on the order, and pairs of which it does not."""
    for table in subject.tables:
        for variant, bad, good in _branches(subject, table):
            what = f"{variant} beside {table.name}"
            scripts = [Script("zz_one", *bad[0]), Script("zz_two", *bad[1])]
            others = [Script("zz_one", *good[0]), Script("zz_two", *good[1])]
            if subject.folder.layout in RUNS_LATE:
                yield Pair(
                    "merged", f"{variant}, late", what, ("converge", "apply"), scripts, others, anywhere=True,
                    seed=("through = {1}", "exclude = [{0}]"),
                )  # fmt: skip
            yield Pair(
                "merged", f"{variant}, orders", what, ("apply", "converge", "orders"), scripts, others, anywhere=True,
                replay=("orders = 20",), needs="orders",
            )  # fmt: skip


def _branches(subject, table):
    t, schema = table.sql, subject.schema_of(table)
    add = (f"ALTER TABLE {t} ADD COLUMN zz_one text;", f"ALTER TABLE {t} DROP COLUMN zz_one;")
    other = (f"ALTER TABLE {t} ADD COLUMN zz_two text;", f"ALTER TABLE {t} DROP COLUMN zz_two;")
    gone = f"DROP TABLE IF EXISTS {schema}.zz_both;"
    one = (f"CREATE TABLE IF NOT EXISTS {schema}.zz_both (id integer, one text);", gone)
    two = (f"CREATE TABLE IF NOT EXISTS {schema}.zz_both (id integer, two text);", gone)
    apart = (two[0].replace("zz_both", "zz_other"), two[1].replace("zz_both", "zz_other"))
    yield "one table twice", (one, two), (one, apart)
    no_view = f"DROP VIEW IF EXISTS {schema}.zz_seen;"
    views = [(f"CREATE OR REPLACE VIEW {schema}.zz_seen AS SELECT count(*) AS n FROM {t}{more};", no_view) for more in ("", " WHERE true")]
    yield "one view twice", views, (views[0], other)
    star = (f"CREATE VIEW {schema}.zz_seen AS SELECT * FROM {t};", no_view)
    yield "column and star", (add, star), (add, views[0])
    yield "one function twice", _functions(schema), (add, other)


def _functions(schema):
    made = f"CREATE OR REPLACE FUNCTION {schema}.zz_rate() RETURNS integer LANGUAGE sql AS"
    gone = f"DROP FUNCTION IF EXISTS {schema}.zz_rate();"
    return [(f"{made} $$ SELECT {number} $$;", gone) for number in (1, 2)]
