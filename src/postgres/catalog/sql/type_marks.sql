-- A sum for each type that the sum of types is made of.
select oid, sum(hashint8extended((xmin::text::int8 << 31) # hashtid(ctid), tag))
from (
    select oid, xmin, ctid, 3 as tag
    from pg_type
    where oid >= 16384 and typcategory <> 'A'
      and (typtype <> 'c' or typrelid in (select oid from pg_class where relkind = 'c'))
    union all select enumtypid, xmin, ctid, 4 from pg_enum where oid >= 16384
    union all select rngtypid, xmin, ctid, 5 from pg_range where rngtypid >= 16384
) as version
group by oid
