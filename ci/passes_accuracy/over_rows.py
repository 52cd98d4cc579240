"""Bugs that only rows bring up: a backfill that is missing, a rule over rows that break it, a column with data in it."""

from .pairs import Pair
from .scripts import Script


def _one(name, up, down="SELECT 1;"):
    return [Script(name, up, down)]


def _pair(kind, variant, what, bad, good, down="SELECT 1;", **more):
    return Pair(kind, variant, what, ("apply",), _one(kind, bad, down), _one(kind, good, down), **more)


def backfill(subject):
    """A column that must not be null, over rows that have none."""
    for table in subject.tables:
        t = table.sql
        drop = f"ALTER TABLE {t} DROP COLUMN zz_tier;"
        add, fill = f"ALTER TABLE {t} ADD COLUMN zz_tier text;", f"UPDATE {t} SET zz_tier = 'basic';"
        rule = f"ALTER TABLE {t} ALTER COLUMN zz_tier SET NOT NULL;"
        if not table.has_triggers:
            said = f"UPDATE before SET NOT NULL left out in {table.name}"
            yield _pair("backfill", "new column", said, f"{add}\n{rule}", f"{add}\n{fill}\n{rule}", drop)
            yield Pair(
                "backfill", "two files", f"{said}, in a file of its own", ("apply",),
                [Script("zz_add", add, drop), Script("zz_rule", rule, rule.replace("SET NOT", "DROP NOT"))],
                [Script("zz_add", f"{add}\n{fill}", drop), Script("zz_rule", rule, rule.replace("SET NOT", "DROP NOT"))],
                at=1,
            )  # fmt: skip
        bare = f"ALTER TABLE {t} ADD COLUMN zz_tier integer NOT NULL"
        yield _pair("backfill", "no default", f"NOT NULL without DEFAULT in {table.name}", f"{bare};", f"{bare} DEFAULT 1;", drop)
        for column in table.nullable()[:2]:
            literal = _value(column)
            if literal is None or table.has_triggers:
                continue
            rule = f"ALTER TABLE {t} ALTER COLUMN {column.sql} SET NOT NULL;"
            fill = f"UPDATE {t} SET {column.sql} = {literal} WHERE {column.sql} IS NULL;"
            back = f"ALTER TABLE {t} ALTER COLUMN {column.sql} DROP NOT NULL;"
            yield _pair("backfill", "old column", f"{table.name}.{column.name} SET NOT NULL", rule, f"{fill}\n{rule}", back)


def _value(column):
    if column.is_text:
        return "''"
    if column.type.startswith("timestamp"):
        return "'2020-01-01'"
    return {"integer": "0", "bigint": "0", "smallint": "0", "boolean": "false"}.get(column.type)


def constraint(subject):
    """A rule over rows that break it; the counterpart is one that all rows keep, or NOT VALID."""
    for table in subject.tables:
        t = table.sql
        for column in table.nullable()[:3]:
            c, where = column.sql, f"{table.name}.{column.name}"
            drop = f"ALTER TABLE {t} DROP CONSTRAINT zz_rule;"
            check = f"ALTER TABLE {t} ADD CONSTRAINT zz_rule CHECK ({c} IS NOT NULL)"
            yield _pair("constraint", "check", f"CHECK that {where} is there", f"{check};", f"{check} NOT VALID;", drop)
            if column.is_text:
                yield from _texts(table, column, where, drop)
            if column.is_number and table.key() is not None and table.key().type == column.type:
                rule = f"ALTER TABLE {t} ADD CONSTRAINT zz_rule FOREIGN KEY ({c}) REFERENCES {t} ({table.key().sql})"
                yield _pair("constraint", "foreign key", f"FOREIGN KEY of {where}", f"{rule};", f"{rule} NOT VALID;", drop)
            if (column.is_number or column.is_text) and table.uniques:
                key = ", ".join(f'"{each}"' for each in table.uniques[0])
                bad = f"ALTER TABLE {t} ADD CONSTRAINT zz_rule UNIQUE ({c});"
                good = f"ALTER TABLE {t} ADD CONSTRAINT zz_rule UNIQUE ({c}, {key});"
                yield _pair("constraint", "unique", f"UNIQUE ({where})", bad, good, drop)
                index = f"CREATE UNIQUE INDEX zz_rule ON {t} ({c}"
                down = f"DROP INDEX {subject.schema_of(table)}.zz_rule;"
                yield _pair("constraint", "unique index", f"UNIQUE INDEX ({where})", f"{index});", f"{index}, {key});", down)


def _texts(table, column, where, drop):
    t, c = table.sql, column.sql
    check = f"ALTER TABLE {t} ADD CONSTRAINT zz_rule CHECK ({c} <> '')"
    yield _pair("constraint", "check text", f"CHECK that {where} is not empty", f"{check};", f"{check} NOT VALID;", drop)
    if column.type == "text":
        shorter = f"ALTER TABLE {t} ALTER COLUMN {c} TYPE"
        back = f"{shorter} text;"
        yield _pair("constraint", "shorter", f"{where} to varchar(20)", f"{shorter} varchar(20);", f"{shorter} varchar;", back)
        cast = f"{shorter} integer USING {c}::integer;"
        good = Script("constraint", f"ALTER TABLE {t} ADD COLUMN zz_n integer;", f"ALTER TABLE {t} DROP COLUMN zz_n;")
        bad = Script("constraint", cast, back)
        yield Pair("constraint", "cast", f"{where} to integer", ("apply",), [bad], [good])


def dropped(subject):
    """Data that goes, and nobody declared it."""
    for table in subject.tables:
        t = table.sql
        for column in table.nullable()[:2]:
            declared = ("[[expect.change]]", f"table = {_text(table.name)}", f"columns = [{_text(column.name)}]")
            bad = f"ALTER TABLE {t} DROP COLUMN {column.sql};"
            default = f" DEFAULT {column.default}" if column.default else ""
            script = _one("dropped", bad, f"ALTER TABLE {t} ADD COLUMN {column.sql} {column.type}{default};")
            yield Pair(
                "dropped", "column", f"{table.name}.{column.name} dropped", ("apply",), script, script,
                declared=(*declared, 'reason = "no longer read"'), cause="data-lost", needs="expect.change",
            )  # fmt: skip
            if column.is_text and not table.has_triggers:
                bad = f"UPDATE {t} SET {column.sql} = NULL;"
                yield Pair(
                    "dropped", "update", f"{table.name}.{column.name} emptied", ("apply",), _one("dropped", bad), _one("dropped", bad),
                    declared=(*declared, 'reason = "no longer read"'), cause="data-lost", needs="expect.change",
                )  # fmt: skip


def _text(name):
    return '"' + name + '"'
