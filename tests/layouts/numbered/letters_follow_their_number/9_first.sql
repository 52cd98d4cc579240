create table steps (place int generated always as identity, name text); insert into steps (name) values ($$9$$);
