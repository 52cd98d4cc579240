-- no-transaction
create table cups (colour text);
create index concurrently cups_by_colour on cups (colour);
