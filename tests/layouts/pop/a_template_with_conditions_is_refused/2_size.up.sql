{{ if eq .Dialect "postgres" }}alter table jars add column size int;{{ end }}
