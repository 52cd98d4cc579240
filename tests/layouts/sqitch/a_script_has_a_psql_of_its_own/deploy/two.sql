\if :{?name}
\else
\set name notes_2
CREATE TABLE :name ();
\endif
