create table log (transaction xid8);
