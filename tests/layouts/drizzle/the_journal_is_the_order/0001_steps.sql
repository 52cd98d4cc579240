CREATE TABLE steps (place serial, name text);
--> statement-breakpoint
INSERT INTO steps (name) VALUES ('b');
