ALTER TABLE users ADD COLUMN paypal text;
