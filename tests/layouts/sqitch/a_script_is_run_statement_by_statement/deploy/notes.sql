CREATE TABLE notes (body text);
CREATE INDEX CONCURRENTLY notes_body ON notes (body);
