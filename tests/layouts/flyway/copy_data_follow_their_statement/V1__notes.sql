create table notes (said text);
copy notes (said) from stdin;
a;b
c
\.
analyze notes;
