insert into notes values (E'it\'s');
