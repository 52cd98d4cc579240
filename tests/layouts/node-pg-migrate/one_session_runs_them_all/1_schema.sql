create schema app;
set search_path to app;
