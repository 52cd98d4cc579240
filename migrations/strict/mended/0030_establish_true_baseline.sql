-- DEPENDS: 0002_updated_at_function.sql
-- DEPENDS: 0007_content_enum_types.sql
-- DEPENDS: 0008_platforms_lookup.sql
-- DEPENDS: 0013_locales_lookup.sql
--
-- The schema as the live database has it, in one file. It stands for every migration before it that
-- ends in .retired.
--
--   Live database: all 26 tables are there; nothing happens.
--   Fresh database: none is there; all are built, beside the two lookup tables of 0008 and 0013.
--   Some are there: nobody knows what this database is, so it is refused rather than guessed at.
--
-- What looks odd in here is odd on the live database too. 0031 is where it gets corrected.

DO $baseline$
DECLARE
    wanted CONSTANT TEXT[] := ARRAY[
        'users', 'user_sessions', 'password_resets', 'organizations', 'organization_members', 'projects',
        'project_members', 'categories', 'tags', 'campaigns', 'content', 'content_versions', 'content_tags',
        'content_localisations', 'comments', 'media_assets', 'content_media', 'social_accounts',
        'post_schedules', 'post_attempts', 'content_metrics', 'content_metrics_daily', 'notifications',
        'api_keys', 'webhooks', 'audit_log'
    ];
    missing TEXT[];
