CREATE TABLE wholes (id int PRIMARY KEY);
CREATE TABLE IF NOT EXISTS parts (
    id int,
    whole int,
    CONSTRAINT parts_whole_fk FOREIGN KEY (whole) REFERENCES wholes (id)
);
