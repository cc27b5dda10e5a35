import * as fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../subgraphs/consent/database.ts';
import type { OpenDatabase } from '../../../subgraphs/consent/database.ts';
import { deriveState } from '../../../subgraphs/consent/deriveState.ts';
import type { StateEvent } from '../../../subgraphs/consent/deriveState.ts';
import { readPeople } from '../../../subgraphs/consent/readPeople.ts';
import { consentEvents, EVENT_STATES, subjects } from '../../../subgraphs/consent/tables.ts';
import { freshDataDir } from '../../freshDataDir.ts';
import { startPostgres } from './startPostgres.ts';

const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

const ABOUT_PURPOSES = new Set(['GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED']);

/** One event, but for its time. Of few purposes, recipients and channels, and mostly given, so that they come again. */
const kind: fc.Arbitrary<Omit<StateEvent, 'eventTime'>> = fc
  .record({
    eventState: fc.constantFrom(...EVENT_STATES, 'GIVEN', 'GIVEN', 'GIVEN', 'OBJECTED'),
    purpose: fc.constantFrom('marketing', 'marketing', 'agreed'),
    recipient: fc.constantFrom(null, null, 'third_party.acme'),
    validityDuration: fc.constantFrom(null, null, 'P1D', 'P30D'),
    collectionMethod: fc.constantFrom(null, 'telephone', 'web_form'),
  })
  .map(({ eventState, purpose, recipient, validityDuration, collectionMethod }) => {
    const isAbout = ABOUT_PURPOSES.has(eventState);
    return {
      eventState,
      purpose: isAbout ? purpose : null,
      recipient: isAbout ? recipient : null,
      validityDuration: eventState === 'GIVEN' ? validityDuration : null,
      collectionMethod,
    };
  });

/** With channels in an order of their own: it is no part of a state. */
function stateOf(id: string, events: readonly StateEvent[]): unknown {
  const { collectionMethods, ...state } = deriveState(id, events);
  return { ...state, collectionMethods: collectionMethods.toSorted() };
}

const stores = [
  { name: 'PGlite', runs: 60, open: async () => await openDatabase({ dataDir: await freshDataDir() }) },
  ...(postgres === null
    ? []
    : [
        {
          name: 'PostgreSQL',
          runs: 60,
          open: async () => await openDatabase({ databaseUrl: await postgres.createDatabase() }),
        },
      ]),
];

describe.each(stores)('the events that are read, on $name,', ({ open, runs }) => {
  let store: OpenDatabase;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(async () => await store.close());

  /** Puts people on record, by ids of their own, with what each has said. */
  async function record(
    histories: readonly (readonly Omit<StateEvent, 'eventTime'>[])[],
  ): Promise<ReadonlyMap<string, readonly StateEvent[]>> {
    const people = new Map(
      histories.map((history) => [
        `user:${randomUUID()}`,
        history.map((event, index) => ({ ...event, eventTime: new Date((index + 1) * 1_000) })),
      ]),
    );
    if (people.size === 0) return people;
    await store.database.insert(subjects).values([...people.keys()].map((id) => ({ id })));
    const rows = [...people].flatMap(([piiPrincipalId, events]) =>
      events.map((event) => ({ ...event, piiPrincipalId, recordId: randomUUID(), client: 'test' })),
    );
    // People say things in turn, so that nobody's events stand together.
    const inTurn = rows.toSorted((a, b) => a.eventTime.getTime() - b.eventTime.getTime());
    for (let from = 0; from < inTurn.length; from += 500) {
      await store.database.insert(consentEvents).values(inTurn.slice(from, from + 500));
    }
    return people;
  }

  test('make the same state as the whole history', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(kind, { maxLength: 30, size: 'max' }), { minLength: 1, maxLength: 8, size: 'max' }),
        async (histories) => {
          const people = await record(histories);
          const read = await readPeople(store.database, [...people.keys()]);
          expect([...read.keys()].toSorted()).toEqual([...people.keys()].toSorted());
          for (const [id, history] of people) {
            expect(stateOf(id, read.get(id)?.events ?? [])).toEqual(stateOf(id, history));
          }
        },
      ),
      { numRuns: runs },
    );
  }, 60_000);

  test('are few, however often somebody has changed their mind', async () => {
    const turn = { purpose: 'marketing', recipient: null, validityDuration: null, collectionMethod: null };
    const [said] = await record([
      Array.from({ length: 5_000 }, (_, index) => ({
        ...turn,
        eventState: index % 2 === 0 ? ('GIVEN' as const) : ('WITHDRAWN' as const),
      })),
    ]);
    const id = said?.[0] ?? '';
    const events = (await readPeople(store.database, [id])).get(id)?.events;
    expect(events).toHaveLength(2);
    expect(events?.at(-1)).toMatchObject({ eventState: 'WITHDRAWN', eventTime: new Date(5_000_000) });
  }, 60_000);
});
