create table jars (name text);
savepoint before_it;
insert into jars values ('gone');
rollback to before_it;
