create table cups (colour text);
savepoint before_it;
insert into cups values ('red');
rollback to before_it;
