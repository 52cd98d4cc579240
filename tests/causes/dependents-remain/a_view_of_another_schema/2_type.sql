SET search_path = store, public;
ALTER TABLE store.parts ALTER COLUMN patch TYPE text;
