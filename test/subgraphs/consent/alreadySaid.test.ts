import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { alreadySaid } from '../../../subgraphs/consent/alreadySaid.ts';
import { deriveState } from '../../../subgraphs/consent/deriveState.ts';
import type { EventDraft } from '../../../subgraphs/consent/eventDraft.ts';
import { EVENT_STATES } from '../../../subgraphs/consent/tables.ts';
import type { ConsentEvent } from '../../../subgraphs/consent/tables.ts';
import { answer, caseOf, NOW } from '../../policies/question.ts';

const DAY_MS = 86_400_000;
const REVISION = '2024-03-01';
/** So many days before the question the first event was, another each hour. */
const START = NOW - 2 * DAY_MS;
const HOUR_MS = 3_600_000;

/** `GIVEN offers/third_party.acme P1D`: an event, its purpose, recipient and validity, or its channel. */
function draft(text: string, details: Partial<EventDraft> = {}): EventDraft {
  const [word = '', about = '', validity = ''] = text.split(' ');
  const eventState = EVENT_STATES.find((state) => state === word);
  if (eventState === undefined) throw new Error(`Not an event: ${word}`);
  const [purpose = '', recipient = ''] = about.split('/');
  const acquired = eventState === 'ACQUIRED';
  return {
    eventState,
    purpose: acquired || purpose === '' ? null : purpose,
    recipient: recipient === '' ? null : recipient,
    validityDays: validity === '' ? null : Number(validity.replace(/\D/g, '')),
    policyRevision: REVISION,
    collectionMethod: acquired ? purpose : 'website',
    client: 'my-page',
    actor: 'user:u_1',
    ...details,
  };
}

/** The `index`-th event of a history. */
function eventOf(given: EventDraft, index: number): ConsentEvent {
  const { validityDays, ...rest } = given;
  return {
    ...rest,
    sequence: index,
    recordId: String(index),
    piiPrincipalId: 'user:u_1',
    lawfulBasis: null,
    eventTime: new Date(START + index * HOUR_MS),
    validityDuration: validityDays === null ? null : `P${validityDays}D`,
  };
}

const historyOf = (texts: readonly string[]): ConsentEvent[] =>
  texts.map((text, index) => eventOf(draft(text), index));

test.each([
  { name: 'nothing', given: [], again: 'GIVEN p', said: null },
  { name: 'the same', given: ['GIVEN p'], again: 'GIVEN p', said: 0 },
  { name: 'for the same recipient', given: ['REFUSED p/acme'], again: 'REFUSED p/acme', said: 0 },
  { name: 'for another recipient', given: ['GIVEN p/acme'], again: 'GIVEN p/other', said: null },
  { name: 'for any recipient', given: ['GIVEN p/acme'], again: 'GIVEN p', said: null },
  { name: 'of another purpose', given: ['GIVEN p'], again: 'GIVEN q', said: null },
  { name: 'with an end', given: ['GIVEN p P1D'], again: 'GIVEN p P1D', said: null },
  { name: 'without the end that it had', given: ['GIVEN p P1D'], again: 'GIVEN p', said: null },
  { name: 'with an end that it had not', given: ['GIVEN p'], again: 'GIVEN p P1D', said: null },
  { name: 'after the opposite', given: ['GIVEN p', 'WITHDRAWN p'], again: 'GIVEN p', said: null },
  { name: 'the latest of several', given: ['GIVEN p', 'WITHDRAWN p'], again: 'WITHDRAWN p', said: 1 },
  { name: 'after another purpose', given: ['GIVEN p', 'REFUSED q'], again: 'GIVEN p', said: 0 },
  { name: 'after another recipient', given: ['GIVEN p/a', 'REFUSED p/b'], again: 'GIVEN p/a', said: 0 },
  { name: 'a withdrawal after an objection', given: ['OBJECTED p'], again: 'WITHDRAWN p', said: null },
  { name: 'that again', given: ['OBJECTED p', 'WITHDRAWN p'], again: 'WITHDRAWN p', said: 1 },
  { name: 'the objection again', given: ['OBJECTED p', 'WITHDRAWN p'], again: 'OBJECTED p', said: null },
  {
    name: 'for one, after a refusal for all',
    given: ['GIVEN p/acme', 'REFUSED p'],
    again: 'GIVEN p/acme',
    said: null,
  },
  { name: 'of all, after one below', given: ['REFUSED p', 'GIVEN p.q'], again: 'REFUSED p', said: null },
  { name: 'of one below, after all', given: ['GIVEN p.q', 'REFUSED p'], again: 'GIVEN p.q', said: null },
  { name: 'after erasure', given: ['REFUSED p', 'ERASED'], again: 'REFUSED p', said: null },
  { name: 'suspended', given: ['SUSPENDED', 'GIVEN p'], again: 'SUSPENDED', said: 0 },
  { name: 'resumed', given: ['SUSPENDED', 'RESUMED'], again: 'RESUMED', said: 1 },
  { name: 'suspended anew', given: ['SUSPENDED', 'RESUMED'], again: 'SUSPENDED', said: null },
  { name: 'suspended after erasure', given: ['SUSPENDED', 'ERASED'], again: 'SUSPENDED', said: null },
  { name: 'used', given: ['SERVICE_USED', 'GIVEN p'], again: 'SERVICE_USED', said: 0 },
  { name: 'used after erasure', given: ['SERVICE_USED', 'ERASED'], again: 'SERVICE_USED', said: null },
  { name: 'acquired', given: ['ACQUIRED a'], again: 'ACQUIRED a', said: null },
  { name: 'erased', given: ['ERASED'], again: 'ERASED', said: null },
])('$name', ({ given, again, said }) => {
  expect(alreadySaid(historyOf(given), draft(again))?.sequence ?? null).toBe(said);
});

