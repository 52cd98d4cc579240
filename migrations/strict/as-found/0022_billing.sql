-- Subscriptions and invoices.

CREATE TABLE subscriptions (
    id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id UUID NOT NULL UNIQUE REFERENCES organizations (id) ON DELETE RESTRICT,
    plan_code       TEXT NOT NULL,
    seats           INTEGER NOT NULL DEFAULT 1,
    renews_on       DATE,
    cancelled_at    TIMESTAMPTZ,
    CONSTRAINT subscriptions_seats_check CHECK (seats > 0)
);

CREATE TABLE invoices (
    number          TEXT PRIMARY KEY,
    subscription_id UUID NOT NULL REFERENCES subscriptions (id) ON DELETE RESTRICT,
    issued_on       DATE NOT NULL DEFAULT current_date,
    amount_cents    BIGINT NOT NULL,
    currency        TEXT NOT NULL DEFAULT 'EUR',
    paid_at         TIMESTAMPTZ
);

INSERT INTO subscriptions (organization_id, plan_code)
SELECT id, plan FROM organization WHERE plan <> 'free';
