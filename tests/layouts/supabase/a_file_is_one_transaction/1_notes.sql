create table notes (id integer primary key);
create table lines (note integer references notes deferrable initially deferred);
