"""The rows that are generated, asked by SQL: filled tables, nulls wherever null is allowed, duplicates wherever they are."""

import os
from collections import Counter

from diagnosis_accuracy import program
from diagnosis_accuracy.program import literal, toml

from .subjects import ROWS

# Of every ordinary table: whether it has rows; of its columns whether null and duplicates are allowed, and are there.
_QUERY = r"""
create function pg_temp.asks() returns table (what text, relation text, of_column text, holds boolean) language plpgsql as $f$
declare tab record; col record; n bigint; nulls bigint; kinds bigint;
begin
  for tab in select c.oid, c.oid::regclass::text as name from pg_class c join pg_namespace s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and s.nspname !~ '^pg_'
      and s.nspname not in ('information_schema', 'migration_replay')
      and c.relname !~ '^(schema_migrations|_sqlx_migrations|_prisma_migrations|goose_db_version|__diesel.*)$'
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  loop
    execute format('select count(*) from %s', tab.name) into n;
    what := 'filled'; relation := tab.name; of_column := ''; holds := n > 0; return next;
    what := 'as many as asked'; holds := n >= ROWS; return next;
    if n < 2 then continue; end if;
    for col in select a.attname, a.attnotnull, a.attgenerated, a.attidentity,
        exists (select from pg_index x where x.indrelid = tab.oid and x.indisunique and x.indpred is null
          and x.indexprs is null and a.attnum = any (x.indkey)) as in_key,
        exists (select from pg_constraint k where k.conrelid = tab.oid and k.contype = 'c' and a.attnum = any (k.conkey)) as checked,
        coalesce(pg_get_expr(d.adbin, d.adrelid), '') as filled_by
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = tab.oid and a.attnum > 0 and not a.attisdropped
    loop
      execute format('select count(*) - count(%1$I), count(distinct %1$I::text) from %2$s', col.attname, tab.name) into nulls, kinds;
      of_column := col.attname;
      if not col.attnotnull and col.attgenerated = '' then
        what := case when col.checked then 'null, with a check' else 'null' end; holds := nulls > 0; return next;
      end if;
      if not col.in_key and col.attgenerated = '' and col.attidentity = '' and col.filled_by not like 'nextval%' then
        what := case when col.checked then 'duplicate, with a check' else 'duplicate' end;
        holds := kinds < n - nulls or n - nulls < 2; return next;
      end if;
    end loop;
  end loop;
end $f$;
copy (select * from pg_temp.asks()) to stdout;
"""


def of_folder(source, setup, options, root, say):
    """Counts and what does not hold, as JSON."""
    shop = program.workshop(root, options.binary, setup)
    shop.flags = ("--allow-commands",)
    folder, _ = program.copy_of(source, shop)
    (shop.root / "asks.sql").write_text(_QUERY.replace("ROWS", str(ROWS)))
    command = 'psql -X -q -v ON_ERROR_STOP=1 "$DATABASE_URL" -f asks.sql > answers.tsv'
    seed = ["[[seed]]", 'name = "old"', f"rows = {ROWS}", f"through = {toml(literal(folder.migrations[-2].id))}"]
    extra = "\n".join(["", *seed, "", "[[expect.command]]", f"run = {toml(command)}"])
    (shop.root / "answers.tsv").touch()
    shop.write_scenario("awkward", "base", extra=extra)
    case = shop.run(["awkward"]).get("awkward")
    if case is None or not (shop.root / "answers.tsv").read_text():
        raise program.Unusable(f"{source}: the rows could not be asked:\n{shop.log()[-3000:]}")
    asked, held, lacking = Counter(), Counter(), []
    for line in (shop.root / "answers.tsv").read_text().splitlines():
        what, relation, column, holds = line.split("\t")
        asked[what] += 1
        held[what] += holds == "t"
        if holds != "t":
            lacking.append(f"{what}: {relation}{'.' if column else ''}{column}")
    say(f"{source}: asked")
    unfilled = (case.get("rows") or {}).get("unfilled", [])
    return {"folder": os.path.basename(source), "asked": asked, "held": held, "lacking": lacking, "unfilled": unfilled}


def told_of(report):
    """Lines of text."""
    counts = ", ".join(f"{what} {report['held'][what]} of {count}" for what, count in sorted(report["asked"].items()))
    reasons = [f"    not {each['table']}: {each['reason']}" for each in report["unfilled"]]
    return "\n".join([f"{report['folder']}: {counts}", *reasons, *(f"    lacks {each}" for each in report["lacking"])])
