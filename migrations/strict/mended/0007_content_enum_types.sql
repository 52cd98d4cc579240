-- Types that several tables use. CREATE TYPE has no IF NOT EXISTS, so the catalog is asked.

DO $$
BEGIN
    IF to_regtype('public.content_kind') IS NULL THEN
        CREATE TYPE public.content_kind AS ENUM ('article', 'post', 'thread', 'newsletter', 'video', 'audio');
    END IF;
    IF to_regtype('public.schedule_status') IS NULL THEN
        CREATE TYPE public.schedule_status AS ENUM ('pending', 'posting', 'posted', 'failed', 'cancelled');
    END IF;
    IF to_regtype('public.media_kind') IS NULL THEN
        CREATE TYPE public.media_kind AS ENUM ('image', 'video', 'audio', 'document');
    END IF;
END
$$;

COMMENT ON TYPE content_kind IS 'What a piece of content is, whatever platform it goes to.';
