create table old ();
