--! Previous: -
--! Hash: sha1:d53757af11c395152a1c7fb8f7c65189fa07280f

create table cups (id int);
