insert into notes values (current_user);
reset role;
