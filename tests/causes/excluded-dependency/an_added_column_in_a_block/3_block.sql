DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'docs' AND column_name = 'metadata') THEN
    ALTER TABLE docs ADD COLUMN metadata jsonb;
  END IF;
END $$;