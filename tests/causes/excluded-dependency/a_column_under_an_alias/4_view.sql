CREATE VIEW owners AS
SELECT p.id, q.name FROM people p JOIN pets q ON q.owner = p.id;