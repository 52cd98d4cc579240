--! Previous: sha1:d53757af11c395152a1c7fb8f7c65189fa07280f
--! Hash: sha1:3aa4bb5a6da46639c951dc01a0ea4602d052cae6

--! no-transaction
create index concurrently cups_id on cups (id);
