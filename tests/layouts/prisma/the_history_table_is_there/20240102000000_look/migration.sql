INSERT INTO notes SELECT concat_ws(' ', migration_name, applied_steps_count, length(checksum))
FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL;
