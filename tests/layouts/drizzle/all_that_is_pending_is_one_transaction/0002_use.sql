SELECT 'glad'::mood;
