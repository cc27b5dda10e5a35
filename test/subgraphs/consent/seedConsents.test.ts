import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../subgraphs/consent/database.ts';
import type { OpenDatabase } from '../../../subgraphs/consent/database.ts';
import { deriveState } from '../../../subgraphs/consent/deriveState.ts';
import { appendEvent, readEvents } from '../../../subgraphs/consent/events.ts';
import { seedConsents } from '../../../subgraphs/consent/seedConsents.ts';
import { freshDataDir } from '../../freshDataDir.ts';

const SUBJECTS = Array.from({ length: 520 }, (_, index) => `user:u_${index + 1}`);
const REVISED = Date.UTC(2020, 4, 8);

let store: OpenDatabase;
beforeAll(async () => {
  store = await openDatabase({ dataDir: await freshDataDir() });
});
afterAll(async () => await store.close());

test('fills an empty store once', async () => {
  expect(await seedConsents(store.database, SUBJECTS)).toBe(520);
  const before = await readEvents(store.database, SUBJECTS);
  expect(await seedConsents(store.database, SUBJECTS)).toBe(0);
  expect(await readEvents(store.database, SUBJECTS)).toEqual(before);
});

test('leaves a store with anybody in it alone', async () => {
  const other = await openDatabase({ dataDir: await freshDataDir() });
  const draft = {
    eventState: 'WITHDRAWN',
    purpose: 'p',
    recipient: null,
    validityDays: null,
    policyRevision: null,
    collectionMethod: 'website',
    client: 'c',
    actor: null,
  } as const;
  await other.database.transaction(
    async (transaction) => await appendEvent(transaction, 'user:u_1', draft, 1_000),
  );
  expect(await seedConsents(other.database, SUBJECTS)).toBe(0);
  expect((await readEvents(other.database, SUBJECTS)).get('user:u_1')).toHaveLength(1);
  await other.close();
});

test.each([
  { subject: 'user:u_1', suspended: false, marketing: 'GIVEN', panel: 'GIVEN' },
  { subject: 'user:u_2', suspended: false, marketing: 'REFUSED', panel: 'REFUSED' },
  { subject: 'user:u_3', suspended: false, marketing: 'WITHDRAWN', panel: 'WITHDRAWN' },
  { subject: 'user:u_4', suspended: true, marketing: 'GIVEN', panel: 'GIVEN' },
  { subject: 'user:u_5', suspended: false, marketing: undefined, panel: undefined },
])('$subject is as the demo says', async ({ subject, suspended, marketing, panel }) => {
  await seedConsents(store.database, SUBJECTS);
  const state = deriveState(subject, (await readEvents(store.database, [subject])).get(subject) ?? []);
  const stated = (purpose: string) => state.entries.find((entry) => entry.purpose === purpose);
  expect(state.suspended).toBe(suspended);
  expect(stated('marketing.recommendation')?.state).toBe(marketing);
  expect(stated('agreed.survey_panel')?.state).toBe(panel);
  expect(state.entries.every((entry) => entry.recipient === null)).toBe(true);
});

test('everybody was acquired by a channel and has used the service since the last revision', async () => {
  await seedConsents(store.database, SUBJECTS);
  const histories = await readEvents(store.database, SUBJECTS);
  for (const [subject, events] of histories) {
    const state = deriveState(subject, events);
    expect(state.lastServiceUse).toBeGreaterThan(REVISED);
    expect(state.collectionMethods).toHaveLength(1);
  }
});

test('the mixture has all kinds of people', async () => {
  await seedConsents(store.database, SUBJECTS);
  const states = [...(await readEvents(store.database, SUBJECTS))]
    .slice(5)
    .map(([id, events]) => deriveState(id, events));
  const marketing = states.map((state) => {
    const entry = state.entries.find(({ purpose }) => purpose === 'marketing.recommendation');
    const over = entry?.expiresAt != null && entry.expiresAt < Date.UTC(2026, 1, 1);
    return over ? 'EXPIRED' : (entry?.state ?? 'NONE');
  });
  expect(new Set(marketing)).toEqual(new Set(['GIVEN', 'REFUSED', 'WITHDRAWN', 'EXPIRED', 'NONE']));
  expect(states.some((state) => state.suspended)).toBe(true);
  expect(states.some((state) => state.entries.some((entry) => entry.state === 'OBJECTED'))).toBe(true);
});
