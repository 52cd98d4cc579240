-- no-transaction
create index concurrently cups_by_colour on cups (colour);
