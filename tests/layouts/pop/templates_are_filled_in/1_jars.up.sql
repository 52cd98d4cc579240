create schema {{ index .Options "Namespace" }};
create table {{ index .Options "Namespace" }}.jars (name text);
