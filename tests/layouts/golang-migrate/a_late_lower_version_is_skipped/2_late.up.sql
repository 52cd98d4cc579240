create table late (label text);
