--! Previous: sha1:d53757af11c395152a1c7fb8f7c65189fa07280f
--! Hash: sha1:3dd30c40d167a9ba8a07a50c212e728f6cb4d1b0

create index concurrently cups_id on cups (id);
