ALTER TABLE "rights_requests" ADD COLUMN "forgotten" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "rights_requests_open" ON "rights_requests" USING btree ("subject","kind") WHERE "rights_requests"."state" in ('RECEIVED', 'IN_PROGRESS');--> statement-breakpoint
-- Erasing a person also says so of their requests, once and for all.
CREATE OR REPLACE FUNCTION rights_requests_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND to_jsonb(OLD) - '{state,forgotten}'::text[] = to_jsonb(NEW) - '{state,forgotten}'::text[]
    AND to_jsonb(OLD) -> 'forgotten' <= to_jsonb(NEW) -> 'forgotten'
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% keeps its rows: % is not allowed', TG_TABLE_NAME, TG_OP;
END
$$;