test.each([
  { name: 'client', details: { client: 'consent-desk' } },
  { name: 'actor', details: { actor: null } },
  { name: 'revision', details: { policyRevision: null } },
  { name: 'method', details: { collectionMethod: 'correspondence' } },
])('by another $name it is said anew', ({ details }) => {
  for (const text of ['WITHDRAWN p', 'SUSPENDED']) {
    expect(alreadySaid(historyOf([text]), draft(text))).not.toBeNull();
    expect(alreadySaid(historyOf([text]), draft(text, details))).toBeNull();
  }
});

test.each([
  { name: 'whoever tells', details: { client: 'other', actor: null, collectionMethod: 'x' }, said: 0 },
  { name: 'under another revision', details: { policyRevision: '2024-05-01' }, said: null },
  { name: 'under none', details: { policyRevision: null }, said: null },
])('use of the service, $name', ({ details, said }) => {
  const again = draft('SERVICE_USED', details);
  expect(alreadySaid(historyOf(['SERVICE_USED']), again)?.sequence ?? null).toBe(said);
});

test('use of the service counts again where it was put on record before its revision came into force', () => {
  const early = { ...eventOf(draft('SERVICE_USED'), 0), eventTime: new Date(Date.parse(REVISION) - 1) };
  expect(alreadySaid([early], draft('SERVICE_USED'))).toBeNull();
  const onTime = { ...early, eventTime: new Date(Date.parse(REVISION)) };
  expect(alreadySaid([early, onTime], draft('SERVICE_USED'))).toBe(onTime);
});

const purposes = ['service', 'offers', 'offers.seasonal'];
const recipients = ['internal', 'group', 'third_party.acme'];
const decision = fc
  .tuple(
    fc.constantFrom('GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'),
    fc.constantFrom(...purposes),
    fc.constantFrom('', '', '/internal', '/third_party', '/third_party.acme', '/group'),
    fc.constantFrom('', '', ' P1D'),
  )
  .map(
    ([state, purpose, recipient, end]) => `${state} ${purpose}${recipient}${state === 'GIVEN' ? end : ''}`,
  );
const said = fc.oneof(
  { arbitrary: decision, weight: 6 },
  {
    arbitrary: fc.constantFrom('SUSPENDED', 'RESUMED', 'SERVICE_USED', 'ERASED', 'ACQUIRED survey'),
    weight: 1,
  },
);
/** Histories that repeat themselves. */
const history = fc
  .array(said, { minLength: 1, maxLength: 4 })
  .chain((few) => fc.array(fc.constantFrom(...few), { minLength: 1, maxLength: 8 }));

/** What is decided by a history at some times, in full. */
function decisions(events: readonly ConsentEvent[]): readonly string[] {
  const state = deriveState('user:u_1', events);
  return [NOW, NOW + DAY_MS, NOW + 30 * DAY_MS].flatMap((now) =>
    purposes.flatMap((purpose) =>
      recipients.map((recipient) => answer({ ...caseOf(purpose, state, { recipient }), now })),
    ),
  );
}

/** All of a state but the times of its entries, which only say what is later than what. */
function timeless(events: readonly ConsentEvent[]) {
  const { entries, ...rest } = deriveState('user:u_1', events);
  const lines = entries.map(({ purpose, recipient, state, expiresAt }) =>
    JSON.stringify([purpose, recipient, state, expiresAt]),
  );
  return { ...rest, entries: lines.toSorted() };
}

test('leaving out what is said already changes no decision, now or after whatever is said next', () => {
  const reasons = new Set<string>();
  let left = 0;
  fc.assert(
    fc.property(history, fc.array(said, { maxLength: 6 }), (before, after) => {
      const past = historyOf(before);
      for (const repeated of new Set(before)) {
        const again = draft(repeated);
        if (again.eventState === 'SERVICE_USED' || alreadySaid(past, again) === null) continue;
        left += 1;
        const later = after.map((text, index) => eventOf(draft(text), past.length + 1 + index));
        const without = [...past, ...later];
        const written = [...past, eventOf(again, past.length), ...later];
        expect(decisions(without)).toEqual(decisions(written));
        expect(timeless(without)).toEqual(timeless(written));
        for (const reason of decisions(without)) reasons.add(reason);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(left).toBeGreaterThan(500);
  expect([...reasons]).toEqual(
    expect.arrayContaining(['full CONSENT', 'full NOTIFIED', 'OBJECTED', 'CONSENT_REFUSED', 'SUSPENDED']),
  );
});
