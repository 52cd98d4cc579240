CREATE TABLE plans (id int PRIMARY KEY);
CREATE TABLE accounts (id int, plan int REFERENCES plans (id));