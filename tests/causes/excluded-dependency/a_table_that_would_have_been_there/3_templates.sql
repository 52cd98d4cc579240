CREATE TABLE IF NOT EXISTS templates (id int, author uuid REFERENCES users (id));
