ALTER TABLE traces
    ADD CONSTRAINT traces_session_fkey FOREIGN KEY (session) REFERENCES sessions (id);
