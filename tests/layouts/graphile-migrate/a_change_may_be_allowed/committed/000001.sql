--! Previous: -
--! Hash: sha1:31fc4e03261a8a27083eb5c883e0519999c4b503
--! AllowInvalidHash

create table saucers (id bigint);
insert into saucers values (1);