BEGIN
    SELECT array_agg(name ORDER BY name) INTO missing
    FROM unnest(wanted) AS name
    WHERE to_regclass('public.' || name) IS NULL;

    IF missing IS NULL THEN
        RAISE NOTICE 'all % tables of the baseline are there: nothing to do', cardinality(wanted);
        RETURN;
    END IF;

    IF cardinality(missing) < cardinality(wanted) THEN
        RAISE EXCEPTION 'neither a fresh database nor the live one: % of % tables of the baseline are missing',
            cardinality(missing), cardinality(wanted)
            USING DETAIL = 'missing: ' || array_to_string(missing, ', '),
                  HINT = 'start from an empty database, or bring this one to the live schema first';
    END IF;

    -- People.

    CREATE TABLE public.users (
        id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        email         TEXT NOT NULL,
        password_hash TEXT,
        display_name  TEXT NOT NULL,
        role          TEXT NOT NULL DEFAULT 'author',
        locale_code   TEXT REFERENCES public.locales (code),
        is_active     BOOLEAN NOT NULL DEFAULT true,
        last_seen_at  TIMESTAMPTZ,
        created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
        failed_logins INTEGER NOT NULL DEFAULT 0,
        locked_until  TIMESTAMPTZ,
        -- Added by hand for an import, in plain text. 0031 empties it.
        password      TEXT,
        CONSTRAINT users_role_check CHECK (role IN ('author', 'editor', 'admin')),
        CONSTRAINT users_password_hash_check CHECK (password_hash ~ '^\$2[aby]\$[0-9]{2}\$')
    );
    CREATE UNIQUE INDEX idx_users_email ON public.users (lower(email));
    CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON public.users
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    CREATE TABLE public.user_sessions (
        id         UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id    UUID NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
        token_hash TEXT NOT NULL UNIQUE,
        ip_address INET,
        user_agent TEXT,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        expires_at TIMESTAMPTZ NOT NULL,
        revoked_at TIMESTAMPTZ,
        CONSTRAINT user_sessions_times_check CHECK (expires_at > created_at)
    );
    CREATE INDEX idx_user_sessions_user ON public.user_sessions (user_id, expires_at) WHERE revoked_at IS NULL;

    CREATE TABLE public.password_resets (
        token_hash TEXT PRIMARY KEY,
        user_id    UUID NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
        expires_at TIMESTAMPTZ NOT NULL,
        used_at    TIMESTAMPTZ,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now()
    );
    CREATE INDEX idx_password_resets_user ON public.password_resets (user_id) WHERE used_at IS NULL;

    CREATE TABLE public.organizations (
        id         UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        name       TEXT NOT NULL,
        slug       TEXT NOT NULL UNIQUE,
        plan       TEXT NOT NULL DEFAULT 'free',
        settings   JSONB NOT NULL DEFAULT '{}',
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT organizations_plan_check CHECK (plan IN ('free', 'team', 'business'))
    );
    CREATE TRIGGER organizations_set_updated_at BEFORE UPDATE ON public.organizations
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    CREATE TABLE public.organization_members (
        organization_id UUID NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
        user_id         UUID NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
        role            TEXT NOT NULL DEFAULT 'member',
        joined_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (organization_id, user_id),
        CONSTRAINT organization_members_role_check CHECK (role IN ('member', 'manager', 'owner'))
    );
    CREATE INDEX idx_organization_members_user ON public.organization_members (user_id);

    CREATE TABLE public.api_keys (
        id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        organization_id UUID NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
        created_by      UUID REFERENCES public.users (id) ON DELETE SET NULL,
        name            TEXT NOT NULL,
        key_prefix      TEXT NOT NULL,
        key_hash        TEXT NOT NULL UNIQUE,
        scopes          TEXT[] NOT NULL DEFAULT '{}',
        last_used_at    TIMESTAMPTZ,
        revoked_at      TIMESTAMPTZ,
        created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT api_keys_prefix_check CHECK (length(key_prefix) = 8)
    );
    CREATE INDEX idx_api_keys_prefix ON public.api_keys (key_prefix) WHERE revoked_at IS NULL;

    CREATE TABLE public.webhooks (
        id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        organization_id UUID NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
        url             TEXT NOT NULL,
        events          TEXT[] NOT NULL,
        signing_secret  BYTEA NOT NULL,
        failures        INTEGER NOT NULL DEFAULT 0,
        disabled_at     TIMESTAMPTZ,
        created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT webhooks_url_check CHECK (url ~ '^https://'),
        CONSTRAINT webhooks_events_check CHECK (cardinality(events) > 0)
    );
    CREATE INDEX idx_webhooks_events ON public.webhooks USING gin (events) WHERE disabled_at IS NULL;

    CREATE TABLE public.notifications (
        id         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        user_id    UUID NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
        kind       TEXT NOT NULL,
        payload    JSONB NOT NULL DEFAULT '{}',
        read_at    TIMESTAMPTZ,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT notifications_kind_check
            CHECK (kind IN ('comment', 'review_requested', 'published', 'post_failed', 'invited'))
    );
    CREATE INDEX idx_notifications_unread ON public.notifications (user_id, created_at DESC) WHERE read_at IS NULL;

    CREATE TABLE public.audit_log (
        id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id UUID REFERENCES public.organizations (id) ON DELETE SET NULL,
        actor_id        UUID REFERENCES public.users (id) ON DELETE SET NULL,
        action          TEXT NOT NULL,
        entity          TEXT NOT NULL,
        entity_id       TEXT NOT NULL,
        details         JSONB NOT NULL DEFAULT '{}',
        happened_at     TIMESTAMPTZ NOT NULL DEFAULT now()
    );
    CREATE INDEX idx_audit_log_entity ON public.audit_log (entity, entity_id, happened_at DESC);
    CREATE INDEX idx_audit_log_happened ON public.audit_log USING brin (happened_at);

    -- Projects and what sorts their content.

    CREATE TABLE public.projects (
        id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        owner_id        UUID NOT NULL REFERENCES public.users (id) ON DELETE RESTRICT,
        name            TEXT NOT NULL,
        slug            TEXT NOT NULL UNIQUE,
        description     TEXT NOT NULL DEFAULT '',
        archived_at     TIMESTAMPTZ,
        created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        organization_id UUID REFERENCES public.organizations (id) ON DELETE CASCADE,
        CONSTRAINT projects_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
    );
    CREATE TRIGGER projects_set_updated_at BEFORE UPDATE ON public.projects
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    CREATE TABLE public.project_members (
        project_id UUID NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
        user_id    UUID NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
        role       TEXT NOT NULL DEFAULT 'writer',
        added_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (project_id, user_id),
        CONSTRAINT project_members_role_check CHECK (role IN ('reader', 'writer', 'manager'))
    );

    CREATE TABLE public.categories (
        id         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        project_id UUID NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
        parent_id  BIGINT REFERENCES public.categories (id) ON DELETE RESTRICT,
        name       TEXT NOT NULL,
        position   INTEGER NOT NULL DEFAULT 0,
        CONSTRAINT categories_name_key UNIQUE (project_id, name)
    );

    CREATE TABLE public.tags (
        id         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        project_id UUID NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
        name       TEXT NOT NULL,
        CONSTRAINT tags_name_key UNIQUE (project_id, name)
    );

    CREATE TABLE public.campaigns (
        id         UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        project_id UUID NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
        name       TEXT NOT NULL,
        starts_on  DATE NOT NULL,
        ends_on    DATE,
        goal       TEXT NOT NULL DEFAULT '',
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT campaigns_name_key UNIQUE (project_id, name),
        CONSTRAINT campaigns_dates_check CHECK (ends_on >= starts_on)
    );
    CREATE TRIGGER campaigns_set_updated_at BEFORE UPDATE ON public.campaigns
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    -- Content: the text, its versions, its translations, what is said about it, its files.

    CREATE TABLE public.content (
        id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        project_id      UUID NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
        author_id       UUID REFERENCES public.users (id) ON DELETE SET NULL,
        title           TEXT NOT NULL,
        slug            TEXT NOT NULL,
        body            TEXT NOT NULL DEFAULT '',
        status          TEXT NOT NULL DEFAULT 'draft',
        published_at    TIMESTAMPTZ,
        created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        category_id     BIGINT REFERENCES public.categories (id) ON DELETE SET NULL,
        kind            public.content_kind NOT NULL DEFAULT 'article',
        current_version INTEGER NOT NULL DEFAULT 1,
        campaign_id     UUID REFERENCES public.campaigns (id) ON DELETE SET NULL,
        CONSTRAINT content_slug_key UNIQUE (project_id, slug),
        CONSTRAINT content_status_check CHECK (status IN ('draft', 'review', 'scheduled', 'published', 'archived'))
    );
    CREATE INDEX idx_content_project_status ON public.content (project_id, status);
    CREATE INDEX idx_content_author ON public.content (author_id) WHERE author_id IS NOT NULL;
    CREATE INDEX idx_content_campaign ON public.content (campaign_id) WHERE campaign_id IS NOT NULL;
    CREATE TRIGGER content_set_updated_at BEFORE UPDATE ON public.content
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    CREATE TABLE public.content_versions (
        content_id UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        version    INTEGER NOT NULL,
        title      TEXT NOT NULL,
        body       TEXT NOT NULL,
        saved_by   UUID REFERENCES public.users (id) ON DELETE SET NULL,
        saved_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (content_id, version),
        CONSTRAINT content_versions_version_check CHECK (version > 0)
    );

    CREATE FUNCTION public.keep_content_version() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.title IS DISTINCT FROM OLD.title OR NEW.body IS DISTINCT FROM OLD.body THEN
        NEW.current_version := OLD.current_version + 1;
        INSERT INTO content_versions (content_id, version, title, body, saved_by)
        VALUES (NEW.id, NEW.current_version, NEW.title, NEW.body, NEW.author_id);
    END IF;
    RETURN NEW;
