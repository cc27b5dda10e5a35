import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConsentEntry } from '../../../policies/consent/state.ts';
import { deriveState } from '../../../subgraphs/consent/deriveState.ts';
import type { StateEvent } from '../../../subgraphs/consent/deriveState.ts';
import { EVENT_STATES } from '../../../subgraphs/consent/tables.ts';
import type { EventState } from '../../../subgraphs/consent/tables.ts';

const SUBJECT = 'user:u_1';

/** `GIVEN marketing/acme P1D`: an event, its purpose, recipient and validity. The n-th happens at n seconds. */
function events(texts: readonly string[]): readonly StateEvent[] {
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
      eventTime: new Date((index + 1) * 1_000),
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
