create table done (id integer generated always as identity, name text);
insert into done (name) values ('second');
