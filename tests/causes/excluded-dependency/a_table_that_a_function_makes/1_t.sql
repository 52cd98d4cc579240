CREATE FUNCTION make(p text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'CREATE TABLE ' || p || '_log (id int)';
END $$;