-- migrate:up
insert into steps (name) values ('9');
-- migrate:down