END
$$;
    CREATE TRIGGER content_keep_version BEFORE UPDATE ON public.content
        FOR EACH ROW EXECUTE FUNCTION public.keep_content_version();

    CREATE TABLE public.content_tags (
        content_id UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        tag_id     BIGINT NOT NULL REFERENCES public.tags (id) ON DELETE CASCADE,
        PRIMARY KEY (content_id, tag_id)
    );
    CREATE INDEX idx_content_tags_tag ON public.content_tags (tag_id);

    CREATE TABLE public.content_localisations (
        content_id    UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        locale_code   TEXT NOT NULL REFERENCES public.locales (code),
        title         TEXT NOT NULL,
        body          TEXT NOT NULL DEFAULT '',
        translated_by UUID REFERENCES public.users (id) ON DELETE SET NULL,
        reviewed_at   TIMESTAMPTZ,
        created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (content_id, locale_code)
    );
    CREATE TRIGGER content_localisations_set_updated_at BEFORE UPDATE ON public.content_localisations
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    CREATE TABLE public.comments (
        id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        content_id  UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        parent_id   UUID REFERENCES public.comments (id) ON DELETE CASCADE,
        author_id   UUID REFERENCES public.users (id) ON DELETE SET NULL,
        body        TEXT NOT NULL,
        resolved_at TIMESTAMPTZ,
        created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT comments_body_check CHECK (length(btrim(body)) > 0)
    );
    CREATE INDEX idx_comments_content ON public.comments (content_id, created_at);
    CREATE INDEX idx_comments_open ON public.comments (content_id) WHERE resolved_at IS NULL;

    CREATE TABLE public.media_assets (
        id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        project_id  UUID NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
        kind        public.media_kind NOT NULL,
        file_name   TEXT NOT NULL,
        mime_type   TEXT NOT NULL,
        bytes       BIGINT NOT NULL,
        sha256      TEXT NOT NULL,
        alt_text    TEXT NOT NULL DEFAULT '',
        uploaded_by UUID REFERENCES public.users (id) ON DELETE SET NULL,
        created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT media_assets_sha256_key UNIQUE (project_id, sha256),
        CONSTRAINT media_assets_bytes_check CHECK (bytes > 0),
        CONSTRAINT media_assets_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$')
    );

    CREATE TABLE public.content_media (
        content_id UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        media_id   UUID NOT NULL REFERENCES public.media_assets (id) ON DELETE RESTRICT,
        position   INTEGER NOT NULL,
        caption    TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (content_id, position)
    );
    CREATE INDEX idx_content_media_media ON public.content_media (media_id);

    -- Posting, and what came of it.

    CREATE TABLE public.social_accounts (
        id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        organization_id UUID NOT NULL REFERENCES public.organizations (id) ON DELETE CASCADE,
        platform_code   TEXT NOT NULL REFERENCES public.platforms (code),
        handle          TEXT NOT NULL,
        secret          BYTEA NOT NULL,
        expires_at      TIMESTAMPTZ,
        disabled_at     TIMESTAMPTZ,
        created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
        CONSTRAINT social_accounts_handle_key UNIQUE (platform_code, handle)
    );
    CREATE TRIGGER social_accounts_set_updated_at BEFORE UPDATE ON public.social_accounts
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    CREATE TABLE public.post_schedules (
        id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        content_id    UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        platform_code TEXT NOT NULL REFERENCES public.platforms (code),
        scheduled_at  TIMESTAMPTZ NOT NULL,
        timezone      TEXT NOT NULL DEFAULT 'UTC',
        status        public.schedule_status NOT NULL DEFAULT 'pending',
        created_by    UUID REFERENCES public.users (id) ON DELETE SET NULL,
        created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
        updated_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
        account_id    UUID REFERENCES public.social_accounts (id) ON DELETE CASCADE
    );
    CREATE INDEX idx_post_schedules_due ON public.post_schedules (scheduled_at) WHERE status = 'pending';
    CREATE TRIGGER post_schedules_set_updated_at BEFORE UPDATE ON public.post_schedules
        FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

    CREATE TABLE public.post_attempts (
        schedule_id  UUID NOT NULL REFERENCES public.post_schedules (id) ON DELETE CASCADE,
        attempt      INTEGER NOT NULL,
        started_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
        finished_at  TIMESTAMPTZ,
        http_status  INTEGER,
        error        TEXT,
        external_url TEXT,
        PRIMARY KEY (schedule_id, attempt),
        CONSTRAINT post_attempts_attempt_check CHECK (attempt BETWEEN 1 AND 10),
        CONSTRAINT post_attempts_times_check CHECK (finished_at >= started_at)
    );

    CREATE TABLE public.content_metrics (
        id            BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        content_id    UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        platform_code TEXT NOT NULL REFERENCES public.platforms (code),
        measured_at   TIMESTAMPTZ NOT NULL,
        impressions   BIGINT NOT NULL DEFAULT 0,
        reactions     BIGINT NOT NULL DEFAULT 0,
        replies       BIGINT NOT NULL DEFAULT 0,
        shares        BIGINT NOT NULL DEFAULT 0,
        clicks        BIGINT NOT NULL DEFAULT 0,
        CONSTRAINT content_metrics_moment_key UNIQUE (content_id, platform_code, measured_at),
        CONSTRAINT content_metrics_counts_check
            CHECK (least(impressions, reactions, replies, shares, clicks) >= 0)
    );
    CREATE INDEX idx_content_metrics_measured ON public.content_metrics (measured_at DESC);

    CREATE TABLE public.content_metrics_daily (
        content_id    UUID NOT NULL REFERENCES public.content (id) ON DELETE CASCADE,
        platform_code TEXT NOT NULL REFERENCES public.platforms (code),
        day           DATE NOT NULL,
        impressions   BIGINT NOT NULL DEFAULT 0,
        engagements   BIGINT NOT NULL DEFAULT 0,
        clicks        BIGINT NOT NULL DEFAULT 0,
        PRIMARY KEY (content_id, platform_code, day)
    );

    CREATE VIEW public.content_reach AS
    SELECT content_id,
           sum(impressions) AS impressions,
           sum(engagements) AS engagements,
           min(day) AS first_day,
           max(day) AS last_day
    FROM public.content_metrics_daily
    GROUP BY content_id;

    COMMENT ON VIEW public.content_reach IS 'All platforms and days of a piece of content together.';
END
$baseline$;
