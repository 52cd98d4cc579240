-- The versions of all rows of the catalog that are about a relation (r) or a function (f), with the OID of that; and of some that are
-- about neither (0). Flags of indexes are told as they are: before PG 14 they are changed in place. Nothing is joined: it would take
-- longer than everything else. As `int8`, an OID is compared without an index, whose way is longer where many of the rows are asked for.
-- Columns of the system, half of all, come and go with their relation, and nothing of them is told.
select case when oid >= 16384 then 'r' else '0' end as kind, case when oid >= 16384 then oid else 0 end as oid,
       xmin, ctid, 1 as tag
from pg_class /* in buckets of oid */
where oid::int8 >= 16384 or relacl is not null
union all select 'r', attrelid, xmin, ctid, 2 from pg_attribute /* in buckets of attrelid */ where attnum > 0 and attrelid::int8 >= 16384
union all select 'r', conrelid, xmin, ctid, 3 from pg_constraint /* in buckets of conrelid */ where oid::int8 >= 16384
union all select 'r', indrelid, xmin, ctid, 50 + indisvalid::int + 2 * indisready::int + 4 * indisreplident::int
          from pg_index /* in buckets of indrelid */ where indexrelid::int8 >= 16384
union all select 'r', adrelid, xmin, ctid, 4 from pg_attrdef /* in buckets of adrelid */
union all select 'r', tgrelid, xmin, ctid, 5 from pg_trigger /* in buckets of tgrelid */
union all select 'r', ev_class, xmin, ctid, 6 from pg_rewrite /* in buckets of ev_class */ where ev_class >= 16384
union all select 'r', seqrelid, xmin, ctid, 7 from pg_sequence /* in buckets of seqrelid */
union all select 'r', inhrelid, xmin, ctid, 8 from pg_inherits /* in buckets of inhrelid */
union all select 'r', partrelid, xmin, ctid, 9 from pg_partitioned_table /* in buckets of partrelid */
union all select 'r', ftrelid, xmin, ctid, 10 from pg_foreign_table /* in buckets of ftrelid */
union all select case classoid when 'pg_class'::regclass then 'r' when 'pg_proc'::regclass then 'f' else '0' end,
                 case when classoid in ('pg_class'::regclass, 'pg_proc'::regclass) then objoid else 0 end, xmin, ctid, 11
          from pg_description /* in buckets of objoid */ where objoid >= 16384
union all select 'f', oid, xmin, ctid, 12 from pg_proc /* in buckets of oid */ where oid >= 16384
union all select 'f', aggfnoid::oid, xmin, ctid, 13 from pg_aggregate /* in buckets of aggfnoid */ where aggfnoid >= 16384
union all select '0', 0, xmin, ctid, 14 from pg_depend /* in buckets of 0::oid */ where refclassid = 'pg_extension'::regclass
