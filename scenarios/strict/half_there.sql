-- What somebody tidied up by hand.
DROP TABLE webhooks, audit_log CASCADE;
