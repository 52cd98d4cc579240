--! Previous: sha1:2c8c0bcaf97e2b1addd96c8179e08d0caddc8b55
--! Hash: sha1:81d94d135ecfb1bcdbd124ef40265e7047f2eb17

create table cups (id int);
