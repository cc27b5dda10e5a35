CREATE TABLE "consent_events" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "consent_events_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"record_id" uuid NOT NULL,
	"pii_principal_id" text NOT NULL,
	"purpose" text,
	"recipient" text,
	"lawful_basis" text,
	"event_state" text NOT NULL,
	"event_time" timestamp (3) with time zone NOT NULL,
	"validity_duration" text,
	"policy_revision" text,
	"collection_method" text,
	"client" text NOT NULL,
	"actor" text,
	CONSTRAINT "consent_events_record_id_unique" UNIQUE("record_id"),
	CONSTRAINT "consent_events_purpose" CHECK (("consent_events"."purpose" is not null) = ("consent_events"."event_state" in ('GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'))),
	CONSTRAINT "consent_events_validity" CHECK ("consent_events"."validity_duration" ~ '^P[1-9][0-9]{0,4}D$')
);
--> statement-breakpoint
CREATE TABLE "subjects" (
	"id" text PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "consent_events" ADD CONSTRAINT "consent_events_pii_principal_id_subjects_id_fk" FOREIGN KEY ("pii_principal_id") REFERENCES "public"."subjects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "consent_events_by_subject" ON "consent_events" USING btree ("pii_principal_id","sequence");