ALTER TYPE mood ADD VALUE 'great';
INSERT INTO days VALUES (1, 'great');