CREATE TABLE runs (server int REFERENCES servers (id));
