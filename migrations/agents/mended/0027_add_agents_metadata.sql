-- 0020 built the table agents again and left out the column metadata, which 0003 had made.
-- Added here, after 0020 and before 0029, which writes to it. A database that was set up from a
-- copy may have the column already, so it is looked for first; the file may run again and again.

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM information_schema.columns
        WHERE table_schema = 'public'
          AND table_name = 'agents'
          AND column_name = 'metadata'
    ) THEN
        ALTER TABLE public.agents ADD COLUMN metadata TEXT DEFAULT '{}';
    END IF;
END
$$;

COMMENT ON COLUMN agents.metadata IS 'What the generator of the agent wants to remember, as JSON text.';
