--! Previous: sha1:5231ba5970908f6b63fc445b452f75689dd27e68
--! Hash: sha1:1ee48d82a2a10f434b8eb3e68eb8eabd83afd673

insert into found
select filename, hash, 'sha1:5231ba5970908f6b63fc445b452f75689dd27e68' from graphile_migrate.migrations;
