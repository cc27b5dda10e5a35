import { Client } from 'pg';
import { request } from 'undici';
import { z } from 'zod';
import { CALLER_HEADER, signCallerToken } from '../../policies/consent/callerToken.ts';
import type { Recorded } from './history.ts';
import { EFFECTS, PEOPLE, registerName, subjectOf } from './scenario.ts';
import { CALLER_KEY, type World } from './world.ts';

const row = z.object({
  recordId: z.string(),
  subject: z.string(),
  event: z.string(),
  purpose: z.string().nullable(),
  tag: z.string().nullable(),
  at: z.coerce.date(),
});

/** The consent record in the order of its sequence: from the tables of PostgreSQL, from the subgraph over PGlite. */
export async function readRecord({ postgres, consents }: World): Promise<readonly Recorded[]> {
  const rows = postgres === null ? await fromSubgraph(consents[0].url) : await fromTables(postgres.url);
  return rows.map(({ recordId, subject, event, purpose, tag, at }) => {
    const effect = EFFECTS[event] ?? null;
    const register = effect === null ? null : registerName(subject, purpose);
    // What is not about a purpose has no room for a tag.
    return { recordId, subject, register, effect, tag: purpose === null ? null : tag, at: at.getTime() };
  });
}

type Row = z.infer<typeof row>;

async function fromTables(url: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query(
      `select record_id as "recordId", pii_principal_id as subject, event_state as event, purpose,
         collection_method as tag, event_time as at
       from consent_events order by sequence`,
    );
    return z.array(row).parse(rows);
  } finally {
    await client.end();
  }
}

const QUERY = `query ($id: ID!) {
  dataSubject(id: $id) { consentRecords { recordId event purpose tag: collectionMethod at } }
}`;

const answer = z.object({
  data: z.object({
    dataSubject: z.object({ consentRecords: z.array(row.omit({ subject: true })) }),
  }),
});

async function fromSubgraph(url: string): Promise<readonly Row[]> {
  const claims = { client: 'consent-desk', endUser: null, actor: null, consentWrite: ['*'] };
  const token = await signCallerToken(CALLER_KEY, claims);
  const histories = await Promise.all(
    PEOPLE.map(async ({ id }) => {
      const subject = subjectOf(id);
      const { body } = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [CALLER_HEADER]: token },
        body: JSON.stringify({ query: QUERY, variables: { id: subject } }),
      });
      const { data } = answer.parse(await body.json());
      return data.dataSubject.consentRecords.map((record) => ({ ...record, subject }));
    }),
  );
  return histories.flat();
}
