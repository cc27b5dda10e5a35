import { describe, expect, test } from 'vitest';
import { parseConsentMapping } from '../../../../policies/consent/source/consentMapping.ts';
import { readMappedStates } from '../../../../policies/consent/source/mappedStates.ts';
import { ConsentUnavailableError } from '../../../../policies/consent/source/source.ts';

const MAPPING = `request:
  subjects: { in: body, at: ids }
state:
  subject: { from: id }
  suspended: { from: flags.frozen, values: { yes: true, no: false, 1: true } }
  lastServiceUse: { from: seen, format: epochSeconds, absent: null }
  collectionMethods: { from: channels, values: { tel: telephone, web: form }, ignore: [fax] }
  reference: { from: audit.reference, absent: null }
  entries:
    from: consents
    absent: []
    purpose: { from: code, values: { MKT: marketing.recommendation, SUP: service.support }, ignore: [PRINT, 7] }
    recipient: { from: to.key, values: { ANY: null, US: internal }, absent: null, ignore: [nobody] }
    state: { from: status, values: { granted: GIVEN, no: REFUSED, gone: WITHDRAWN, objected: OBJECTED } }
    at: { from: at, format: iso }
    expiresAt: { from: until, format: epochMilliseconds, absent: null }
`;
const read = readMappedStates(parseConsentMapping(MAPPING, 'm.yaml', {}));

const consent = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  code: 'MKT',
  to: { key: 'US' },
  status: 'granted',
  at: '2026-01-02T03:04:05+09:00',
  until: 1_800_000_000_000,
  ...changes,
});
const said = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  flags: { frozen: 'no' },
  seen: 1_760_000_000,
  channels: ['tel', 'fax', 'web'],
  consents: [consent()],
  ...changes,
});
const given = {
  purpose: 'marketing.recommendation',
  recipient: 'internal',
  state: 'GIVEN',
  at: Date.UTC(2026, 0, 1, 18, 4, 5),
  expiresAt: 1_800_000_000_000,
};

test('reads every field from where the mapping says', () => {
  expect(read('user:u_1', said({ audit: { reference: 'reference-of-u-1' } }))).toEqual({
    subject: 'user:u_1',
    suspended: false,
    lastServiceUse: 1_760_000_000_000,
    collectionMethods: ['telephone', 'form'],
    entries: [given],
    reference: 'reference-of-u-1',
  });
});

describe('reads', () => {
  const rows: readonly {
    name: string;
    changes: Record<string, unknown>;
    expected: Record<string, unknown>;
  }[] = [
    { name: 'a value that is a number', changes: { flags: { frozen: 1 } }, expected: { suspended: true } },
    { name: 'a field that may be absent', changes: { seen: null }, expected: { lastServiceUse: null } },
    { name: 'a list that may be absent', changes: { consents: undefined }, expected: { entries: [] } },
    {
      name: 'a fraction of a second',
      changes: { seen: 1_760_000_000.5 },
      expected: { lastServiceUse: 1_760_000_000_500 },
    },
    {
      name: 'a recipient that stands for any',
      changes: { consents: [consent({ to: { key: 'ANY' } }), consent({ to: {} })] },
      expected: {
        entries: [
          { ...given, recipient: null },
          { ...given, recipient: null },
        ],
      },
    },
    {
      name: 'no entry that is left out by name',
      changes: { consents: [{ code: 'PRINT' }, { code: 7 }, consent({ to: { key: 'nobody' } }), consent()] },
      expected: { entries: [given] },
    },
    {
      name: 'an end that is far away',
      changes: { consents: [consent({ until: 253_402_300_799_000 })] },
      expected: { entries: [{ ...given, expiresAt: 253_402_300_799_000 }] },
    },
  ];
  test.each(rows)('$name', ({ changes, expected }) => {
    expect(read('user:u_1', said(changes))).toMatchObject(expected);
  });
});

describe('refuses', () => {
  const inherited: unknown = Object.create({ code: 'MKT', status: 'granted', at: '2026-01-02T03:04:05Z' });
  const rows: readonly { name: string; said: unknown }[] = [
    { name: 'nothing', said: null },
    { name: 'a list', said: [said()] },
    { name: 'text', said: 'granted' },
    { name: 'an unknown state', said: said({ consents: [consent({ status: 'probably' })] }) },
    {
      name: 'a state in our own words, which the map has not',
      said: said({ consents: [consent({ status: 'GIVEN' })] }),
    },
    {
      name: 'a state named like a member of objects',
      said: said({ consents: [consent({ status: 'constructor' })] }),
    },
    { name: 'a state that is a list of one', said: said({ consents: [consent({ status: ['granted'] })] }) },
    { name: 'no state', said: said({ consents: [consent({ status: null })] }) },
    { name: 'an unknown purpose', said: said({ consents: [consent({ code: 'NEW' })] }) },
    { name: 'an unknown recipient', said: said({ consents: [consent({ to: { key: 'acme' } })] }) },
    { name: 'an unknown flag', said: said({ flags: { frozen: 'maybe' } }) },
    { name: 'no flag', said: said({ flags: {} }) },
    { name: 'an unknown channel', said: said({ channels: ['pigeon'] }) },
    { name: 'channels that are no list', said: said({ channels: 'tel' }) },
    { name: 'consents that are no list', said: said({ consents: { 0: consent() } }) },
    { name: 'one consent beside others that is none', said: said({ consents: [consent(), null] }) },
    {
      name: 'a date that does not exist',
      said: said({ consents: [consent({ at: '2026-02-30T00:00:00Z' })] }),
    },
    { name: 'a time without zone', said: said({ consents: [consent({ at: '2026-01-02T03:04:05' })] }) },
    {
      name: 'a time as a number where text is said',
      said: said({ consents: [consent({ at: 1_760_000_000 })] }),
    },
    { name: 'a time as text where a number is said', said: said({ seen: '1760000000' }) },
    { name: 'a time in milliseconds where seconds are said', said: said({ seen: 1_760_000_000_000 }) },
    {
      name: 'a time that stands for never',
      said: said({ consents: [consent({ at: '0001-01-01T00:00:00Z' })] }),
    },
    {
      name: 'an end after the year 9999, which a wrong unit makes of any',
      said: said({ consents: [consent({ until: 1_800_000_000_000_000 })] }),
    },
    { name: 'a time that is infinite', said: said({ consents: [consent({ until: 1e300 })] }) },
    {
      name: 'a reference that may not stand in a record',
      said: said({ audit: { reference: 'mail@example.com' } }),
    },
    { name: 'what a prototype says', said: said({ consents: [inherited] }) },
  ];
  test.each(rows)('$name', ({ said: about }) => {
    const failure = ((): unknown => {
      try {
        return read('user:u_1', about);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(ConsentUnavailableError);
    expect(String(failure)).toMatch(/not as the mapping says at "[\w.]*"\.$/);
  });
});
