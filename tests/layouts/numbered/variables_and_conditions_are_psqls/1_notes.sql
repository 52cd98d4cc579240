\set table :app .notes
insert into :table values (:'note'), (':note');
\if :with_index
create index notes_note on :table (note);
\else
create index notes_other on :table (note);
\endif
