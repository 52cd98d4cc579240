insert into notes values ('${tenant}');
