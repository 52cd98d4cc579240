CREATE SCHEMA :"schema";
CREATE TABLE :"schema".:"table" ();
