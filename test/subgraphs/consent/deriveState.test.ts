import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConsentEntry } from '../../../policies/consent/state.ts';
import { deriveState } from '../../../subgraphs/consent/deriveState.ts';
import type { StateEvent } from '../../../subgraphs/consent/deriveState.ts';
import { EVENT_STATES } from '../../../subgraphs/consent/tables.ts';
import type { EventState } from '../../../subgraphs/consent/tables.ts';
import { answer, caseOf, NOW } from '../../policies/question.ts';

const SUBJECT = 'user:u_1';

const DAY_MS = 86_400_000;

/** `GIVEN marketing/acme P1D`: an event, its purpose, recipient and validity. The n-th is n seconds after `start`. */
function events(texts: readonly string[], start = 0): readonly StateEvent[] {
  return texts.map((text, index) => {
    const [word = '', about = '', validity = ''] = text.split(' ');
    const eventState = EVENT_STATES.find((state) => state === word);
    if (eventState === undefined) throw new Error(`Not an event: ${word}`);
    const [purpose = '', recipient = ''] = about.split('/');
    const acquired = eventState === 'ACQUIRED';
    return {
      eventState,
      purpose: acquired || purpose === '' ? null : purpose,
      recipient: recipient === '' ? null : recipient,
      eventTime: new Date(start + (index + 1) * 1_000),
      validityDuration: validity === '' ? null : validity,
      collectionMethod: acquired ? purpose : 'web_form',
    };
  });
}

/** `GIVEN p/acme@2-86402`: state, purpose, recipient, time and end in seconds. */
function written(entry: ConsentEntry): string {
  const recipient = entry.recipient === null ? '' : `/${entry.recipient}`;
  const end = entry.expiresAt === null ? '' : `-${entry.expiresAt / 1_000}`;
  return `${entry.state} ${entry.purpose}${recipient}@${entry.at / 1_000}${end}`;
}

test.each([
  { name: 'nothing', given: [], expected: [] },
  { name: 'one permission', given: ['GIVEN p'], expected: ['GIVEN p@1'] },
  { name: 'a permission with an end', given: ['GIVEN p P1D'], expected: ['GIVEN p@1-86401'] },
  {
    name: 'the latest of a purpose counts',
    given: ['GIVEN p P1D', 'WITHDRAWN p'],
    expected: ['WITHDRAWN p@2'],
  },
  { name: 'given again', given: ['GIVEN p', 'WITHDRAWN p', 'GIVEN p'], expected: ['GIVEN p@3'] },
  { name: 'renewed without end', given: ['GIVEN p P1D', 'GIVEN p'], expected: ['GIVEN p@2'] },
  {
    name: 'recipients stand for themselves',
    given: ['GIVEN p', 'WITHDRAWN p/acme', 'REFUSED p/other'],
    expected: ['GIVEN p@1', 'WITHDRAWN p/acme@2', 'REFUSED p/other@3'],
  },
  {
    name: 'purposes stand for themselves',
    given: ['GIVEN p', 'REFUSED p.q'],
    expected: ['GIVEN p@1', 'REFUSED p.q@2'],
  },
  { name: 'an objection', given: ['GIVEN p', 'OBJECTED p'], expected: ['OBJECTED p@2'] },
  {
    name: 'an objection is not lifted by withdrawing',
    given: ['OBJECTED p', 'WITHDRAWN p'],
    expected: ['OBJECTED p@2'],
  },
  {
    name: 'an objection is not lifted by refusing',
    given: ['OBJECTED p', 'REFUSED p'],
    expected: ['OBJECTED p@2'],
  },
  {
    name: 'an objection is lifted by giving',
    given: ['OBJECTED p', 'WITHDRAWN p', 'GIVEN p'],
    expected: ['GIVEN p@3'],
  },
  {
    name: 'erasure keeps what forbids and forgets what permits',
    given: ['GIVEN a', 'REFUSED b', 'WITHDRAWN c', 'OBJECTED d', 'ERASED'],
    expected: ['REFUSED b@2', 'WITHDRAWN c@3', 'OBJECTED d@4'],
  },
  {
    name: 'what a permission with an end lifts stays beside it',
    given: ['REFUSED a', 'GIVEN a P1D', 'WITHDRAWN b', 'GIVEN b P1D', 'OBJECTED c/acme', 'GIVEN c/acme P1D'],
    expected: [
      'REFUSED a@1',
      'GIVEN a@2-86402',
      'WITHDRAWN b@3',
      'GIVEN b@4-86404',
      'OBJECTED c/acme@5',
      'GIVEN c/acme@6-86406',
    ],
  },
  {
    name: 'however often it is renewed',
    given: ['REFUSED p', 'GIVEN p P1D', 'GIVEN p P2D'],
    expected: ['REFUSED p@1', 'GIVEN p@3-172803'],
  },
  {
    name: 'until one without end replaces both',
    given: ['REFUSED p', 'GIVEN p P1D', 'GIVEN p', 'GIVEN p P1D'],
    expected: ['GIVEN p@4-86404'],
  },
  {
    name: 'a later denial replaces both',
    given: ['REFUSED p', 'GIVEN p P1D', 'WITHDRAWN p'],
    expected: ['WITHDRAWN p@3'],
  },
  {
    name: 'but withdrawing does not take the objection beside it away',
    given: ['OBJECTED p', 'GIVEN p P1D', 'WITHDRAWN p'],
    expected: ['OBJECTED p@3'],
  },
  {
    name: 'erasure forgets the permission and keeps the denial beside it',
    given: ['OBJECTED p', 'GIVEN p P1D', 'ERASED'],
    expected: ['OBJECTED p@1'],
  },
  {
    name: 'after erasure one can give again',
    given: ['GIVEN p', 'ERASED', 'GIVEN p'],
    expected: ['GIVEN p@3'],
  },
])('entries: $name', ({ given, expected }) => {
  expect(deriveState(SUBJECT, events(given)).entries.map(written)).toEqual(expected);
});

