create table log (place integer generated always as identity, name text);
