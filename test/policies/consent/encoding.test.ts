import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStateDecoder, decodeState, encodeState } from '../../../policies/consent/encoding.ts';
import type { ConsentState } from '../../../policies/consent/state.ts';

const time = fc.integer({ min: 0, max: 8_000_000_000_000 });
const key = fc.string({ minLength: 1, unit: 'grapheme' });
const states: fc.Arbitrary<ConsentState> = fc.record({
  subject: fc.constant('user:u_1'),
  suspended: fc.boolean(),
  lastServiceUse: fc.option(time),
  collectionMethods: fc.array(key),
  entries: fc.array(
    fc.record({
      purpose: key,
      recipient: fc.option(key),
      state: fc.constantFrom('GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'),
      at: time,
      expiresAt: fc.option(time),
    }),
  ),
  reference: fc.option(key),
});

test('what is written is read back, for the subject asked about', () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(decodeState('user:u_1', encodeState(state))).toEqual(state);
      expect(decodeState('user:u_2', encodeState(state))?.subject).toBe('user:u_2');
      expect(encodeState(state)).not.toContain('user:u_1');
    }),
  );
});

test('a denial and the permission that lifts it until it ends are kept apart', () => {
  const about = { purpose: 'p', recipient: 'internal' };
  const state: ConsentState = {
    subject: 'user:u_1',
    suspended: false,
    lastServiceUse: null,
    collectionMethods: [],
    entries: [
      { ...about, state: 'OBJECTED', at: 1, expiresAt: null },
      { ...about, state: 'GIVEN', at: 2, expiresAt: 3 },
    ],
    reference: 'reference-of-u-1',
  };
  expect(decodeState('user:u_1', encodeState(state))).toEqual(state);
});

test.each([
  { name: 'an empty text', given: '' },
  { name: 'no JSON', given: '[0,null,[],[,null]' },
  { name: 'null', given: 'null' },
  { name: 'an object', given: '{"suspended":false,"entries":[]}' },
  { name: 'too few parts', given: '[0,null,[],[]]' },
  { name: 'too many parts', given: '[0,null,[],[],null,0]' },
  { name: 'a reference that is a number', given: '[0,null,[],[],1]' },
  { name: 'a suspension that is neither 0 nor 1', given: '[2,null,[],[],null]' },
  { name: 'a suspension that is a word', given: '[false,null,[],[],null]' },
  { name: 'a service use that is a date', given: '[0,"2026-01-01",[],[],null]' },
  { name: 'a time with a fraction', given: '[0,1.5,[],[],null]' },
  { name: 'collection methods that are numbers', given: '[0,null,[1],[],null]' },
  { name: 'an entry that is an object', given: '[0,null,[],[{}],null]' },
  { name: 'an entry without a purpose', given: '[0,null,[],[["",null,0,1,null]],null]' },
  { name: 'an entry with an empty recipient', given: '[0,null,[],[["p","",0,1,null]],null]' },
  { name: 'an entry with an unknown state', given: '[0,null,[],[["p",null,4,1,null]],null]' },
  { name: 'an entry with a negative state', given: '[0,null,[],[["p",null,-1,1,null]],null]' },
  { name: 'an entry with a state by name', given: '[0,null,[],[["p",null,"length",1,null]],null]' },
  { name: 'an entry without a time', given: '[0,null,[],[["p",null,0,null,null]],null]' },
  { name: 'an entry that ends at a word', given: '[0,null,[],[["p",null,0,1,"never"]],null]' },
  { name: 'one bad entry among good ones', given: '[0,null,[],[["p",null,0,1,null],["p"]],null]' },
])('reads nothing from $name', ({ given }) => {
  expect(decodeState('user:u_1', given)).toBeNull();
});

test('reads nothing from what it did not write itself', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const state = decodeState('user:u_1', text);
      if (state !== null) expect(JSON.parse(encodeState(state))).toEqual(JSON.parse(text));
    }),
  );
});

test('one who remembers reads what one who does not reads, whatever was read before', () => {
  const decode = createStateDecoder();
  const subject = fc.constantFrom('user:u_1', 'user:u_2');
  const text = fc.oneof(
    states.map(encodeState),
    fc.constantFrom('', '[0,null,[],[],null]', '[1,null,[],[],null]'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(subject, text)), (asked) => {
      for (const [about, written] of asked) {
        expect(decode(about, written)).toEqual(decodeState(about, written));
        // And again, from memory.
        expect(decode(about, written)).toEqual(decodeState(about, written));
      }
    }),
  );
});

test('what is remembered is shared, and what it says cannot be changed', () => {
  const decode = createStateDecoder();
  const text = '[0,null,["survey"],[["p",null,0,1,null]]]';
  const state = decode('user:u_1', text);
  expect(decode('user:u_1', text)).toBe(state);
  for (const part of [state, state?.entries[0]]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});
