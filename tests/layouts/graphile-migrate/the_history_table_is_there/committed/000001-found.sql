--! Previous: -
--! Hash: sha1:5231ba5970908f6b63fc445b452f75689dd27e68

create table found (filename text, hash text, previous text);
