import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import type { ConsentState, SubjectState } from '../../policies/consent/state.ts';
import { createDice } from './dice.ts';

/** What people permit in one case. */
export interface Consents {
  readonly stateOf: (subject: string) => SubjectState;
}

/** A consent source over real HTTP, for one process at a time. */
export interface ConsentSource {
  readonly url: string;
  readonly serve: (consents: Consents) => void;
  readonly stop: () => Promise<void>;
}

const REFUSED = { errors: [{ message: 'Refused.', extensions: { code: 'BAD_USER_INPUT' } }] };

const bodySchema = z.object({ variables: z.object({ subjects: z.array(z.string()) }) });

/**
 * Starts the source on a free loopback port. Where somebody's state is unavailable it refuses the question: were it said
 * to be down, the gateway would leave it alone for a while, and the next case be answered by what became of this one.
 */
export async function startConsentSource(): Promise<ConsentSource> {
  let current: Consents | null = null;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { subjects } = bodySchema.parse(JSON.parse(text)).variables;
      const states = subjects.map((subject) => current?.stateOf(subject));
      const isKnown = states.every((state) => state?.kind === 'known');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          isKnown ? { data: { _consentStates: { leaseMs: 0, states: states.map(written) } } } : REFUSED,
        ),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return {
    url: `http://127.0.0.1:${String(address.port)}/graphql`,
    serve(consents) {
      current = consents;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function written(state: SubjectState | undefined): unknown {
  if (state?.kind !== 'known') return null;
  const { lastServiceUse, entries, ...rest } = state.state;
  return {
    ...rest,
    lastServiceUse: time(lastServiceUse),
    entries: entries.map((entry) => ({ ...entry, at: time(entry.at), expiresAt: time(entry.expiresAt) })),
  };
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);

/** What each person permits follows from the seed and their id, so that nobody need be listed. */
export function randomConsents(seed: number): Consents {
  const isDown = createDice(seed).chance(0.04);
  const known = new Map<string, ConsentState>();
  return {
    stateOf(subject) {
      if (isDown) return { kind: 'unavailable', subject };
      let state = known.get(subject);
      if (state === undefined) known.set(subject, (state = stateOf(seed, subject)));
      return { kind: 'known', subject, state };
    },
  };
}

function stateOf(seed: number, subject: string): ConsentState {
  let mixed = seed;
  for (const character of subject) mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x01000193);
  const dice = createDice(mixed);
  const entry = (purpose: string): ConsentState['entries'][number] => ({
    purpose,
    recipient: dice.pick([null, null, 'internal', 'third_party.acme', 'advertiser.ads']),
    state: dice.pick(['GIVEN', 'GIVEN', 'GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'] as const),
    at: START + dice.below(300) * DAY,
    expiresAt: dice.chance(0.1) ? START + dice.pick([310, 20_000]) * DAY : null,
  });
  const isPlain = dice.chance(0.6);
  return {
    subject,
    suspended: dice.chance(0.05),
    lastServiceUse: dice.chance(0.92) ? START : null,
    collectionMethods: dice.chance(0.6) ? ['survey'] : [],
    reference: null,
    entries: isPlain
      ? dice.some(['offer', 'serve.part'], 0.7).map((purpose) => ({
          ...entry(purpose),
          state: 'GIVEN' as const,
          recipient: null,
          expiresAt: null,
        }))
      : dice.some(['offer', 'serve', 'serve.part', 'ads'], 0.45).map(entry),
  };
}
