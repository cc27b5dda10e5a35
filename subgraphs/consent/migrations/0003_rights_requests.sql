CREATE TABLE "rights_request_notes" (
	"step" uuid PRIMARY KEY NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rights_request_steps" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rights_request_steps_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"record_id" uuid NOT NULL,
	"request" uuid NOT NULL,
	"state" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"client" text NOT NULL,
	"actor" text,
	CONSTRAINT "rights_request_steps_record_id_unique" UNIQUE("record_id")
);
--> statement-breakpoint
CREATE TABLE "rights_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"client" text NOT NULL,
	"key" text
);
--> statement-breakpoint
ALTER TABLE "rights_request_notes" ADD CONSTRAINT "rights_request_notes_step_rights_request_steps_record_id_fk" FOREIGN KEY ("step") REFERENCES "public"."rights_request_steps"("record_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rights_request_steps" ADD CONSTRAINT "rights_request_steps_request_rights_requests_id_fk" FOREIGN KEY ("request") REFERENCES "public"."rights_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rights_requests" ADD CONSTRAINT "rights_requests_subject_subjects_id_fk" FOREIGN KEY ("subject") REFERENCES "public"."subjects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rights_request_steps_by_request" ON "rights_request_steps" USING btree ("request","sequence");--> statement-breakpoint
CREATE INDEX "rights_requests_by_subject" ON "rights_requests" USING btree ("subject","received_at");--> statement-breakpoint
CREATE INDEX "rights_requests_by_due" ON "rights_requests" USING btree ("due_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "rights_requests_key" ON "rights_requests" USING btree ("subject","client","kind","key") WHERE "rights_requests"."key" is not null;--> statement-breakpoint
-- That a person asked, and what came of it, is evidence as well. Only where a request stands changes, and what was
-- written with a step goes when the person is erased.
CREATE FUNCTION rights_requests_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'state' = to_jsonb(NEW) - 'state' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% keeps its rows: % is not allowed', TG_TABLE_NAME, TG_OP;
END
$$;
--> statement-breakpoint
CREATE TRIGGER rights_requests_kept
  BEFORE UPDATE OR DELETE ON "rights_requests"
  FOR EACH ROW EXECUTE FUNCTION rights_requests_kept();
--> statement-breakpoint
CREATE TRIGGER rights_requests_kept_whole
  BEFORE TRUNCATE ON "rights_requests"
  FOR EACH STATEMENT EXECUTE FUNCTION rights_requests_kept();
--> statement-breakpoint
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is not allowed', TG_TABLE_NAME, TG_OP;
END
$$;
--> statement-breakpoint
CREATE TRIGGER rights_request_steps_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON "rights_request_steps"
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
