-- Nothing reads the plain column any more.

ALTER TABLE users DROP COLUMN password;
