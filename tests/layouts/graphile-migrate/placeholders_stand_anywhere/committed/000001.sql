--! Previous: -
--! Hash: sha1:e983374b11fa38a8a2ada648edb4d84b988856b6

create table :APP_TABLE (note text);
insert into cups values (':APP_TABLE'), (':APP_TABLES');
/* :NOTE */
