insert into steps (name) values ('after');
