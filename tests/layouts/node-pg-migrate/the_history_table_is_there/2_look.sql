insert into found select name from pgmigrations order by run_on, id;
