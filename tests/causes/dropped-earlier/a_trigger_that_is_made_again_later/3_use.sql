COMMENT ON TRIGGER noted ON t IS 'keeps a note';
