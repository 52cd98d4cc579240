CREATE TABLE users (id int, paypal text);
