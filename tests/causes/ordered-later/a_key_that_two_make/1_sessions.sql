CREATE TABLE sessions (id int, project int);
CREATE TABLE traces (session int, project int);
