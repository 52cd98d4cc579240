-- 027: notifications: which kinds there are, who wants which by what channel, and the inbox.

CREATE TABLE event_types (
    code          VARCHAR(64) PRIMARY KEY,
    label         VARCHAR(120) NOT NULL,
    default_on    BOOLEAN NOT NULL DEFAULT TRUE,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT event_types_code_format CHECK (code ~ '^[a-z]+(\.[a-z_]+)+$')
);

CREATE TYPE notification_channel AS ENUM ('inbox', 'email', 'push');

CREATE TABLE notification_preferences (
    user_id     UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    event_code  VARCHAR(64) NOT NULL REFERENCES event_types(code) ON UPDATE CASCADE ON DELETE CASCADE,
    channel     notification_channel NOT NULL,
    is_on       BOOLEAN NOT NULL,
    PRIMARY KEY (user_id, event_code, channel)
);

CREATE TABLE notifications (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    event_code  VARCHAR(64) NOT NULL REFERENCES event_types(code) ON UPDATE CASCADE,
    subject     VARCHAR(255) NOT NULL,
    payload     JSONB NOT NULL DEFAULT '{}'::jsonb,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    read_at     TIMESTAMPTZ
);

CREATE INDEX notifications_unread_idx ON notifications (user_id, created_at DESC) WHERE read_at IS NULL;
CREATE INDEX notifications_old_idx ON notifications (read_at) WHERE read_at IS NOT NULL;

INSERT INTO event_types (code, label, default_on) VALUES
    ('comment.created',    'Someone commented on a record you follow',  TRUE),
    ('comment.mentioned',  'Someone mentioned you',                     TRUE),
    ('record.assigned',    'A record was assigned to you',              TRUE),
    ('record.changed',     'A record you follow was changed',           FALSE),
    ('approval.requested', 'Your approval is asked for',                TRUE),
    ('approval.decided',   'Your request was decided',                  TRUE),
    ('sheet.shared',       'A sheet was shared with you',               TRUE);

CREATE OR REPLACE FUNCTION wants_notification(p_user UUID, p_event VARCHAR, p_channel notification_channel) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT COALESCE(
        (SELECT p.is_on FROM notification_preferences p
         WHERE p.user_id = p_user AND p.event_code = p_event AND p.channel = p_channel),
        (SELECT t.default_on AND p_channel = 'inbox' FROM event_types t WHERE t.code = p_event),
        FALSE);
$$;

CREATE OR REPLACE FUNCTION notify_mention() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF wants_notification(NEW.user_id, 'comment.mentioned', 'inbox') THEN
        INSERT INTO notifications (user_id, event_code, subject, payload)
        VALUES (NEW.user_id, 'comment.mentioned', 'You were mentioned',
                jsonb_build_object('comment', NEW.comment_id));
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER comment_mentions_notify AFTER INSERT ON comment_mentions
    FOR EACH ROW EXECUTE FUNCTION notify_mention();
