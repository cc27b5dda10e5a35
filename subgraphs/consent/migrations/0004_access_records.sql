CREATE TABLE "access_dead_letters" (
	"entry" text NOT NULL,
	"digest" text NOT NULL,
	"reason" text NOT NULL,
	"payload" "bytea" NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "access_dead_letters_entry_digest_pk" PRIMARY KEY("entry","digest")
);
--> statement-breakpoint
CREATE TABLE "access_records" (
	"chain" text NOT NULL,
	"sequence" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"references" text[] NOT NULL,
	"hash" text NOT NULL,
	"line" jsonb NOT NULL,
	CONSTRAINT "access_records_chain_sequence_pk" PRIMARY KEY("chain","sequence")
);
--> statement-breakpoint
CREATE INDEX "access_records_by_reference" ON "access_records" USING gin ("references");--> statement-breakpoint
-- Who was shown what about whom is evidence: rows are added, never changed, and never removed.
CREATE TRIGGER access_records_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON "access_records"
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
