"""What is in the database after each migration of the clean folder, told by the catalog itself.

Objects are known by their oid, so a rename is seen as one, and a table that was rebuilt as another. This history owes
nothing to the parser that it is used to judge.
"""

from collections import defaultdict
from dataclasses import dataclass, field

# Every object that a migration can make, without what belongs to an extension: kind, key, name, shape, what it is of.
_OBJECTS = r"""
with spaces as (
  select oid, nspname from pg_namespace
  where nspname !~ '^pg_' and nspname not in
    ('information_schema', 'migration_replay', 'supabase_migrations', 'sqitch', 'graphile_migrate',
     'atlas_schema_revisions')
), members as (
  select classid, objid from pg_depend where deptype = 'e'
), relations as (
  select c.*, n.nspname || '.' || c.relname as full_name from pg_class c join spaces n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f') and not c.relispartition
    and not exists (select from members where classid = 'pg_class'::regclass and objid = c.oid)
)
select 'schema' as kind, 'schema:' || oid as key, nspname::text as name, '' as shape, '' as of from spaces
union all
select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
       when 'f' then 'foreign table' when 'i' then 'index' when 'I' then 'index' else 'table' end,
  'relation:' || c.oid, c.full_name,
  case when c.relkind in ('i', 'I') then pg_get_indexdef(c.oid)
       when c.relkind in ('v', 'm') then md5(pg_get_viewdef(c.oid)) else '' end,
  coalesce((select t.full_name from pg_index x join relations t on t.oid = x.indrelid where x.indexrelid = c.oid),
    (select t.full_name from pg_depend d join relations t on t.oid = d.refobjid
     where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S'
     limit 1), '')
from relations c
union all
select 'column', 'column:' || c.oid || ':' || a.attnum, c.full_name || '.' || a.attname,
  format_type(a.atttypid, a.atttypmod) || '|' || case when a.attnotnull then 'not null' else '' end || '|'
    || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || '|' || a.attidentity::text || a.attgenerated::text,
  c.full_name
from relations c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind in ('r', 'p', 'v', 'm', 'f')
union all
select 'constraint', 'constraint:' || k.oid, c.full_name || '.' || k.conname, pg_get_constraintdef(k.oid), c.full_name
from pg_constraint k join relations c on c.oid = k.conrelid where k.contype <> 't'
union all
select 'trigger', 'trigger:' || t.oid, c.full_name || '.' || t.tgname, '', c.full_name
from pg_trigger t join relations c on c.oid = t.tgrelid where not t.tgisinternal
union all
select 'policy', 'policy:' || p.oid, c.full_name || '.' || p.polname, '', c.full_name
from pg_policy p join relations c on c.oid = p.polrelid
union all
select case t.typtype when 'd' then 'domain' else 'type' end, 'type:' || t.oid, n.nspname || '.' || t.typname,
  t.typtype::text, ''
from pg_type t join spaces n on n.oid = t.typnamespace left join pg_class r on r.oid = t.typrelid
where (t.typtype in ('e', 'd', 'r') or r.relkind = 'c')
  and not exists (select from members where classid = 'pg_type'::regclass and objid = t.oid)
union all
select 'enum value', 'label:' || e.oid, n.nspname || '.' || t.typname || '.' || e.enumlabel, '',
  n.nspname || '.' || t.typname
from pg_enum e join pg_type t on t.oid = e.enumtypid join spaces n on n.oid = t.typnamespace
union all
select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end, 'function:' || p.oid,
  n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
  md5(p.prosrc || pg_get_function_result(p.oid)), ''
from pg_proc p join spaces n on n.oid = p.pronamespace
where not exists (select from members where classid = 'pg_proc'::regclass and objid = p.oid)
union all
select 'extension', 'extension:' || oid, extname::text, '', '' from pg_extension where extname <> 'plpgsql'
union all
select 'role', 'role:' || oid, rolname::text, '', '' from pg_roles where rolname !~ '^pg_' and oid > 16383
union all
select 'publication', 'publication:' || oid, pubname::text, '', '' from pg_publication
"""

# What extensions bring along: a failure may name a function of it where the extension is what is missing.
_MEMBERS = r"""
select 'member', 'member:' || d.classid || ':' || d.objid, coalesce(p.proname, t.typname, o.opcname)::text, '',
  x.extname::text
from pg_depend d join pg_extension x on x.oid = d.refobjid
left join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
left join pg_type t on d.classid = 'pg_type'::regclass and t.oid = d.objid
left join pg_opclass o on d.classid = 'pg_opclass'::regclass and o.oid = d.objid
where d.deptype = 'e' and x.extname <> 'plpgsql' and coalesce(p.proname, t.typname, o.opcname) is not null
"""


def snapshot_sql(target, with_members):
    query = _OBJECTS + ("union all" + _MEMBERS if with_members else "")
    # Columns in their own order, all else by name: plans drawn from this must not depend on oids.
    order = "kind, of, case kind when 'column' then lpad(split_part(key, ':', 3), 5, '0') else name end"
    return f"copy (select * from ({query}) as objects order by {order}) to '{target}';\n"


