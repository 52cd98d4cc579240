drop table steps cascade;
