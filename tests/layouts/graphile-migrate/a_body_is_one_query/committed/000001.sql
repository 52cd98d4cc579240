--! Previous: -
--! Hash: sha1:a3e20789b263625aa47f7b36c6a4234f22072f39

insert into nowhere values (1);
creat table typo (id int);
