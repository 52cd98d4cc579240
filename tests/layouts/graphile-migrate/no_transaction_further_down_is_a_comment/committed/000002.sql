--! Previous: sha1:d53757af11c395152a1c7fb8f7c65189fa07280f
--! Hash: sha1:240686cfdf036b70cfd689e6589bab6c3ac1a736

-- indexes
--! no-transaction
create index concurrently cups_id on cups (id);
