-- What data subjects decided is evidence: rows are added, never changed, and never removed.
CREATE FUNCTION consent_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'consent_events is append-only: % is not allowed', TG_OP;
END
$$;
--> statement-breakpoint
CREATE TRIGGER consent_events_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON "consent_events"
  FOR EACH STATEMENT EXECUTE FUNCTION consent_events_append_only();
