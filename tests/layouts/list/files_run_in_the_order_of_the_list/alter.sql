alter table steps add column note text;
