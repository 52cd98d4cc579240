--! Previous: -
--! Hash: sha1:26f8bc4146120c446516f8b11e9b089989ede4c6

revoke all on database :DATABASE_NAME from public;
grant connect on database :DATABASE_NAME to :DATABASE_OWNER;
