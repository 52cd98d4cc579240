create schema app;
set search_path = app, public;
