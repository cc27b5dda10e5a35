import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import { PURPOSE } from '../callers.ts';
import { hasConsented } from './people.ts';

/** A consent source, and how often it was asked since the last question. */
export interface ConsentSource {
  readonly url: string;
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

/** Longer than any run, so that what was read once stays in Redis. */
const LEASE_MS = 24 * 3_600_000;

const bodySchema = z.object({ variables: z.object({ subjects: z.array(z.string()) }) });

/** Starts one on a free loopback port. Everybody has used the service; who has consented, to recommendations alone. */
export async function startConsentSource(): Promise<ConsentSource> {
  let asked = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      const { subjects } = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))).variables;
      const states = subjects.map(stateOf);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { _consentStates: { leaseMs: LEASE_MS, states } } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    asked() {
      const count = asked;
      asked = 0;
      return count;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** `subject` is a full subject id, `user:u_17`. */
function stateOf(subject: string): object {
  const given = {
    purpose: PURPOSE,
    recipient: null,
    state: 'GIVEN',
    at: '2026-01-02T00:00:00Z',
    expiresAt: null,
  };
  return {
    subject,
    suspended: false,
    lastServiceUse: '2026-01-01T00:00:00Z',
    collectionMethods: [],
    entries: hasConsented(subject.slice(subject.indexOf(':') + 1)) ? [given] : [],
  };
}
