insert into steps (name) values ('none');
