ALTER TABLE sessions ADD PRIMARY KEY (id);
ALTER TABLE traces DROP CONSTRAINT IF EXISTS traces_session_fkey;
ALTER TABLE traces
    ADD CONSTRAINT traces_session_fkey FOREIGN KEY (session) REFERENCES sessions (id);
