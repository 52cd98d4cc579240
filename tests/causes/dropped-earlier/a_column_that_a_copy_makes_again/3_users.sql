CREATE TABLE IF NOT EXISTS users (id int, invited_by int);
COMMENT ON COLUMN users.invited_by IS 'who invited them';
