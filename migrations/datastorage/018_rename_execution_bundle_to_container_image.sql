-- 018: the bundle is a plain container image; say so.

ALTER TABLE remediation_workflows RENAME COLUMN execution_bundle TO container_image;
ALTER TABLE remediation_workflows RENAME COLUMN execution_bundle_digest TO container_digest;
ALTER TABLE remediation_workflows
    RENAME CONSTRAINT remediation_workflows_bundle_digest TO remediation_workflows_container_digest;

ALTER TABLE remediation_workflows
    ADD CONSTRAINT remediation_workflows_digest_needs_image
        CHECK (container_digest IS NULL OR container_image IS NOT NULL);

CREATE INDEX idx_remediation_workflows_container_image ON remediation_workflows (container_image)
    WHERE container_image IS NOT NULL;

COMMENT ON COLUMN remediation_workflows.container_image IS 'Reference of the container image, such as registry.example.com/workflows/restart:1.2.0.';
COMMENT ON COLUMN remediation_workflows.container_digest IS 'Digest the image was approved with.';