@dataclass(frozen=True)
class Object:
    """One object at one moment."""

    kind: str
    name: str  # schema.table.column, without quotes
    shape: str = ""
    of: str = ""  # the table, type or extension that it is a part of

    @property
    def parts(self):
        return self.name.split("(")[0].split(".")

    @property
    def last(self):
        return self.parts[-1]

    @property
    def identity(self):
        return self.kind, self.name

    @property
    def column_type(self):
        return self.shape.split("|", 1)[0]

    @property
    def not_null(self):
        return self.shape.split("|", 2)[1] != ""

    @property
    def default(self):
        return self.shape.split("|", 2)[2].rsplit("|", 1)[0]

    @property
    def marks(self):
        """`a` or `d` for an identity column, `s` for a generated one."""
        return self.shape.rsplit("|", 1)[-1]

    def __str__(self):
        return f"{self.kind} {self.name}"


@dataclass
class Events:
    """What one migration did, by its two snapshots."""

    made: dict = field(default_factory=dict)  # identity: Object; what it renamed to as well
    gone: dict = field(default_factory=dict)  # identity: Object; what it renamed from as well
    renamed: dict = field(default_factory=dict)  # old identity: new identity
    changed: set = field(default_factory=set)  # identities whose shape is another

    @property
    def touched(self):
        return set(self.made) | set(self.gone) | self.changed


def read_snapshot(path):
    """Key to object; the members of extensions are kept under their kind."""
    objects = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, key, name, shape, of = (_unescaped(value) for value in line.split("\t"))
        objects[key] = Object(kind, name, shape, of)
    return objects


def _unescaped(value):
    return value.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\") if "\\" in value else value


def events_between(before, after):
    events = Events()
    for key in [*before, *(each for each in after if each not in before)]:
        old, new = before.get(key), after.get(key)
        if old == new or (old or new).kind == "member":
            continue
        if old is None or (new is not None and new.identity != old.identity):
            events.made[new.identity] = new
        if new is None or (old is not None and new.identity != old.identity):
            events.gone[old.identity] = old
        if old is not None and new is not None:
            if new.identity == old.identity:
                events.changed.add(new.identity)
            else:
                events.renamed[old.identity] = new.identity
    _forget_the_implicit(events)
    return events


def _forget_the_implicit(events):
    """ALTER COLUMN TYPE makes the indexes and constraints of its column again, and nobody has asked for it."""
    for identity in [each for each in events.made if each in events.gone and each[0] in ("index", "constraint")]:
        old, new = events.gone[identity], events.made[identity]
        if old == new and ("table", new.of) not in events.made:
            del events.gone[identity], events.made[identity]
            events.changed.add(identity)


class Timeline:
    """Who made what, and who took it away, in one order of migrations."""

    def __init__(self, sequence):
        """`sequence`: pairs of a file and its events; None where nothing is known of it."""
        self.files = [file for file, _ in sequence]
        self.made, self.gone, self.changed = defaultdict(list), defaultdict(list), defaultdict(list)
        self.renamed = {}
        self.objects = {}
        for place, (_, events) in enumerate(sequence):
            if events is not None:
                self._add(place, events)

    def _add(self, place, events):
        for identity, each in events.made.items():
            self.made[identity].append(place)
            self.objects[identity] = each
        for identity, each in events.gone.items():
            self.gone[identity].append(place)
            self.objects.setdefault(identity, each)
        for old, new in events.renamed.items():
            self.renamed[old, place] = new
        for identity in events.changed:
            self.changed[identity].append(place)

    def forget(self, identity, place):
        """What a file would have made, had a statement not been taken out of it."""
        self.made[identity] = [each for each in self.made.get(identity, ()) if each != place]

    def maker(self, identity, until):
        """The last one up to and with `until` that made it, or -1."""
        return max((place for place in self.made.get(identity, ()) if place <= until), default=-1)

    def remover(self, identity, until):
        """The last one up to and with `until` that took it away and did not make it again, or -1."""
        place = max((place for place in self.gone.get(identity, ()) if place <= until), default=-1)
        return -1 if place < 0 or self.maker(identity, until) >= place else place

    def next_maker(self, identity, since):
        return min((place for place in self.made.get(identity, ()) if place > since), default=None)

    def touching(self, identity):
        """All that have to do with it."""
        return {*self.made.get(identity, ()), *self.gone.get(identity, ()), *self.changed.get(identity, ())}


@dataclass
class History:
    """The clean folder's snapshots: `before[i]` is what was there before migration i; `before[0]` is the setup's."""

    before: list
    events: list
    members: dict = field(default_factory=dict)  # name of a function or type of an extension: the extension

    @classmethod
    def of(cls, snapshots):
        events = [events_between(one, other) for one, other in zip(snapshots, snapshots[1:])]
        members = {each.name: each.of for each in snapshots[-1].values() if each.kind == "member"}
        return cls(snapshots, events, members)

    def at(self, place):
        """Identity to object, right before the migration at `place`."""
        return {each.identity: each for each in self.before[place].values()}

    def known(self):
        """Every object that ever was."""
        found = {each.identity: each for each in self.before[0].values()}
        for events in self.events:
            found |= {identity: each for identity, each in events.gone.items() if identity not in found}
            found |= events.made
        return {identity: each for identity, each in found.items() if each.kind != "member"}
