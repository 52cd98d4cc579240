-- Two sums for what is neither relation nor function, and whose names the others may print: of all but types, and of types. What
-- bootstrap wrote is of no age.
select sum(hashtidextended(ctid, (greatest((select age('3'::xid)::int8) - age(xmin), -1) << 6) | tag)) filter (where tag not between 3 and 5)
         + (select sum(hashtextextended(rolname, oid::int8)) from pg_roles),
       sum(hashtidextended(ctid, (greatest((select age('3'::xid)::int8) - age(xmin), -1) << 6) | tag)) filter (where tag between 3 and 5)
from (
    select xmin, ctid, 1 as tag from pg_namespace
    -- what bootstrap wrote (1) nobody has granted since; what is granted is the last of many columns
    union all select xmin, ctid, 2 from pg_proc where xmin <> '1'::xid and oid < 16384
    -- the types of a table's rows, and those of arrays, come and go with what they are of
    union all select xmin, ctid, 3
              from pg_type
              where oid >= 16384 and typcategory <> 'A'
                and (typtype <> 'c' or typrelid in (select oid from pg_class where relkind = 'c'))
    union all select xmin, ctid, 4 from pg_enum where oid >= 16384
    union all select xmin, ctid, 5 from pg_range where rngtypid >= 16384
    union all select xmin, ctid, 6 from pg_operator where oid >= 16384
    union all select xmin, ctid, 7 from pg_opclass where oid >= 16384
    union all select xmin, ctid, 8 from pg_opfamily where oid >= 16384
    union all select xmin, ctid, 9 from pg_amop where oid >= 16384
    union all select xmin, ctid, 10 from pg_amproc where oid >= 16384
    union all select xmin, ctid, 11 from pg_am
    union all select xmin, ctid, 12 from pg_collation where oid >= 16384
    union all select xmin, ctid, 13 from pg_language
    union all select xmin, ctid, 14 from pg_foreign_server
    union all select xmin, ctid, 15 from pg_foreign_data_wrapper
    union all select xmin, ctid, 16 from pg_tablespace
    union all select xmin, ctid, 17 from pg_init_privs
    union all select xmin, ctid, 18 from pg_extension
) as version
