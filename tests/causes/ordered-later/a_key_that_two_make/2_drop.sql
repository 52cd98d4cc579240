ALTER TABLE traces DROP CONSTRAINT traces_session_fkey;
