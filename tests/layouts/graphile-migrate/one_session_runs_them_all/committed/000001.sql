--! Previous: -
--! Hash: sha1:2c8c0bcaf97e2b1addd96c8179e08d0caddc8b55

create schema app;
set search_path to app;
