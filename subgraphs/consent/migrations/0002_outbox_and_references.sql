-- What stands for a subject in the access record: 122 random bits of the server's, as 22 characters of base64url. The
-- default also gives one to everybody on record so far.
ALTER TABLE "subjects" ADD COLUMN "reference" text DEFAULT translate(rtrim(encode(uuid_send(gen_random_uuid()), 'base64'), '='), '+/', '-_') NOT NULL;
--> statement-breakpoint
ALTER TABLE "subjects" ADD CONSTRAINT "subjects_reference_unique" UNIQUE("reference");
--> statement-breakpoint
CREATE TABLE "cache_outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "cache_outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subject" text NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT clock_timestamp() + interval '1 second' NOT NULL
);
