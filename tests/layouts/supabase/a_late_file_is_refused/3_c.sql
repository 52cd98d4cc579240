create table c ();
