INSERT INTO notes SELECT concat_ws(' ', created_at, length(hash)) FROM drizzle.__drizzle_migrations;
