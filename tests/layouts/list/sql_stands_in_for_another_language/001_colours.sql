create table colours (name text);
