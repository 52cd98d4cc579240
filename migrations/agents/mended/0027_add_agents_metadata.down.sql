-- Takes the column away again. Where it is gone already there is nothing to do.

DO $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM information_schema.columns
        WHERE table_schema = 'public'
          AND table_name = 'agents'
          AND column_name = 'metadata'
    ) THEN
        ALTER TABLE public.agents DROP COLUMN metadata;
    END IF;
END
$$;