test.each([
  { name: 'nothing', given: [], expected: { suspended: false, lastServiceUse: null, collectionMethods: [] } },
  { name: 'suspended', given: ['SUSPENDED'], expected: { suspended: true } },
  { name: 'resumed', given: ['SUSPENDED', 'RESUMED'], expected: { suspended: false } },
  { name: 'suspended again', given: ['SUSPENDED', 'RESUMED', 'SUSPENDED'], expected: { suspended: true } },
  { name: 'resumed without being suspended', given: ['RESUMED'], expected: { suspended: false } },
  { name: 'giving does not resume', given: ['SUSPENDED', 'GIVEN p'], expected: { suspended: true } },
  { name: 'erasing does not resume', given: ['SUSPENDED', 'ERASED'], expected: { suspended: true } },
  { name: 'the last use', given: ['SERVICE_USED', 'SERVICE_USED'], expected: { lastServiceUse: 2_000 } },
  { name: 'a use before erasure', given: ['SERVICE_USED', 'ERASED'], expected: { lastServiceUse: null } },
  {
    name: 'acquired twice',
    given: ['ACQUIRED a', 'ACQUIRED b', 'ACQUIRED a'],
    expected: { collectionMethods: ['a', 'b'] },
  },
  {
    name: 'acquired before erasure',
    given: ['ACQUIRED a', 'ERASED', 'ACQUIRED b'],
    expected: { collectionMethods: ['b'] },
  },
  {
    name: 'how a consent was collected is no acquisition',
    given: ['GIVEN p'],
    expected: { collectionMethods: [] },
  },
])('the person: $name', ({ given, expected }) => {
  expect(deriveState(SUBJECT, events(given))).toMatchObject({ subject: SUBJECT, ...expected });
});

test('nothing but a later GIVEN takes a denial of a purpose back', () => {
  const others: readonly EventState[] = EVENT_STATES.filter((state) => state !== 'GIVEN');
  const texts = fc.array(
    fc
      .constantFrom(...others)
      .map((state) => `${state} p`.replace(/^(SUSPENDED|RESUMED|SERVICE_USED|ERASED) p$/, '$1')),
  );
  fc.assert(
    fc.property(fc.constantFrom('REFUSED p', 'WITHDRAWN p', 'OBJECTED p'), texts, (denial, later) => {
      const entry = deriveState(SUBJECT, events(['GIVEN p', denial, ...later])).entries.find(
        ({ purpose }) => purpose === 'p',
      );
      expect(entry?.state).toMatch(/REFUSED|WITHDRAWN|OBJECTED/);
      if (denial === 'OBJECTED p') expect(entry?.state).toBe('OBJECTED');
    }),
  );
});

function denials(history: readonly StateEvent[]): readonly string[] {
  return deriveState(SUBJECT, history)
    .entries.filter(({ state }) => state !== 'GIVEN')
    .map(written);
}

test('a permission with an end takes no denial back for good', () => {
  const text = fc.oneof(
    fc.constantFrom('GIVEN p', 'GIVEN p P1D', 'REFUSED p', 'WITHDRAWN p', 'OBJECTED p', 'ERASED'),
    fc.constantFrom('GIVEN p/acme', 'GIVEN p/acme P1D', 'REFUSED p/acme', 'OBJECTED p/acme'),
  );
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const history = events(texts);
      expect(denials(history)).toEqual(denials(history.filter((event) => event.validityDuration === null)));
    }),
  );
});

test.each([
  { name: 'an objection', given: 'OBJECTED service', expected: ['full NOTIFIED', 'OBJECTED'] },
  { name: 'a refusal', given: 'REFUSED offers', expected: ['full CONSENT', 'CONSENT_REFUSED'] },
  { name: 'a withdrawal', given: 'WITHDRAWN offers', expected: ['full CONSENT', 'CONSENT_WITHDRAWN'] },
])('$name stands again when the permission that lifted it expires', ({ given, expected }) => {
  const purpose = given.replace(/^\w+ /, '');
  const history = events([given, `GIVEN ${purpose} P1D`], NOW - DAY_MS);
  const { entries } = deriveState(SUBJECT, history);
  const question = caseOf(purpose, { entries });
  expect([NOW, NOW + 2_000].map((now) => answer({ ...question, now }))).toEqual(expected);
});
