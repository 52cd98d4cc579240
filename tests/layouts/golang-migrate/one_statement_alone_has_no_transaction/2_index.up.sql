create index concurrently tins_by_label on tins (label);
