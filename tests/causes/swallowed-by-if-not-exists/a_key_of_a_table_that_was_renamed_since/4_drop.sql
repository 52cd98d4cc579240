ALTER TABLE pieces DROP CONSTRAINT parts_whole_fk;
