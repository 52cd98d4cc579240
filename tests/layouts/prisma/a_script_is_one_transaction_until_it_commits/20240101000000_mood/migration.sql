CREATE TYPE mood AS ENUM ('calm');
COMMIT;
ALTER TYPE mood ADD VALUE 'glad';
SELECT 'glad'::mood;
